#include "scaling/week_tally.h"

#include <algorithm>
#include <cmath>

namespace loadline {

void WeekTally::Add(const Minute& minute) {
  if (minutes_.size() < kWeekMinutes) {
    minutes_.push_back(minute);
  } else {
    minutes_[count_ % kWeekMinutes] = minute;
  }
  ++count_;
}

RiskOutcome WeekTally::Outcome(double risk) const {
  if (minutes_.empty()) return {risk, 1, 0};
  Minute sum;
  for (const Minute& each : minutes_) {
    sum.all += each.all;
    sum.missed += each.missed;
    sum.replicas += each.replicas;
  }
  const auto count = static_cast<double>(minutes_.size());
  const double missed = sum.all > 0 ? sum.missed / sum.all + 1 / count : 1 / count;
  return {risk, missed, sum.replicas / count};
}

RiskOutcome RiskForTarget(std::span<const RiskOutcome> outcomes, double target) {
  RiskOutcome before = outcomes.front();
  for (const RiskOutcome& each : outcomes) {
    RiskOutcome next = each;
    next.missed = std::min(next.missed, before.missed);  // less risk is never worse, but for chance
    if (next.missed <= target) {
      if (next.missed >= before.missed) return next;
      const double part = std::log(before.missed / target) / std::log(before.missed / next.missed);
      if (part <= 0) return before;
      const auto between = [part](double from, double to) { return from * std::pow(to / from, part); };
      return {between(before.risk, next.risk), target, before.replicas + part * (next.replicas - before.replicas)};
    }
    before = next;
  }
  return before;
}

}  // namespace loadline
