// What the law of an objective has to say, tick by tick and of itself: an input of a decision, like readings.
#ifndef LOADLINE_SCALING_OBJECTIVE_REPORT_H_
#define LOADLINE_SCALING_OBJECTIVE_REPORT_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"

namespace loadline {

// A workload is to have at least `up` replicas, and no more than `down`: between them it stays as it is. 0: the law had
// nothing to go by.
struct Levels {
  int up = 1;
  int down = 1;

  bool known() const { return up > 0; }
  friend bool operator==(const Levels&, const Levels&) = default;
};

// What came of a risk in the last week.
struct RiskOutcome {
  double risk = 0;
  double missed = 0;    // share of the time, or of the items
  double replicas = 0;  // mean

  friend bool operator==(const RiskOutcome&, const RiskOutcome&) = default;
};

// What was asked for, what is expected, and what a step more or less had come to.
struct ObjectiveReport {
  Timestamp fitted;                   // history up to then was looked at
  double asked = 0;                   // share of the time, or of the items
  RiskOutcome chosen;                 // the risk that is taken, and what is expected of it
  std::vector<RiskOutcome> outcomes;  // of all risks that were tried, by falling risk; none until a day was
  std::string problem;                // why the risk is not that of the last week, or why there is no model at all
  bool has_model = false;             // without, 80 % of the capacity is used

  friend bool operator==(const ObjectiveReport&, const ObjectiveReport&) = default;
};

// In lines.
std::string DescribeReport(const ObjectiveReport& report);
// In one, for a decision.
std::string ReportSentence(const ObjectiveReport& report);
// Those of the outcomes that are within a factor of 2.5 of the chosen risk: a step or two more and less.
std::vector<RiskOutcome> NearOutcomes(const ObjectiveReport& report);

// As a decision sees it.
struct ObjectiveView {
  std::shared_ptr<const ObjectiveReport> report;  // null: not fitted yet
  std::span<const Levels> levels;                 // at each tick, newest last
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_OBJECTIVE_REPORT_H_
