#include "scaling/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "scaling/asked.h"
#include "scaling/forecast_law.h"
#include "scaling/learned_law.h"
#include "schedule/schedule_text.h"

namespace loadline {
namespace {

std::string DependencySentence(const DependsOn& depends_on, double other) {
  const char* has = depends_on.of == DependsOn::Of::kDesired ? "wants" : "has";
  std::string text = fmt::format("{} {} {}", depends_on.object, has, FormatNumber(other));
  if (depends_on.lag > Duration::zero())
    text =
        fmt::format("{} {} {} {} ago", depends_on.object, depends_on.of == DependsOn::Of::kDesired ? "wanted" : "had",
                    FormatNumber(other), FormatDuration(depends_on.lag));
  if (depends_on.ratio) return fmt::format("{}, {} for each", text, FormatNumber(*depends_on.ratio));
  return fmt::format("{}, {} while it has any", text, FormatNumber(*depends_on.replicas));
}

std::string ReadingSentence(const Decision& decision, const Signal& signal, const SignalOutcome& outcome) {
  const std::string value = FormatNumber(*outcome.value);
  switch (signal.forecast ? ReadingLawOf(signal) : LawOf(signal)) {
    case Law::kPerReplica: return fmt::format("{} at {} each", value, FormatNumber(*signal.per_replica));
    case Law::kTarget:
      return fmt::format("{} of {} at {} replicas", value, FormatNumber(*signal.target),
                         FormatNumber(decision.observed.value_or(0)));
    case Law::kBacklog:
      return fmt::format("({}/s arriving + {} waiting / {}) at {}/s each", FormatNumber(*outcome.arrivals), value,
                         FormatDuration(signal.backlog->drain_within), FormatNumber(*outcome.throughput));
    case Law::kTiers: {
      const auto above = std::upper_bound(signal.tiers.begin(), signal.tiers.end(), *outcome.value,
                                          [](double v, const Tier& tier) { return v < tier.from; });
      if (above == signal.tiers.begin()) return fmt::format("{} is below every tier", value);
      const Tier& tier = *std::prev(above);
      return fmt::format("{} is in the tier from {}: {}{}", value, FormatNumber(tier.from),
                         FormatNumber(tier.replicas.amount), tier.replicas.percent ? "% of replicas.max" : "");
    }
    case Law::kReplicas: return value + " replicas";
    case Law::kPattern:
      return fmt::format("{} of a peak of {} expected at this hour", value, FormatNumber(signal.pattern->peak));
    case Law::kDependsOn: return DependencySentence(*signal.depends_on, *outcome.value);
    case Law::kScore:
      return fmt::format("{} is {} % of {}", value, FormatNumber(outcome.score.value_or(0)),
                         FormatNumber(*signal.score_at));
    case Law::kGate: return fmt::format("{}: {}", value, outcome.open.value_or(true) ? "open" : "closed");
    default: return value;
  }
}

std::string LawSentence(const Decision& decision, const Signal& signal, const SignalOutcome& outcome) {
  if (outcome.schedule != nullptr) return DescribeState(*signal.schedule, *outcome.schedule);
  if (!outcome.value) return "";
  std::string text = ReadingSentence(decision, signal, outcome);
  if (outcome.learned != nullptr) text += fmt::format(" ({})", LearnedSentence(*outcome.learned));
  if (outcome.gaps > 0) text += fmt::format(" ({} readings of the window missing)", outcome.gaps);
  return text;
}

std::string ForecastSentence(const Policy& policy, const Decision& decision, std::size_t index) {
  const Signal& signal = policy.signals[index];
  const SignalOutcome& outcome = decision.signals[index];
  const auto of = IndexOfForecast(policy, *signal.forecast);
  const bool own = ReadingLawOf(signal) != Law::kValue;
  if (!of || !outcome.value || !outcome.expected) return "";
  std::string text =
      fmt::format("{} expected in {}", ReadingSentence(decision, own ? signal : policy.signals[*of], outcome),
                  FormatDuration(AheadBy(signal.forecast->ahead, outcome.learned.get()).value_or(Duration(0))));
  if (const auto* learned = std::get_if<LearnedAhead>(&signal.forecast->ahead); learned && outcome.learned != nullptr)
    text += fmt::format(" ({})", LearnedSentence(*learned, *outcome.learned));
  if (outcome.reason == Reason::kForecast) return text;
  return text + fmt::format(", which wants {}", FormatNumber(*outcome.expected));
}

// "loss 0.412, last value 0.398"; empty where it could not be judged.
std::string ScoresOf(const Trust& trust) {
  if (trust.rule.empty()) return "";
  return fmt::format(" (loss {}, {} {})", FormatNumber(trust.ours), trust.rule, FormatNumber(trust.naive));
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

// "lag 4.133 and cpu 6": those that took part.
std::string Demands(const Policy& policy, const Decision& decision) {
  std::vector<std::string> demands;
  for (const Asked& each : AskedBySignals(policy, decision.signals, false)) {
    demands.push_back(
        fmt::format("{} {}", policy.signals[static_cast<std::size_t>(each.signal)].name, FormatNumber(each.replicas)));
  }
  return JoinWords(demands);
}

std::string RuleAction(const Policy& policy, const Step& step) {
  const Rule& rule = policy.rules[static_cast<std::size_t>(step.item)];
  if (rule.add) return fmt::format("{} more than observed", FormatNumber(*rule.add));
  if (rule.remove) return fmt::format("{} fewer than observed", FormatNumber(*rule.remove));
  if (rule.set) return fmt::format("exactly {}", FormatNumber(*rule.set));
  if (rule.at_least) return fmt::format("at least {}", FormatNumber(*rule.at_least));
  return fmt::format("at most {}", FormatNumber(*rule.at_most));
}

using Json = nlohmann::ordered_json;

Json NumberOrNull(std::optional<double> number) { return number ? Json(*number) : Json(); }

Json TrustJson(const Trust& trust) {
  return {{"on", trust.on},           {"reason", TrustCode(trust.reason)},
          {"loss", trust.ours},       {"naive_loss", trust.naive},
          {"naive_rule", trust.rule}, {"coverage", trust.coverage},
          {"shift", trust.shift},     {"corrected_coverage", trust.corrected}};
}

Json LearnedJson(const LearnedNumber& learned) {
  Json json = {{"value", NumberOrNull(learned.value)}, {"count", learned.count}, {"needed", learned.needed}};
  if (learned.value) {
    json["low"] = learned.low;
    json["high"] = std::isfinite(learned.high) ? Json(learned.high) : Json();
  }
  json["fitted"] = FormatTimestamp(learned.fitted);
  return json;
}

Json OutcomeJson(const RiskOutcome& outcome) {
  return {{"risk", outcome.risk}, {"missed", outcome.missed}, {"replicas", outcome.replicas}};
}

// What was asked for, what is expected, and what a step more or less had come to in the last week. Shares, not percent.
Json ObjectiveJson(const ObjectiveReport& report) {
  Json json = {{"asked", report.asked}, {"fitted", FormatTimestamp(report.fitted)}, {"problem", report.problem}};
  if (report.has_model) json["chosen"] = OutcomeJson(report.chosen);
  json["near"] = Json::array();
  for (const RiskOutcome& each : NearOutcomes(report)) json["near"].push_back(OutcomeJson(each));
  return json;
}

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
    if (outcome.expected) signals.back()["expected"] = *outcome.expected;
    if (outcome.trust != nullptr) signals.back()["trust"] = TrustJson(*outcome.trust);
    if (outcome.learned != nullptr) signals.back()["learned"] = LearnedJson(*outcome.learned);
    if (outcome.schedule != nullptr)
      signals.back()["next"] = DescribeNext(*policy.signals[i].schedule, *outcome.schedule);
  }
  return signals;
}

// What sources said may not be UTF-8; it is mended, not thrown over.
std::string Dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string StepItem(const Policy& policy, const Step& step) {
  if (step.item < 0) return "";
  const auto item = static_cast<std::size_t>(step.item);
  if (step.stage == "rules") return policy.rules[item].name;
  if (step.stage == "override") return step.name != nullptr ? *step.name : "";
  return policy.signals[item].name;
}

std::string SignalSentence(const Policy& policy, const Decision& decision, std::size_t index) {
  const Signal& signal = policy.signals[index];
  const SignalOutcome& outcome = decision.signals[index];
  const std::string law =
      signal.forecast ? ForecastSentence(policy, decision, index) : LawSentence(decision, signal, outcome);
  switch (outcome.reason) {
    case Reason::kHeld:
      return fmt::format("{}, held for {}: {}", law, FormatDuration(outcome.age), outcome.problem.text());
    case Reason::kPartialData: return fmt::format("{}, at least: {}", law, outcome.problem.text());
    case Reason::kMissing: return "no data: " + outcome.problem.text();
    case Reason::kIgnored: return "no data, ignored: " + outcome.problem.text();
    case Reason::kAssumedHigh: return "no data, the maximum assumed: " + outcome.problem.text();
    case Reason::kFallback:
      return fmt::format("no data, {}: {}", FallbackSentence(policy, signal), outcome.problem.text());
    case Reason::kIdle: return "no data since there are no replicas";
    case Reason::kNotScheduled:
      return "nothing is scheduled now" + (outcome.problem.empty() ? "" : " (" + outcome.problem.text() + ")");
    case Reason::kSwitchedOff: return "switched off";
    case Reason::kShadowForecast: return law + "; in shadow: not used";
    case Reason::kDistrustedForecast:
      return fmt::format("{}; not used: {}{}", law, TrustSentence(outcome.trust->reason), ScoresOf(*outcome.trust));
    case Reason::kObjective:
    case Reason::kObjectiveUnfitted: return fmt::format("{}; {}", law, ReportSentence(*decision.objective));
    case Reason::kNoForecast: return "no forecast: " + std::string(outcome.problem.text());
    default: return law;
  }
}

std::string Sentence(const Policy& policy, const Decision& decision, const Step& step) {
  const std::string after = FormatNumber(step.after);
  const std::string limit = FormatNumber(step.limit);
  const std::string ago = FormatDuration(step.ago);
  const std::string observed = FormatNumber(decision.observed.value_or(0));
  const std::string name = StepItem(policy, step);
  auto signal_sentence = [&] { return SignalSentence(policy, decision, static_cast<std::size_t>(step.item)); };
  const bool failed = step.stage != "override" && step.stage != "budget" && step.name != nullptr;
  if (failed) return *step.name;
  switch (step.reason) {
    case Reason::kHighestDemand:
    case Reason::kFirstAnswer: return fmt::format("{} wants {}: {}", name, after, signal_sentence());
    case Reason::kLowestDemand: return fmt::format("{} wants least, {}: {}", name, after, signal_sentence());
    case Reason::kSumOfDemands: return fmt::format("{} together: {}", after, Demands(policy, decision));
    case Reason::kMeanOfDemands: return fmt::format("{} in the mean: {}", after, Demands(policy, decision));
    case Reason::kMedianOfDemands: return fmt::format("{} is the median: {}", after, Demands(policy, decision));
    case Reason::kWeightedDemands: return fmt::format("{} by weight: {}", after, Demands(policy, decision));
    case Reason::kByScore:
      return fmt::format("score {} of {} at {} replicas: {}", FormatNumber(decision.score.value_or(0)),
                         FormatNumber(policy.combine.score_target), observed, after);
    case Reason::kByExpression: return fmt::format("{} = {}", policy.combine.text, after);
    case Reason::kDistrustedForecast:
    case Reason::kNoForecast:
    case Reason::kIgnored: return fmt::format("{}: {}", name, signal_sentence());
    case Reason::kNothingAsked: return "nothing asks for replicas";
    case Reason::kNothingKnown: return "no signal has data";
    case Reason::kStaysAtObserved: return fmt::format("stays at the {} observed unless a rule fires", after);
    case Reason::kObservedUnknown: return "how many replicas there are is not known";
    case Reason::kIdleInactive: return "no replicas, and nothing to wake for";
    case Reason::kIdleWake: return "no replicas, and whenIdle says to wake";
    case Reason::kWaking: return "just woken: the workers' metrics are not back yet";
    case Reason::kScheduleFactor: return fmt::format("{}: times {} is {}", name, limit, after);
    case Reason::kRuleAdds:
    case Reason::kRuleRemoves:
    case Reason::kRuleSets:
    case Reason::kRuleAtLeast:
    case Reason::kRuleAtMost: return fmt::format("rule {}: {}, so {}", name, RuleAction(policy, step), after);
    case Reason::kRuleCoolingDown: return fmt::format("rule {} waits: the count changed {} ago", name, ago);
    case Reason::kStabilizedDown: return fmt::format("stabilize: {} was asked for {} ago", limit, ago);
    case Reason::kStabilizedUp: return fmt::format("stabilize: only {} was asked for {} ago", limit, ago);
    case Reason::kStepLimitedUp: return fmt::format("step: from {} up to {} at most for now", limit, after);
    case Reason::kStepLimitedDown: return fmt::format("step: from {} down to {} at most for now", limit, after);
    case Reason::kCoolingDownUp: return fmt::format("cooldown: it went up {} ago", ago);
    case Reason::kCoolingDownDown: return fmt::format("cooldown: it went down {} ago", ago);
    case Reason::kWithinHysteresis: return fmt::format("hysteresis: less than {} % from the {} observed", limit, after);
    case Reason::kGateClosed:
      return fmt::format("gate {} is closed ({}): nothing is asked for", name, signal_sentence());
    case Reason::kGateClosedHolding:
      return fmt::format("gate {} is closed ({}): stays at {}", name, signal_sentence(), after);
    case Reason::kRaisedToFloor: return fmt::format("floor {} is {}: {}", name, after, signal_sentence());
    case Reason::kCappedAtCeiling: return fmt::format("ceiling {} is {}: {}", name, after, signal_sentence());
    case Reason::kPinned: return fmt::format("override {}: exactly {}", name, after);
    case Reason::kOverrideFloor: return fmt::format("override {}: at least {}", name, after);
    case Reason::kOverrideCeiling: return fmt::format("override {}: at most {}", name, after);
    case Reason::kCannotHold:
      return fmt::format("override {} cannot hold, as the policy asks for no count (set replicas.observed)", name);
    case Reason::kOverrideHold: return fmt::format("override {}: stays at {}", name, after);
    case Reason::kCappedByCost: return fmt::format("cost.maxPerHour pays for {}", after);
    case Reason::kRaisedToMin: return fmt::format("replicas.min is {}", after);
    case Reason::kCappedAtMax:
      return policy.replicas.max ? fmt::format("replicas.max is {}", after)
                                 : fmt::format("no decision has more than {}", after);
    case Reason::kCutByBudget:
      return fmt::format("budget {} leaves {}", step.name != nullptr ? *step.name : policy.budget.value_or(""), after);
    case Reason::kBeyondTolerance: return fmt::format("the HPA would not leave {} for less than {}", observed, after);
    case Reason::kWithinTolerance: return fmt::format("told {}, as the HPA stands at {}", after, observed);
    case Reason::kActiveByReading: {
      const Signal& by = policy.signals[static_cast<std::size_t>(step.item)];
      const SignalOutcome& outcome = decision.signals[static_cast<std::size_t>(step.item)];
      if (!outcome.value) return fmt::format("active: {} {}", name, by.schedule ? "is scheduled" : "has no data");
      if (by.backlog && !by.activate_above) return fmt::format("active: {} is not empty", name);
      return fmt::format("active: {} {} is above {}", name, FormatNumber(*outcome.value),
                         FormatNumber(by.activate_above.value_or(0)));
    }
    case Reason::kActiveByMin: return "active: replicas.min is above 0";
    case Reason::kActiveByFloor: return "active: a floor is above 0";
    case Reason::kActiveByReplicas: return "active: more than one replica is wanted";
    case Reason::kActiveByExpression: return fmt::format("active: the expression asks for {}", after);
    case Reason::kActiveByObserved: return "active: it stays as it is";
    case Reason::kInactive: return "inactive: no reading is above its activateAbove";
    case Reason::kInactiveByLimit: return "inactive: a limit leaves nothing";
    case Reason::kModeHold: return fmt::format("mode hold: answers the {} observed", after);
    case Reason::kModeYield: return "mode yield: answers 0 and inactive, other triggers decide";
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
  json["wanted"] = answered ? Json(decision.wanted) : Json();
  json["active"] = answered ? Json(decision.active) : Json();
  json["confidence"] = answered ? Json(decision.confidence) : Json();
  json["error"] =
      answered ? Json() : Json{{"code", CodeName(decision.error->code)}, {"message", decision.error->message}};
  json["summary"] = Summary(policy, decision);
  json["observed"] = NumberOrNull(decision.observed);
  json["winner"] = WinningSignal(policy, decision);
  json["signals"] = SignalsJson(policy, decision);
  if (decision.objective != nullptr) json["objective"] = ObjectiveJson(*decision.objective);
  json["steps"] = Json::array();
  for (const Step& step : decision.steps) {
    json["steps"].push_back({{"stage", step.stage},
                             {"reason", ReasonCode(step.reason)},
                             {"before", step.before},
                             {"after", step.after},
                             {"signal", StepItem(policy, step)},
                             {"sentence", Sentence(policy, decision, step)}});
  }
  return Dump(json);
}

std::string WinningSignal(const Policy& policy, const Decision& decision) {
  for (const Step& step : decision.steps) {
    const bool wins = step.reason == Reason::kHighestDemand || step.reason == Reason::kLowestDemand ||
                      step.reason == Reason::kFirstAnswer;
    if (wins) return policy.signals[static_cast<std::size_t>(step.item)].name;
  }
  return "";
}

}  // namespace loadline
