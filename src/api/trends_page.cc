#include "api/trends_page.h"

#include <algorithm>

#include "api/object_list.h"
#include "api/page_json.h"
#include "api/request_fields.h"

namespace loadline {
namespace {

constexpr std::size_t kAtOnce = 60;       // records are large: these are in memory together
constexpr std::size_t kMostPoints = 240;  // of a binding: an hour of ticks of 15 seconds that all changed something
constexpr Duration kUsualSpan = std::chrono::hours(1);

struct Point {
  Timestamp time;
  std::optional<double> replicas;
  std::optional<double> observed;
};

struct Trend {
  std::vector<Point> points;  // the earliest first; the first may be what stood when the span began
  bool complete = true;
};

Result<Trend> TrendOf(DecisionJournal& journal, const Uuid& binding, Timestamp from, Timestamp until) {
  Trend trend;
  bool more = true;
  while (more && trend.points.size() < kMostPoints) {
    const auto read = journal.ReadBinding(binding, until, kAtOnce);
    if (!read) return Fail(read.error());
    more = read->size() == kAtOnce;
    for (const DecisionRecord& each : *read) {
      trend.points.push_back({each.tick, each.replicas, each.observed});
      if (each.tick > from) continue;
      more = false;
      break;
    }
    if (!read->empty()) until = read->back().tick - Duration(1);
  }
  trend.complete = !more;
  std::reverse(trend.points.begin(), trend.points.end());
  return trend;
}

PageJson TrendJson(const BindingRecord& binding, const Trend& trend) {
  PageJson json = {
      {"namespace", binding.object_namespace}, {"name", binding.object},       {"policy", binding.policy},
      {"metadata", binding.metadata},          {"complete", trend.complete},   {"times", PageJson::array()},
      {"replicas", PageJson::array()},         {"observed", PageJson::array()}};
  for (const Point& each : trend.points) {
    json["times"].push_back(ToSeconds(each.time));
    json["replicas"].push_back(ValueOrNull(each.replicas));
    json["observed"].push_back(ValueOrNull(each.observed));
  }
  return json;
}

}  // namespace

ServerResponse TrendsPage(const AdminSources& sources, const ServerRequest& request) {
  const Result<std::string> text = NeededField(request, "objects");
  if (!text) return RefusalOf(text.error());
  const Result<std::vector<ListedObject>> objects = ParseObjectList(*text);
  if (!objects) return RefusalOf(objects.error());
  const Result<Timestamp> until = TimeField(request, "until", sources.controller.clock().Now());
  if (!until) return RefusalOf(until.error());
  const Result<Timestamp> from = TimeField(request, "from", *until - kUsualSpan);
  if (!from) return RefusalOf(from.error());
  if (*from >= *until)
    return RefusalOf({Code::kInvalidArgument, "from: want a time before until, which is " + FormatTimestamp(*until)});
  if (sources.history == nullptr) return RefusalOf({Code::kUnavailable, "there is no journal (journal.url)"});
  PageJson body = {{"from", FormatTimestamp(*from)},
                   {"until", FormatTimestamp(*until)},
                   {"stands_seconds", ToSeconds(2 * sources.heartbeat)},
                   {"trends", PageJson::array()}};
  for (const ListedObject& object : *objects) {
    const auto bindings = sources.history->FindBindings(object.object_namespace, object.name);
    if (!bindings) return RefusalOf(bindings.error());
    for (const BindingRecord& binding : *bindings) {
      const Result<Trend> trend = TrendOf(*sources.history, binding.id, *from, *until);
      if (!trend) return RefusalOf(trend.error());
      body["trends"].push_back(TrendJson(binding, *trend));
    }
  }
  return {200, "application/json", body.dump(-1, ' ', false, PageJson::error_handler_t::replace) + "\n"};
}

}  // namespace loadline
