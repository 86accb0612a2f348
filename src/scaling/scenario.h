// Stories as text: a policy, what was seen, and what is to be decided when.
//
//   policy   checkout.yaml            # beside the scenario; FILE NAME where the file has several policies
//   with     fleet.yaml               # another file of documents, such as Budgets, Overrides and Calendars
//   tick     15s                      # how often it is looked; 15s where it is not said
//   object   shop/checkout            # the ScaledObject; app, in a namespace that the policy is for, where it is not
//   said param    pipeline=orders          # of the trigger's metadata binding  payment                  # another
//   trigger: policy payment of the files, object shop/payment binding  b object shop/b policy payment param
//   pipeline=returns begin    2026-11-27T05:00:00Z     # time 0; a Monday, 2026-01-05T00:00:00Z, where it is not said
//   load 1m  requests{service="checkout"}  100x10 400x5 _x3 100x20
//   load 1m  observed  2x60
//   at 10m   want 2   because lag wants 2
//   at 11m   want 0 inactive
//   at 12m   want error   because no data
//   at 12m   payment want 4
//
// `load STEP KEY SERIES`: what a query said, a step each STEP, from time 0 on. KEY is the query's text with parameters
// filled in; or a signal's name: then its query, of a backlog NAME.depth, NAME.arrivals or NAME.throughput, of maxAge
// NAME.freshness, or NAME.age in seconds; or observed, or whenIdle. Of another binding than the first: BINDING and such
// a name. SERIES: see scenario_series.h. Before its first step, after its last one, and for queries without a line
// there is no answer. A query that several bindings ask has one line. `load STEP observed follows N`: N replicas at
// first, then what the HPA makes of each decision by the next tick.
//
// `load STEP NAME.forecast SERIES`: what the forecast NAME expects of time 0, of a step later, and so on. `load STEP
// NAME.trust WORDS`: what became of its fits (scenario_forecast.h); without the line it is trusted. `load STEP
// NAME.learned WORDS`: what was learned of the signal's number (scenario_learned.h); without the line too little is
// known, and what the policy assumes holds. `load STEP NAME.levels WORDS`: what the law of an objective wants
// (scenario_objective.h).
//
// `at TIME [BINDING] want NUMBER [inactive] [because TEXT]`: what KEDA is told, to three decimals; active where it is
// not said. TEXT is the decision's Summary (explain.h), or a part of it. # begins a comment, at the beginning of a line
// or after a blank. All bindings are decided together (fleet.h), with the Budgets and Overrides of the files.
#ifndef LOADLINE_SCALING_SCENARIO_H_
#define LOADLINE_SCALING_SCENARIO_H_

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "document/problem.h"

namespace loadline {

// A file of documents, as it was written.
struct ScenarioFile {
  int line = 0;  // 0: not said
  std::string path;
};

// A trigger of a ScaledObject.
struct ScenarioBinding {
  int line = 0;
  std::string name;              // by which the scenario calls it; empty: the first one
  std::string policy;            // its name, or namespace/name; empty: the only one of the first file
  std::string object_namespace;  // empty: not said
  std::string object = "app";
  std::map<std::string, std::string> parameters;
};

struct ScenarioLoad {
  int line = 0;
  Duration step{0};
  std::string text;  // KEY SERIES: where one ends only the policies' queries tell
};

struct ScenarioCheck {
  int line = 0;
  Duration time{0};
  std::size_t binding = 0;  // its index
  std::string want;         // "2", "0 inactive", "error"; empty: not said yet, for --update to write
  std::string because;      // may be empty
};

struct Scenario {
  std::vector<ScenarioFile> files{1};        // the policy's, then those that come with it
  std::vector<ScenarioBinding> bindings{1};  // the one of policy, object and param, then the others
  Duration tick{15000};
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
  Problems problems;                    // of the scenario, with the policies known; then there are no answers
  std::vector<Problems> file_problems;  // of each of its files: likewise

  bool passed() const;
};

// Decides at each check, with the windows that the policies' plans need; `texts` has the content of each of the
// scenario's files. REQUIRES: no problems.
ScenarioRun RunScenario(const Scenario& scenario, std::span<const std::string> texts);

// `text` with what was decided where something else was wanted, or nothing said; comments and layout stay.
// REQUIRES: `text` is what `scenario` was read from, and `run` is its run, without problems.
std::string UpdateScenario(std::string_view text, const Scenario& scenario, const ScenarioRun& run);

}  // namespace loadline

#endif  // LOADLINE_SCALING_SCENARIO_H_
