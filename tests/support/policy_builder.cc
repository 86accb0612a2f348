#include "support/policy_builder.h"

#include <fmt/format.h>

#include <sstream>
#include <stdexcept>

#include "base/text.h"
#include "scaling/policy_yaml.h"

namespace loadline::testing {
namespace {

Reading ReadingOf(const std::string& word) {
  if (word == "-") return {0, ReadingState::kFailed};
  if (word == "_") return {0, ReadingState::kEmpty};
  if (word == "nan") return {0, ReadingState::kNotFinite};
  if (word == "many") return {0, ReadingState::kSeveral};
  if (word == "refused") return {0, ReadingState::kRefused};
  if (word.starts_with("~")) return {*ParseNumber(word.substr(1)), ReadingState::kPartial};
  return {*ParseNumber(word), ReadingState::kValue};
}

std::vector<Reading> ReadingsOf(const std::string& text) {
  std::vector<Reading> readings;
  std::istringstream words(text);
  for (std::string word; words >> word;) readings.push_back(ReadingOf(word));
  return readings;
}

}  // namespace

Policy MakePolicy(std::string_view spec) {
  std::string text =
      "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: test, namespace: data }\nspec:\n";
  std::istringstream lines{std::string(spec)};
  for (std::string line; std::getline(lines, line);) text += "  " + line + "\n";
  PolicyDocument document = ParsePolicy({text, 1});
  if (!document.content) {
    std::string problems;
    for (const Problem& problem : document.problems) problems += FormatProblem("test", problem) + "\n";
    throw std::runtime_error(problems);
  }
  return std::move(*document.content);
}

Decision DecideOn(const Policy& policy, const Said& said, Duration interval) {
  const QueryPlan plan = *PlanQueries(policy, {{"namespace", "data"}, {"name", "app"}});
  std::size_t ticks = 1;
  for (const auto& [_, text] : said) ticks = std::max(ticks, ReadingsOf(text).size());
  std::vector<std::vector<Reading>> readings;
  for (const PlannedQuery& query : plan.queries) {
    const auto found = said.find(query.text);
    readings.push_back(found == said.end() ? std::vector<Reading>(ticks) : ReadingsOf(found->second));
    if (readings.back().size() != ticks)
      throw std::runtime_error(query.text + ": want " + std::to_string(ticks) + " ticks");
  }
  Observation seen{Timestamp(std::chrono::hours(1)), interval, {}};
  for (const auto& each : readings)
    seen.windows.push_back({each, each.back().state == ReadingState::kValue ? "" : "prom:9090: no answer"});
  return Decide(policy, plan, seen);
}

}  // namespace loadline::testing
