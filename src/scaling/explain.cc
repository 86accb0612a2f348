#include "scaling/explain.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace loadline {
namespace {

std::string LawSentence(const Signal& signal, const SignalOutcome& outcome) {
  if (!outcome.value) return "";
  if (!signal.backlog)
    return fmt::format("{} at {} each", FormatNumber(*outcome.value), FormatNumber(*signal.per_replica));
  return fmt::format("({}/s arriving + {} waiting / {}) at {}/s each", FormatNumber(*outcome.arrivals),
                     FormatNumber(*outcome.value), FormatDuration(signal.backlog->drain_within),
                     FormatNumber(*outcome.throughput));
}

std::string FallbackSentence(const Policy& policy, const Signal& signal) {
  const auto& fallback = std::get<FallbackReplicas>(OnMissingOf(policy, signal).then);
  switch (fallback.behavior) {
    case FallbackBehavior::kStatic: return fmt::format("falling back to {}", fallback.replicas);
    case FallbackBehavior::kCurrentReplicas: return "falling back to the replicas observed";
    case FallbackBehavior::kCurrentReplicasIfHigher:
      return fmt::format("falling back to {} or what is observed, if higher", fallback.replicas);
    case FallbackBehavior::kCurrentReplicasIfLower:
      return fmt::format("falling back to {} or what is observed, if lower", fallback.replicas);
  }
  return "";
}

using Json = nlohmann::ordered_json;

Json NumberOrNull(std::optional<double> number) { return number ? Json(*number) : Json(); }

Json SignalsJson(const Policy& policy, const Decision& decision) {
  Json signals = Json::array();
  for (std::size_t i = 0; i < decision.signals.size(); ++i) {
    const SignalOutcome& outcome = decision.signals[i];
    signals.push_back({{"name", policy.signals[i].name},
                       {"value", NumberOrNull(outcome.value)},
                       {"demand", NumberOrNull(outcome.demand)},
                       {"reason", ReasonCode(outcome.reason)},
                       {"active", outcome.active},
                       {"age_seconds", ToSeconds(outcome.age)},
                       {"sentence", SignalSentence(policy, decision, i)}});
  }
  return signals;
}

// What sources said may not be UTF-8; it is mended, not thrown over.
std::string Dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string SignalName(const Policy& policy, int signal) {
  return signal < 0 ? "" : policy.signals[static_cast<std::size_t>(signal)].name;
}

}  // namespace

std::string SignalSentence(const Policy& policy, const Decision& decision, std::size_t index) {
  const Signal& signal = policy.signals[index];
  const SignalOutcome& outcome = decision.signals[index];
  switch (outcome.reason) {
    case Reason::kHeld:
      return fmt::format("{}, held for {}: {}", LawSentence(signal, outcome), FormatDuration(outcome.age),
                         outcome.problem);
    case Reason::kPartialData: return fmt::format("{}, at least: {}", LawSentence(signal, outcome), outcome.problem);
    case Reason::kMissing: return "no data: " + outcome.problem;
    case Reason::kIgnored: return "no data, ignored: " + outcome.problem;
    case Reason::kAssumedHigh: return "no data, the maximum assumed: " + outcome.problem;
    case Reason::kFallback: return fmt::format("no data, {}: {}", FallbackSentence(policy, signal), outcome.problem);
    case Reason::kIdle: return "no data since there are no replicas";
    default: return LawSentence(signal, outcome);
  }
}

std::string Sentence(const Policy& policy, const Decision& decision, const Step& step) {
  const std::string signal = SignalName(policy, step.signal);
  switch (step.reason) {
    case Reason::kHighestDemand:
      return fmt::format("{} wants {}: {}", signal, FormatNumber(step.after),
                         SignalSentence(policy, decision, static_cast<std::size_t>(step.signal)));
    case Reason::kIdleInactive: return "no replicas, and nothing to wake for";
    case Reason::kIdleWake: return "no replicas, and whenIdle says to wake";
    case Reason::kWaking: return "just woken: the workers' metrics are not back yet";
    case Reason::kRaisedToMin: return fmt::format("replicas.min is {}", FormatNumber(step.after));
    case Reason::kCappedAtMax: return fmt::format("replicas.max is {}", FormatNumber(step.after));
    case Reason::kActiveByReading: {
      const Signal& by = policy.signals[static_cast<std::size_t>(step.signal)];
      const SignalOutcome& outcome = decision.signals[static_cast<std::size_t>(step.signal)];
      if (!outcome.value) return fmt::format("active: {} has no data", signal);
      if (by.backlog && !by.activate_above) return fmt::format("active: {} is not empty", signal);
      return fmt::format("active: {} {} is above {}", signal, FormatNumber(*outcome.value),
                         FormatNumber(by.activate_above.value_or(0)));
    }
    case Reason::kActiveByMin: return "active: replicas.min is above 0";
    case Reason::kActiveByReplicas: return "active: more than one replica is wanted";
    case Reason::kInactive: return "inactive: no reading is above its activateAbove";
    case Reason::kNothingKnown: return "no signal has data";
    default: return std::string(ReasonCode(step.reason));
  }
}

std::string Summary(const Policy& policy, const Decision& decision) {
  if (decision.error) return decision.error->message;
  std::string text;
  for (const Step& step : decision.steps) {
    if (step.stage == "activity" && text.size() > 0 && step.reason != Reason::kInactive) continue;
    if (!text.empty()) text += "; ";
    text += Sentence(policy, decision, step);
  }
  return text;
}

std::string SignalsAsJson(const Policy& policy, const Decision& decision) {
  return Dump(SignalsJson(policy, decision));
}

std::string ExplainAsJson(const Policy& policy, const Decision& decision) {
  Json json;
  const bool answered = !decision.error;
  json["replicas"] = answered ? Json(decision.replicas) : Json();
  json["active"] = answered ? Json(decision.active) : Json();
  json["error"] =
      answered ? Json() : Json{{"code", CodeName(decision.error->code)}, {"message", decision.error->message}};
  json["summary"] = Summary(policy, decision);
  json["observed"] = NumberOrNull(decision.observed);
  json["winner"] = WinningSignal(policy, decision);
  json["signals"] = SignalsJson(policy, decision);
  json["steps"] = Json::array();
  for (const Step& step : decision.steps) {
    json["steps"].push_back({{"stage", step.stage},
                             {"reason", ReasonCode(step.reason)},
                             {"before", step.before},
                             {"after", step.after},
                             {"signal", SignalName(policy, step.signal)},
                             {"sentence", Sentence(policy, decision, step)}});
  }
  return Dump(json);
}

std::string WinningSignal(const Policy& policy, const Decision& decision) {
  for (const Step& step : decision.steps) {
    if (step.reason == Reason::kHighestDemand) return SignalName(policy, step.signal);
  }
  return "";
}

}  // namespace loadline
