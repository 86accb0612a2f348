#include "scaling/virtual_run.h"

#include <algorithm>
#include <cmath>

namespace loadline {

double ValueForLevels(const Levels& levels, int replicas, const ObjectiveTerms& terms) {
  const int wanted = replicas < 1             ? levels.up
                     : replicas < levels.up   ? levels.up
                     : replicas > levels.down ? levels.down
                                              : replicas;
  return ValueForHpa(wanted, replicas, terms.tolerance, terms.deadband);
}

VirtualRun::VirtualRun(const ObjectiveTerms& terms, Duration scale_down_window, int replicas)
    : terms_(terms),
      replicas_(replicas),
      proposals_(std::max<std::size_t>(scale_down_window / terms.tick, 1), replicas),
      counts_(static_cast<std::size_t>(DelayInTicks(terms.start_delay, terms.tick)) + 1, replicas) {}

void VirtualRun::Step(const Levels& levels) {
  const double value = ValueForLevels(levels, replicas_, terms_);
  const double ratio = value / std::max(replicas_, 1);
  const bool within = ratio >= 1 - terms_.tolerance.down && ratio <= 1 + terms_.tolerance.up;
  const int proposal = within ? replicas_ : static_cast<int>(std::ceil(value - 1e-9));
  proposals_[tick_ % proposals_.size()] = proposal;
  const int highest = *std::max_element(proposals_.begin(), proposals_.end());
  const int stabilized = std::min(std::max(replicas_, proposal), highest);
  const int limited = std::min(stabilized, std::max(replicas_ + 4, 2 * replicas_));
  replicas_ = std::clamp(limited, std::max(terms_.min, 1), std::max(terms_.max, 1));
  counts_[tick_ % counts_.size()] = replicas_;
  ++tick_;
}

int VirtualRun::ready() const { return *std::min_element(counts_.begin(), counts_.end()); }

}  // namespace loadline
