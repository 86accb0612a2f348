#include "scaling/decision_record.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"
#include "base/version.h"
#include "scaling/explain.h"
#include "scaling/observation_json.h"
#include "scaling/policy_check.h"
#include "scaling/trigger_metadata.h"

namespace loadline {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// All that Decide goes by, each with its length or its presence, so that no two contents make one sequence.
class InputsPrint {
 public:
  Uuid Of(const MadeDecision& made, std::string_view plan) {
    print_.Add(made.policy->hash);
    print_.Add(plan);
    Time(made.seen.now);
    print_.Add(static_cast<std::uint64_t>(made.seen.interval.count()));
    for (const RecordedWindow& window : Sized(made.seen.windows)) {
      for (const Reading& reading : Sized(window.ticks)) {
        print_.Add(static_cast<double>(reading.value));
        print_.Add(static_cast<std::uint64_t>(reading.state));
      }
    }
    for (const Override& each : Sized(made.seen.overrides)) Add(each);
    for (const auto& [name, calendar] : Sized(made.seen.calendars)) {
      print_.Add(name);
      for (const DateRange& range : Sized(calendar.ranges)) print_.Add(FormatDateRange(range));
    }
    for (const auto& forecast : Sized(made.seen.forecasts)) {
      print_.Add(std::uint64_t{forecast.has_value()});
      if (forecast) Add(*forecast);
    }
    return print_.Value();
  }

 private:
  template <class List>
  const List& Sized(const List& list) {
    print_.Add(std::uint64_t{list.size()});
    return list;
  }
  void Time(Timestamp time) { print_.Add(static_cast<std::uint64_t>(time.time_since_epoch().count())); }
  void Add(const Override& each) {
    print_.Add(each.name);
    print_.Add(static_cast<std::uint64_t>(each.kind));
    print_.Add(each.replicas);
    print_.Add(std::uint64_t{each.from.has_value()});
    if (each.from) Time(*each.from);
    Time(each.until);
  }
  void Add(const SignalForecast& forecast) {
    Time(forecast.fitted);
    print_.Add(static_cast<std::uint64_t>(forecast.refit.count()));
    print_.Add(static_cast<std::uint64_t>(forecast.step.count()));
    for (const double value : Sized(forecast.middle)) print_.Add(value);
    for (const double value : Sized(forecast.upper)) print_.Add(value);
    print_.Add(std::uint64_t{forecast.trust.on});
    print_.Add(static_cast<std::uint64_t>(forecast.trust.reason));
    print_.Add(std::uint64_t{forecast.problem.empty()});
  }

  Fingerprint print_;
};

// JSON has no infinities and no NaN.
std::string NumberText(double number) { return std::isfinite(number) ? fmt::format("{}", number) : "null"; }

// Written by hand: through a tree it would be half of what a record costs.
std::string StepsAsJson(const Policy& policy, const Decision& decision) {
  std::string text = "[";
  for (const Step& step : decision.steps) {
    if (text.size() > 1) text += ',';
    const std::string item = Json(StepItem(policy, step)).dump(-1, ' ', false, Json::error_handler_t::replace);
    fmt::format_to(std::back_inserter(text), R"({{"stage":"{}","reason":"{}","signal":{},"before":{},"after":{}}})",
                   step.stage, ReasonCode(step.reason), item, NumberText(step.before), NumberText(step.after));
  }
  return text + "]";
}

// Triggers that differ in a hidden parameter alone are told apart by these, but for one pair in 4,096; and to who knows
// the id one guess in 4,096 fits, so that it says no more of a secret than that. TLS material does not count: it is
// renewed, and the trigger is the same. None where nothing is hidden.
std::optional<std::uint64_t> BitsOfHidden(const BindingRecord& record,
                                          const std::map<std::string, std::string>& metadata) {
  constexpr std::uint64_t kTwelveBits = 0xfff;
  Fingerprint print;
  // One secret in two objects is not to be seen as one.
  for (const std::string* each : {&record.object_namespace, &record.object}) print.Add(*each);
  bool any = false;
  for (const auto& [key, value] : metadata) {
    if (!IsHidden(key) || IsReservedParameter(ParameterOf(key))) continue;
    any = true;
    print.Add(Mended(key));
    print.Add(Mended(value));
  }
  return any ? std::optional(print.Value().low & kTwelveBits) : std::nullopt;
}

int Index(const Json& json) { return json.get<int>(); }

}  // namespace

std::string_view RecordKindName(RecordKind kind) { return kind == RecordKind::kChange ? "change" : "heartbeat"; }

std::string Mended(std::string_view text) {
  if (text.find('\0') == std::string_view::npos && IsUtf8(text)) return std::string(text);
  std::string mended;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 1;
    while (length <= 4 && !IsUtf8(text.substr(at, length))) ++length;
    const bool good = length <= 4 && at + length <= text.size() && text[at] != '\0';
    mended += good ? text.substr(at, length) : kReplacement;
    at += good ? length : 1;
  }
  return mended;
}

BindingRecord MakeBindingRecord(std::string object_namespace, std::string object, std::string policy,
                                std::map<std::string, std::string> metadata) {
  BindingRecord record{{}, Mended(object_namespace), Mended(object), Mended(policy), {}};
  Fingerprint print;
  for (const std::string* each : {&record.object_namespace, &record.object, &record.policy}) print.Add(*each);
  for (const auto& [key, value] : ShownMetadata(metadata)) {
    const auto& [mended_key, mended] = *record.metadata.emplace(Mended(key), Mended(value)).first;
    print.Add(mended_key);
    print.Add(mended);
  }
  if (const auto bits = BitsOfHidden(record, metadata)) print.Add(*bits);
  record.id = print.Value();
  return record;
}

bool SameAnswer(const DecisionRecord& a, const DecisionRecord& b) {
  if (a.error || b.error) return a.error && b.error && a.error->code == b.error->code;
  return a.replicas == b.replicas && a.active == b.active;
}

RecordedDecision RecordOf(const MadeDecision& made) {
  RecordedDecision recorded{made.binding(), {}};
  DecisionRecord& record = recorded.record;
  record.binding = recorded.binding.id;
  record.tick = made.tick;
  record.kind = made.kind;
  record.version = kVersion;
  record.error = made.error;
  if (record.error) record.error->message = Mended(record.error->message);
  record.steps = "[]";
  if (made.policy != nullptr) record.policy_hash = made.policy->hash;
  if (made.plan == nullptr || made.policy == nullptr) {
    if (record.error) record.summary = record.error->message;
    return recorded;
  }
  const Decision& decision = *made.decision;
  if (!made.error) {
    record.replicas = decision.replicas;
    record.wanted = decision.wanted;
    record.active = decision.active;
    record.confidence = decision.confidence.Product();
  }
  record.observed = decision.observed;
  record.winner = WinningSignal(*made.policy, decision);
  record.summary = Mended(Summary(*made.policy, decision));
  record.steps = StepsAsJson(*made.policy, decision);
  record.plan = PlanAsJson(*made.plan, made.terms);
  record.inputs = InputsPrint().Of(made, record.plan);
  record.seen = ObservationAsJson(made.seen);
  return recorded;
}

std::string PlanAsJson(const QueryPlan& plan, const FleetTerms& terms) {
  Json json;
  json["signals"] = Json::array();
  for (const QueryPlan::Inputs& each : plan.signals)
    json["signals"].push_back({each.value, each.arrivals, each.throughput, each.freshness});
  json["queries"] = Json::array();
  for (const PlannedQuery& query : plan.queries) json["queries"].push_back(query.window.count());
  json["observed"] = plan.observed;
  json["whenIdle"] = plan.when_idle;
  json["observedWindow"] = plan.observed_window.count();
  if (terms.granted) {
    json["granted"] = *terms.granted;
    json["grantedBy"] = terms.granted_by;
  }
  if (terms.error)
    json["fleetError"] = {{"code", static_cast<int>(terms.error->code)}, {"message", terms.error->message}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<RecordedPlan> ParsePlan(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    RecordedPlan recorded;
    QueryPlan& plan = recorded.plan;
    for (const Json& each : json.at("signals"))
      plan.signals.push_back({Index(each.at(0)), Index(each.at(1)), Index(each.at(2)), Index(each.at(3))});
    for (const Json& each : json.at("queries")) plan.queries.push_back({"", "", Duration(each.get<std::int64_t>())});
    plan.observed = Index(json.at("observed"));
    plan.when_idle = Index(json.at("whenIdle"));
    plan.observed_window = Duration(json.at("observedWindow").get<std::int64_t>());
    if (json.contains("granted")) {
      recorded.terms.granted = json["granted"].get<double>();
      recorded.terms.granted_by = json.at("grantedBy").get<std::string>();
    }
    if (json.contains("fleetError")) {
      const Json& error = json["fleetError"];
      recorded.terms.error = {static_cast<Code>(error.at("code").get<int>()), error.at("message").get<std::string>()};
    }
    return recorded;
  } catch (const Json::exception& error) {
    return Fail(Code::kInvalidArgument, fmt::format("plan: {}", OneLine(error.what(), 200)));
  }
}

}  // namespace loadline
