// Stories as text: a policy, what was seen, and what is to be decided when.
//
//   policy   checkout.yaml            # beside the scenario; FILE NAME where the file has several policies
//   tick     15s                      # how often it is looked; 15s where it is not said
//   object   shop/checkout            # the ScaledObject; data/app where it is not said
//   param    pipeline=orders          # of the trigger's metadata
//   begin    2026-11-27T05:00:00Z     # time 0; a Monday, 2026-01-05T00:00:00Z, where it is not said
//   load 1m  requests{service="checkout"}  100x10 400x5 _x3 100x20
//   load 1m  observed  2x60
//   at 10m   want 2   because lag wants 2
//   at 11m   want 0 inactive
//   at 12m   want error   because no data
//
// `load STEP KEY SERIES`: what a query said, a step each STEP, from time 0 on. KEY is the query's text with parameters
// filled in; or a signal's name: then its query, of a backlog NAME.depth, NAME.arrivals or NAME.throughput, of maxAge
// NAME.freshness, or NAME.age in seconds; or observed, or whenIdle. SERIES: see scenario_series.h. Before its first
// step, after its last one, and for queries without a line there is no answer.
// `load STEP observed follows N`: N replicas at first, then what the HPA makes of each decision by the next tick.
//
// `at TIME want NUMBER [inactive] [because TEXT]`: what KEDA is told, to three decimals; active where it is not said.
// TEXT is the decision's Summary (explain.h), or a part of it. # begins a comment, at the beginning of a line or after
// a blank.
#ifndef LOADLINE_SCALING_SCENARIO_H_
#define LOADLINE_SCALING_SCENARIO_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "document/problem.h"
#include "scaling/decide.h"

namespace loadline {

struct ScenarioLoad {
  int line = 0;
  Duration step{0};
  std::string text;  // KEY SERIES: where one ends only the policy's queries tell
};

struct ScenarioCheck {
  int line = 0;
  Duration time{0};
  std::string want;     // "2", "0 inactive", "error"; empty: not said yet, for --update to write
  std::string because;  // may be empty
};

struct Scenario {
  std::string policy_file;  // as it was written
  std::string policy_name;  // empty: the only one of the file
  int policy_line = 0;
  Duration tick{15000};
  std::string object_namespace = "data";
  std::string object = "app";
  std::map<std::string, std::string> parameters;
  Timestamp begin{std::chrono::sys_days(std::chrono::year(2026) / 1 / 5)};
  std::vector<ScenarioLoad> loads;
  std::vector<ScenarioCheck> checks;  // in the order of time
};

struct ParsedScenario {
  Scenario scenario;
  Problems problems;  // all of them at once; where there is one, the scenario is not to be run
};

ParsedScenario ParseScenario(std::string_view text);

// What was decided at a check.
struct ScenarioAnswer {
  std::string got;      // as `want`
  std::string because;  // the whole Summary
  bool as_wanted = false;
};

struct ScenarioRun {
  std::vector<ScenarioAnswer> answers;  // one for each check, in its order
  Problems problems;                    // of the scenario, with the policy known; then there are no answers
  Problems policy_problems;             // of the policy's file: likewise

  bool passed() const;
};

// Decides at each check, with the windows that the policy's plan needs; `policy_text` is the content of its policy
// file: Calendar documents that stand there count, too. REQUIRES: no problems.
ScenarioRun RunScenario(const Scenario& scenario, std::string_view policy_text);

// `text` with what was decided where something else was wanted, or nothing said; comments and layout stay.
// REQUIRES: `text` is what `scenario` was read from, and `run` is its run, without problems.
std::string UpdateScenario(std::string_view text, const Scenario& scenario, const ScenarioRun& run);

}  // namespace loadline

#endif  // LOADLINE_SCALING_SCENARIO_H_
