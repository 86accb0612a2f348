// Scenarios with a policy: whatever they say, problems say what is wrong, or each check has an answer; and what is
// updated by the answers passes.
//
// The input is a scenario, and after a zero byte the text of each of its files.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/require.h"
#include "scaling/scenario.h"

namespace {

using namespace loadline;
using fuzz::Require;

// What is long to play is no news to a fuzzer.
constexpr std::int64_t kMostTicks = 2'000;

bool IsShort(const Scenario& scenario) {
  return scenario.checks.empty() || scenario.checks.back().time / scenario.tick <= kMostTicks;
}

void RequireWords(const Problems& problems) {
  for (const Problem& problem : problems) Require(!FormatProblem("fuzz.scenario", problem).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::string text(input.Part());
  const ParsedScenario parsed = ParseScenario(text);
  RequireWords(parsed.problems);
  if (!parsed.problems.empty() || !IsShort(parsed.scenario)) return 0;
  const std::vector<std::string> texts(parsed.scenario.files.size(), std::string(input.Rest()));
  const ScenarioRun run = RunScenario(parsed.scenario, texts);
  RequireWords(run.problems);
  if (!run.problems.empty()) return 0;
  for (const Problems& each : run.file_problems) {
    RequireWords(each);
    if (HasErrors(each)) return 0;
  }
  Require(run.answers.size() == parsed.scenario.checks.size());
  const ParsedScenario updated = ParseScenario(UpdateScenario(text, parsed.scenario, run));
  Require(updated.problems.empty());
  Require(RunScenario(updated.scenario, texts).passed());
  return 0;
}
