#include "scaling/workload.h"

#include <algorithm>

namespace loadline {

int StartingReplicas::Step(int replicas) {
  while (!lowest_.empty() && lowest_.back().replicas >= replicas) lowest_.pop_back();
  lowest_.push_back({tick_, replicas});
  while (lowest_.front().tick < tick_ - delay_) lowest_.pop_front();
  ++tick_;
  return lowest_.front().replicas;
}

WaitingItems::WaitingItems(Duration tick, Duration deadline, double depth)
    : tick_(tick), deadline_(static_cast<std::size_t>(deadline / tick)), arrived_(depth), history_{depth} {}

double WaitingItems::Step(double arrivals, double can_serve) {
  arrived_ += arrivals;
  served_ = std::min(arrived_, served_ + can_serve);
  history_.push_back(arrived_);
  return Late();
}

double WaitingItems::StepTo(double arrivals, double depth) {
  arrived_ += arrivals;
  // More than arrived cannot wait, and what was served does not come back: the depth and the rate are two measurements.
  served_ = std::clamp(arrived_ - depth, served_, arrived_);
  history_.push_back(arrived_);
  return Late();
}

double WaitingItems::Late() {
  const std::size_t newest = history_.size() - 1;
  if (newest < deadline_ + 1) return 0;
  const double due = history_[newest - deadline_ - 1];  // what came up to then has waited longer than the deadline
  const double late = std::max(due - std::max(served_, judged_), 0.0);
  judged_ = std::max(judged_, due);
  return late;
}

Duration WaitingItems::oldest() const {
  if (depth() <= 0) return Duration(0);
  while (oldest_ + 1 < history_.size() && history_[oldest_] <= served_) ++oldest_;
  return tick_ * static_cast<Duration::rep>(history_.size() - 1 - oldest_);
}

}  // namespace loadline
