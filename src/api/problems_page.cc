#include "api/problems_page.h"

#include <nlohmann/json.hpp>

#include "api/request_fields.h"

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

OrderedJson ObjectJson(const ObjectFindings& each) {
  const KedaObject& object = *each.object;
  return {{"namespace", object.object_namespace},
          {"name", object.name},
          {"kind", object.Kind()},
          {"scales", object.is_job ? OrderedJson() : OrderedJson(object.target.kind + "/" + object.target.name)},
          {"min", object.MinReplicas()},
          {"max", object.MaxReplicas()},
          {"current_replicas", each.current_replicas ? OrderedJson(*each.current_replicas) : OrderedJson()},
          {"problems", each.findings.size()}};
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
  if (const Status good = CheckFields(request, {"namespace", "name", "limit"}); !good) {
    return ProblemResponse(400, "Bad Request", good.error().message);
  }
  const Result<std::size_t> limit = LimitField(request, 1000, static_cast<std::size_t>(-1));
  if (!limit) return ProblemResponse(400, "Bad Request", limit.error().message);
  OrderedJson objects = OrderedJson::array();
  OrderedJson problems = OrderedJson::array();
  std::size_t total_objects = 0;
  std::size_t total_problems = 0;
  ClusterState state;
  if (sources.cluster != nullptr) state = sources.cluster->State();
  if (state.view != nullptr) {
    for (const ObjectFindings& each : state.view->objects) {
      if (!IsMeant(*each.object, request)) continue;
      if (++total_objects <= *limit) objects.push_back(ObjectJson(each));
      for (const Finding& finding : each.findings) {
        if (++total_problems <= *limit) problems.push_back(FindingJson(*each.object, finding));
      }
    }
  }
  OrderedJson body = {{"kubernetes", sources.cluster != nullptr},
                      {"viewed", TimeOrNull(state.viewed)},
                      {"total_objects", total_objects},
                      {"total_problems", total_problems},
                      {"problems", std::move(problems)},
                      {"watches", OrderedJson::array()},
                      {"objects", std::move(objects)}};
  for (const WatchState& each : WatchStates(sources)) body["watches"].push_back(WatchJson(each));
  return {200, "application/json", body.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n"};
}

}  // namespace loadline
