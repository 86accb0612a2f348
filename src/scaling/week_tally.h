// What came of an alternative that was only tried, minute by minute over the last week; and which one to choose.
#ifndef LOADLINE_SCALING_WEEK_TALLY_H_
#define LOADLINE_SCALING_WEEK_TALLY_H_

#include <cstddef>
#include <span>
#include <vector>

#include "scaling/objective_report.h"

namespace loadline {

// The risk that would have missed `target`, with what came of it, between two of the outcomes; they are ordered by
// falling risk. The riskiest or the safest of them where none is near.
RiskOutcome RiskForTarget(std::span<const RiskOutcome> outcomes, double target);

class WeekTally {
 public:
  struct Minute {
    double all = 0;  // ticks, or items
    double missed = 0;
    double replicas = 0;  // mean
  };

  void Add(const Minute& minute);
  bool HasADay() const { return count_ >= kDayMinutes; }
  // As if one more minute had been missed: that none was in a short time is no proof of none.
  RiskOutcome Outcome(double risk) const;

 private:
  static constexpr std::size_t kDayMinutes = 24 * 60;
  static constexpr std::size_t kWeekMinutes = 7 * kDayMinutes;

  std::vector<Minute> minutes_;  // a ring once the week is full
  std::size_t count_ = 0;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_WEEK_TALLY_H_
