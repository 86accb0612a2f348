#include <cmath>
#include <nlohmann/json.hpp>

#include "scaling/confidence.h"
#include "scaling/explain.h"
#include "schedule/schedule_text.h"

namespace loadline {
namespace {

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

std::string SignalsAsJson(const Policy& policy, const Decision& decision) {
  return Dump(SignalsJson(policy, decision));
}

std::string ExplainAsJson(const Policy& policy, const Decision& decision) {
  Json json;
  const bool answered = !decision.error;
  json["replicas"] = answered ? Json(decision.replicas) : Json();
  json["wanted"] = answered ? Json(decision.wanted) : Json();
  json["active"] = answered ? Json(decision.active) : Json();
  json["confidence"] = answered ? Json(decision.confidence.Product()) : Json();
  json["doubt"] = Doubt(policy, decision);
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

}  // namespace loadline
