#include "controller/decision_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "scaling/explain.h"
#include "scaling/policy_check.h"
#include "scaling/trigger_metadata.h"

namespace loadline {
namespace {

constexpr Duration kLogAtLeastEvery = std::chrono::hours(1);
// Of the errors of one policy and code a line a minute is logged for each reason; reasons share this many places, as
// what they are made of comes from outside.
constexpr std::size_t kPlacesOfReasons = 8;

// A text in which a number that changes from tick to tick (an age, "4.9s", a count) makes no difference. The code of
// "HTTP 500" does.
std::string WithoutNumbers(std::string_view text) {
  constexpr std::string_view kStatus = "HTTP ";
  std::string without;
  while (!text.empty()) {
    // A word, or what stands between two.
    const auto is_word = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == ',';
    };
    const bool word = is_word(text.front());
    const auto end = std::find_if(text.begin(), text.end(), [=](char c) { return is_word(c) != word; });
    const std::string_view piece = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    const bool is_number = std::isdigit(static_cast<unsigned char>(piece.front())) != 0;
    without += is_number && !without.ends_with(kStatus) ? std::string_view("#") : piece;
    text.remove_prefix(piece.size());
  }
  return without;
}

// What KEDA and the HPA would notice, and who decided it.
std::string StateOf(const PublishedAnswer& answer) {
  if (answer.error)
    return fmt::format("error {} {}", CodeName(answer.error->code), WithoutNumbers(answer.error->message));
  std::string state = fmt::format("{} {}", std::ceil(answer.decision.replicas), answer.decision.active);
  for (const Step& step : answer.decision.steps)
    state += fmt::format(" {}/{}", static_cast<int>(step.reason), step.item);
  for (const SignalOutcome& signal : answer.decision.signals)
    state += fmt::format(" {}", static_cast<int>(signal.reason));
  return state;
}

// As JSON: what tells several triggers of one object apart.
std::string ParametersOf(const BindingKey& key) {
  std::map<std::string, std::string> shown = ShownMetadata(key.metadata);
  std::erase_if(shown, [](const auto& entry) { return IsReservedParameter(entry.first); });
  return nlohmann::json(shown).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void LogError(Log& log, LogFields fields, const PublishedAnswer& answer) {
  const Error& error = *answer.error;
  fields.push_back({"code", CodeName(error.code)});
  fields.push_back({"reason", error.message});
  const std::string policy =
      answer.policy == nullptr ? "" : PolicyId(answer.policy->policy_namespace, answer.policy->name);
  const std::size_t place = *LoggedDecision(answer).state % kPlacesOfReasons;
  log.WriteLimited(fmt::format("decision {} {} {}", policy, CodeName(error.code), place), "controller", LogLevel::kWarn,
                   "decision", fields);
}

}  // namespace

LoggedDecision::LoggedDecision(const PublishedAnswer& answer)
    : state(std::hash<std::string>{}(StateOf(answer))), time(answer.time) {
  if (!answer.error) replicas = answer.decision.replicas;
}

bool LoggedDecision::IsDueAfter(const LoggedDecision& latest) const {
  return state != latest.state || time - latest.time >= kLogAtLeastEvery;
}

void LogDecision(Log& log, const BindingKey& key, const PublishedAnswer& answer, const LoggedDecision& before) {
  LogFields fields = {
      {"binding", key.Id()}, {"policy", std::string(key.policy())}, {"parameters", Json{ParametersOf(key)}}};
  if (answer.error) return LogError(log, std::move(fields), answer);
  const Policy& policy = *answer.policy;
  const Decision& decision = answer.decision;
  if (before.replicas) fields.push_back({"before", *before.replicas});
  fields.push_back({"replicas", decision.replicas});
  fields.push_back({"active", decision.active});
  fields.push_back({"winner", WinningSignal(policy, decision)});
  fields.push_back({"reason", Summary(policy, decision)});
  fields.push_back({"signals", Json{SignalsAsJson(policy, decision)}});
  log.Write("controller", LogLevel::kInfo, "decision", fields);
}

}  // namespace loadline
