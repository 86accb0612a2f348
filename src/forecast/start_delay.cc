#include "forecast/start_delay.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>
#include <vector>

namespace loadline {
namespace {

constexpr double kNormal95 = 1.959964;  // 95 % of a normal distribution lie within so many deviations

// What became of a rise: it was reached so many steps after it was seen; or had not been by then, and was lost.
struct Rise {
  std::size_t steps = 0;
  bool reached = false;
};

class Follower {
 public:
  Follower(std::span<const double> wanted, std::span<const double> ready, std::size_t longest)
      : wanted_(wanted), ready_(ready), longest_(longest) {}

  std::vector<Rise> Run() {
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (!IsKnown(i)) {
        // Reached within the gap, or behind it: that cannot be told.
        Lose(i, [](const Open&) { return true; });
        continue;
      }
      Reach(i);
      Lose(i, [&](const Open& open) { return open.target > wanted_[i] || i - open.begin > longest_; });
      if (i > 0 && IsKnown(i - 1) && wanted_[i] > wanted_[i - 1] && IsSettled(i - 1)) Begin(i);
    }
    Lose(wanted_.size(), [](const Open&) { return true; });
    return std::move(rises_);
  }

 private:
  struct Open {
    std::size_t begin = 0;
    double before = 0;
    double target = 0;
  };

  bool IsKnown(std::size_t i) const { return std::isfinite(wanted_[i]) && std::isfinite(ready_[i]); }

  // Whether all that is missing is what earlier rises wait for: a pod that failed delays what is not its own. And
  // whether none is too many: those that are about to go would be there at once, if they were wanted again.
  bool IsSettled(std::size_t i) const {
    return ready_[i] <= wanted_[i] && ready_[i] >= (open_.empty() ? wanted_[i] : open_.front().before);
  }

  void Begin(std::size_t at) {
    if (ready_[at] >= wanted_[at]) {
      rises_.push_back({0, true});
    } else {
      open_.push_back({at, wanted_[at - 1], wanted_[at]});
    }
  }

  void Reach(std::size_t at) {
    std::erase_if(open_, [&](const Open& open) {
      if (ready_[at] < open.target) return false;
      rises_.push_back({at - open.begin, true});
      return true;
    });
  }

  template <class IsLost>
  void Lose(std::size_t at, const IsLost& is_lost) {
    std::erase_if(open_, [&](const Open& open) {
      if (!is_lost(open)) return false;
      rises_.push_back({at - 1 - open.begin, false});
      return true;
    });
  }

  const std::span<const double> wanted_;
  const std::span<const double> ready_;
  const std::size_t longest_;
  std::vector<Open> open_;  // not reached yet, oldest first
  std::vector<Rise> rises_;
};

// Where a share of `count` is that was seen to be `share`.
std::pair<double, double> Wilson(double share, double count) {
  const double z2 = kNormal95 * kNormal95;
  const double middle = share + z2 / (2 * count);
  const double half = kNormal95 * std::sqrt(share * (1 - share) / count + z2 / (4 * count * count));
  return {(middle - half) / (1 + z2 / count), (middle + half) / (1 + z2 / count)};
}

// Walks along the estimated distribution, from each number of steps after which some were reached to the next.
Estimate QuantileOf(std::vector<Rise> rises, double quantile, double step) {
  constexpr double kRounding = 1e-9;
  std::ranges::sort(rises, {}, &Rise::steps);
  Estimate estimate;
  estimate.count = static_cast<int>(std::ranges::count(rises, true, &Rise::reached));
  if (estimate.count < kFewestRises) return estimate;
  std::optional<double> low, high;
  if (Wilson(0, estimate.count).second >= quantile) low = 0;
  double left = 1;       // the share that takes longer
  double greenwood = 0;  // its variance, over its square
  for (std::size_t i = 0; i < rises.size();) {
    const auto at_risk = static_cast<double>(rises.size() - i);
    const std::size_t steps = rises[i].steps;
    double reached = 0;
    for (; i < rises.size() && rises[i].steps == steps; ++i) reached += rises[i].reached ? 1 : 0;
    if (reached == 0) continue;
    left *= 1 - reached / at_risk;
    if (left > 0) greenwood += reached / (at_risk * (at_risk - reached));
    const double effective = left > 0 ? (1 - left) / (left * greenwood) : estimate.count;
    const auto [least, most] = Wilson(1 - left, effective);
    const double after = static_cast<double>(steps) * step;
    if (!low && most >= quantile) low = after;
    if (!high && least >= quantile) high = after;
    if (!estimate.value && 1 - left >= quantile - kRounding) estimate.value = after;
  }
  if (!estimate.value) return estimate;  // of too many it is only known that they took longer
  estimate.low = std::max(0.0, low.value_or(*estimate.value) - step);
  if (high) estimate.high = *high + step;
  return estimate;
}

}  // namespace

Estimate EstimateStartDelay(std::span<const double> wanted, std::span<const double> ready,
                            const StartDelayOptions& options) {
  assert(wanted.size() == ready.size());
  const auto longest = static_cast<std::size_t>(std::max<Duration::rep>(1, options.longest / options.step));
  return QuantileOf(Follower(wanted, ready, longest).Run(), options.quantile, ToSeconds(options.step));
}

}  // namespace loadline
