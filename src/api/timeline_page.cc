#include "api/timeline_page.h"

#include <algorithm>

#include "api/decided_again.h"
#include "api/page_allowance.h"
#include "api/page_json.h"
#include "api/request_fields.h"
#include "api/timeline.h"
#include "scaling/observation_json.h"

namespace loadline {
namespace {

constexpr Duration kUsualSpan = std::chrono::hours(6);
constexpr std::size_t kUsualPoints = 300;
constexpr std::size_t kMostPoints = 1000;
constexpr std::size_t kAtOnce = 500;
// A bar on what one answer takes: there are two threads for all that is slow, and overrides are set by them, too.
constexpr PageLimits kMost{20'000, 50'000, std::chrono::seconds(4)};

Timeline::Signals StatesOf(const std::optional<DecidedAgain>& again) {
  Timeline::Signals states;
  for (std::size_t i = 0; again && i < again->decision.signals.size(); ++i)
    states.emplace_back(again->policy->signals[i].name, again->decision.signals[i].reason);
  return states;
}

template <class Pick>
void Tighten(std::optional<double>& bound, std::optional<double> other, Pick pick) {
  if (other) bound = bound ? pick(*bound, *other) : *other;
}

// Those that were in force then, whether they changed the number or not.
std::vector<Override> OverridesOf(const DecisionRecord& record) {
  if (record.seen.find("\"overrides\"") == std::string::npos) return {};  // most have none: not worth reading it again
  Result<RecordedObservation> seen = ParseObservation(record.seen);
  if (!seen) return {};
  std::erase_if(seen->overrides, [&](const Override& each) { return !each.InForce(seen->now); });
  return std::move(seen->overrides);
}

// The highest of all floors, and the lowest of all ceilings: of the policy, its signals, their schedules, and
// overrides.
std::pair<std::optional<double>, std::optional<double>> BoundsOf(const DecidedAgain& again,
                                                                 const std::vector<Override>& overrides) {
  const auto highest = [](double a, double b) { return std::max(a, b); };
  const auto lowest = [](double a, double b) { return std::min(a, b); };
  std::optional<double> floor = again.policy->replicas.min;
  std::optional<double> ceiling = again.policy->Most();
  for (std::size_t i = 0; i < again.decision.signals.size(); ++i) {
    const SignalOutcome& outcome = again.decision.signals[i];
    const Role role = again.policy->signals[i].role;
    Tighten(floor, outcome.floor(), highest);
    Tighten(ceiling, outcome.ceiling(), lowest);
    if (!outcome.demand) continue;
    if (role == Role::kFloor) Tighten(floor, *outcome.demand, highest);
    if (role == Role::kCeiling) Tighten(ceiling, *outcome.demand, lowest);
  }
  for (const Override& each : overrides) {
    if (each.kind == Override::Kind::kFloor) Tighten(floor, each.replicas, highest);
    if (each.kind == Override::Kind::kCeiling) Tighten(ceiling, each.replicas, lowest);
  }
  return {floor, ceiling};
}

PageJson PointJson(Redecider& redecider, const DecisionRecord& record) {
  PageJson json = {{"time", FormatTimestamp(record.tick)},
                   {"kind", RecordKindName(record.kind)},
                   {"replicas", ValueOrNull(record.replicas)},
                   {"wanted", ValueOrNull(record.wanted)},
                   {"active", ValueOrNull(record.active)},
                   {"observed", ValueOrNull(record.observed)},
                   {"error", ErrorJson(record.error)},
                   {"winner", record.winner},
                   {"floor", nullptr},
                   {"ceiling", nullptr},
                   {"demands", PageJson::object()},
                   {"expected", PageJson::object()}};
  const auto again = redecider.Decide(record);
  if (!again) return json;
  const auto [floor, ceiling] = BoundsOf(*again, OverridesOf(record));
  json["floor"] = ValueOrNull(floor);
  json["ceiling"] = ValueOrNull(ceiling);
  for (std::size_t i = 0; i < again->decision.signals.size(); ++i) {
    const SignalOutcome& outcome = again->decision.signals[i];
    const Signal& signal = again->policy->signals[i];
    if (signal.role == Role::kDemand && outcome.demand) json["demands"][signal.name] = *outcome.demand;
    if (outcome.expected) json["expected"][signal.name] = *outcome.expected;
  }
  return json;
}

PageJson MarkJson(const TimelineMark& mark) {
  return {{"kind", mark.kind},
          {"reason", mark.reason},
          {"name", mark.name},
          {"from", FormatTimestamp(mark.from)},
          {"until", FormatTimestamp(mark.until)},
          {"records", mark.records}};
}

// Reads back from the span's end, until the record that stood at its begin. False: there were more than it may read.
Result<bool> ReadInto(DecisionJournal& journal, Redecider& redecider, const Uuid& binding, TimeSpan span,
                      PageAllowance& allowance, Timeline& timeline) {
  for (Timestamp until = span.until - Duration(1);;) {
    const std::size_t at_once = std::min(kAtOnce, allowance.records());
    auto read = journal.ReadBinding(binding, until, at_once);
    if (!read) return Fail(read.error());
    allowance.Read(read->size());
    for (DecisionRecord& each : *read) {
      const Timeline::Signals states = StatesOf(redecider.DecideWhatMayLackReadings(each));
      until = each.tick - Duration(1);
      timeline.Take(std::move(each), states);
      if (until < span.from) return true;
      if (!allowance.HasTimeToRead()) return false;
    }
    if (read->size() < at_once) return true;
    if (allowance.records() == 0) return false;
  }
}

// The latest first, as long as there is time, and each record is gone with its point: readings are large. False: there
// was no time for all.
bool TellPoints(Redecider& redecider, const PageAllowance& allowance, std::vector<DecisionRecord> kept,
                PageJson& points) {
  for (; !kept.empty() && (points.empty() || allowance.HasTimeToTell()); kept.pop_back())
    points.push_back(PointJson(redecider, kept.back()));
  std::reverse(points.begin(), points.end());
  return kept.empty();
}

Result<PageJson> LineJson(const AdminSources& sources, Redecider& redecider, const BindingRecord& binding,
                          TimeSpan span, PageAllowance& allowance, std::size_t points) {
  Timeline timeline(span, 2 * sources.heartbeat, points);
  allowance.Next();
  const Result<bool> all = ReadInto(*sources.history, redecider, binding.id, span, allowance, timeline);
  if (!all) return Fail(all.error());
  PageJson json = {{"namespace", binding.object_namespace}, {"name", binding.object},      {"policy", binding.policy},
                   {"metadata", binding.metadata},          {"records", timeline.taken()}, {"complete", *all},
                   {"points", PageJson::array()},           {"marks", PageJson::array()}};
  if (!TellPoints(redecider, allowance, timeline.Kept(), json["points"])) json["complete"] = false;
  for (const TimelineMark& each : timeline.Marks()) json["marks"].push_back(MarkJson(each));
  return json;
}

}  // namespace

ServerResponse TimelinePage(const AdminSources& sources, const ServerRequest& request) {
  const Timestamp now = sources.controller.clock().Now();
  const Result<std::string> object_namespace = NeededField(request, "namespace");
  if (!object_namespace) return RefusalOf(object_namespace.error());
  const Result<std::string> object = NeededField(request, "name");
  if (!object) return RefusalOf(object.error());
  const Result<std::size_t> points = LimitField(request, kUsualPoints, kMostPoints);
  if (!points) return RefusalOf(points.error());
  const Result<Timestamp> stated = TimeField(request, "until", now);
  if (!stated) return RefusalOf(stated.error());
  const Timestamp until = std::min(*stated, now);
  const Result<Timestamp> from = TimeField(request, "from", until - kUsualSpan);
  if (!from) return RefusalOf(from.error());
  if (*from >= until)
    return RefusalOf(
        {Code::kInvalidArgument, "from: want a time before until and now, found " + FormatTimestamp(*from)});
  if (sources.history == nullptr) return RefusalOf({Code::kUnavailable, "there is no journal (journal.url)"});
  auto bindings = sources.history->FindBindings(*object_namespace, *object);
  if (!bindings) return RefusalOf(bindings.error());
  const std::string policy = FieldText(request, "policy");
  std::erase_if(*bindings, [&](const BindingRecord& each) { return !policy.empty() && each.policy != policy; });

  PageJson body = {{"from", FormatTimestamp(*from)}, {"until", FormatTimestamp(until)},
                   {"now", FormatTimestamp(now)},    {"stands_seconds", ToSeconds(2 * sources.heartbeat)},
                   {"total", bindings->size()},      {"bindings", PageJson::array()}};
  Redecider redecider(*sources.history);
  PageAllowance allowance(sources.controller.clock(), kMost, bindings->size());
  for (const BindingRecord& each : *bindings) {
    const Result<PageJson> line = LineJson(sources, redecider, each, {*from, until}, allowance, *points);
    if (!line) return RefusalOf(line.error());
    if (redecider.problem()) return RefusalOf(*redecider.problem());
    body["bindings"].push_back(*line);
  }
  // Hundreds of numbers: without blanks it is half as long.
  return {200, "application/json", body.dump(-1, ' ', false, PageJson::error_handler_t::replace) + "\n"};
}

}  // namespace loadline
