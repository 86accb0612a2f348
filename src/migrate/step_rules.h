// Engines that look every so often, and add or remove replicas where something holds: as rules of a policy.
#ifndef LOADLINE_MIGRATE_STEP_RULES_H_
#define LOADLINE_MIGRATE_STEP_RULES_H_

#include <functional>
#include <string>
#include <vector>

#include "base/time.h"
#include "document/node.h"
#include "migrate/measured.h"
#include "migrate/migration.h"

namespace loadline {

struct StepCondition {
  enum class Is { kAbove, kBelow, kAtLeast, kAtMost, kEqual, kRises, kFalls };

  std::string signal;  // or "score"
  Is is = Is::kAbove;
  double threshold = 0;  // of kRises and kFalls: percent
  Duration over{0};      // of these: within which time
};

struct StepRule {
  std::string name;
  std::vector<StepCondition> conditions;
  bool all = true;   // of them; else any
  Duration hold{0};  // for so long
  int by = 0;        // below 0: removes
  Duration cooldown{0};
};

// Of those rules that add the first that holds counts, else the first that removes. Where both hold and there is no
// more to add, at the maximum or while that cools down, these engines remove, and our rules do not: no story is of
// that.
struct StepEngine {
  std::vector<std::string> signals;
  std::vector<StepRule> rules;  // those that add first
  CountBounds bounds;
  Duration every{0};                                               // how often it looks; 0: at each tick
  Duration window{0};                                              // the longest of which a signal takes an aggregate
  bool holds = false;                                              // it is switched off, or only shows what it would do
  std::function<double(const std::vector<double>& values)> score;  // of the signals' values, where there is one
  std::function<double(Timestamp time)> floor;                     // what a schedule says; may be empty
  // Values to try beside those at and about the thresholds.
  std::vector<std::vector<double>> rows;
  std::vector<double> quiet;  // values at which nothing is done; empty: such are looked for
};

// As `rules` of a policy. They come in the order in which the first to add wins over those that remove, and a rule does
// not fire with a smaller one before it.
Node StepRulesNode(const StepEngine& engine);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_STEP_RULES_H_
