#include "scaling/scenario_objective.h"

#include <cmath>

#include "base/text.h"
#include "scaling/policy.h"
#include "scaling/scenario_words.h"

namespace loadline {
namespace {

constexpr Levels kUnknown{0, 0};

std::optional<int> ParseLevel(std::string_view text) {
  const Result<double> number = ParseNumber(text);
  const bool whole = number && *number >= 1 && *number <= kMostReplicas && *number == std::floor(*number);
  return whole ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

std::optional<ScenarioLevels> ParseWord(std::string_view word) {
  if (word == "_") return ScenarioLevels{false, kUnknown};
  const std::size_t dots = word.find("..");
  const auto up = ParseLevel(word.substr(0, dots));
  const auto down = dots == std::string_view::npos ? up : ParseLevel(word.substr(dots + 2));
  if (!up || !down || *down < *up) return std::nullopt;
  return ScenarioLevels{true, {*up, *down}};
}

}  // namespace

Result<std::vector<ScenarioLevels>> ParseLevels(std::string_view text) {
  return ParseSteps<ScenarioLevels>(text, ParseWord, "levels such as 3, 3..5, 3..5x4 or _");
}

const ScenarioLevels* ScenarioObjective::At(Duration time) const {
  if (time < Duration::zero() || said.empty()) return nullptr;
  const auto index = static_cast<std::size_t>(time / step);
  return index < said.size() ? &said[index] : nullptr;
}

std::shared_ptr<const ObjectiveReport> ScenarioObjective::ReportAt(Duration time, const Objective& objective) const {
  const ScenarioLevels* levels = At(time);
  if (levels == nullptr || !levels->is_fitted) return nullptr;
  auto report = std::make_shared<ObjectiveReport>();
  report->asked = (objective.violations ? objective.violations->value : objective.late->value) / 100;
  report->chosen.risk = report->asked;
  report->has_model = true;
  report->problem = "as the scenario says";
  return report;
}

Levels ScenarioObjective::LevelsAt(Duration time) const {
  const ScenarioLevels* levels = At(time);
  return levels == nullptr ? kUnknown : levels->levels;
}

}  // namespace loadline
