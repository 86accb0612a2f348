#include "api/problems_page.h"

#include <nlohmann/json.hpp>

namespace loadline {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson TimeOrNull(Timestamp time) {
  return time == Timestamp() ? OrderedJson() : OrderedJson(FormatTimestamp(time));
}

bool IsMeant(const KedaObject& object, const ServerRequest& request) {
  const auto matches = [&](const char* key, const std::string& value) {
    const auto stated = request.query.find(key);
    return stated == request.query.end() || stated->second == value;
  };
  return matches("namespace", object.object_namespace) && matches("name", object.name);
}

OrderedJson FindingJson(const KedaObject& object, const Finding& finding) {
  return {{"namespace", object.object_namespace},
          {"name", object.name},
          {"kind", object.Kind()},
          {"trigger", finding.trigger ? OrderedJson(*finding.trigger) : OrderedJson()},
          {"finding", FindingName(finding.kind)},
          {"severity", SeverityName(SeverityOf(finding.kind))},
          {"sentence", finding.sentence},
          {"mend", finding.mend}};
}

OrderedJson WatchJson(const WatchState& watch) {
  return {{"resource", watch.resource},
          {"namespace", watch.object_namespace.empty() ? OrderedJson() : OrderedJson(watch.object_namespace)},
          {"listed", watch.complete},
          {"watching", watch.watching},
          {"problem", watch.problem},
          {"last_heard", TimeOrNull(watch.last_heard)}};
}

}  // namespace

std::vector<WatchState> WatchStates(const AdminSources& sources) {
  std::vector<WatchState> watches;
  if (sources.configmaps != nullptr) watches = sources.configmaps->States();
  if (sources.cluster != nullptr) {
    ClusterState state = sources.cluster->State();
    for (WatchState& each : state.watches) watches.push_back(std::move(each));
  }
  return watches;
}

ServerResponse ProblemsPage(const AdminSources& sources, const ServerRequest& request) {
  OrderedJson body = {{"kubernetes", sources.cluster != nullptr},
                      {"viewed", nullptr},
                      {"objects", 0},
                      {"problems", OrderedJson::array()},
                      {"watches", OrderedJson::array()}};
  if (sources.cluster != nullptr) {
    const ClusterState state = sources.cluster->State();
    body["viewed"] = TimeOrNull(state.viewed);
    std::size_t objects = 0;
    for (const ObjectFindings& each : state.view->objects) {
      if (!IsMeant(*each.object, request)) continue;
      ++objects;
      for (const Finding& finding : each.findings) body["problems"].push_back(FindingJson(*each.object, finding));
    }
    body["objects"] = objects;
  }
  for (const WatchState& each : WatchStates(sources)) body["watches"].push_back(WatchJson(each));
  return {200, "application/json", body.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n"};
}

}  // namespace loadline
