#include "scaling/deadband.h"

#include <algorithm>
#include <cmath>

namespace loadline {
namespace {

// Sums of demands carry noise: 0.1 * 3 / 0.1 is 3.0000000000000004, and nobody wants a fourth replica for that.
double WholeReplicas(double wanted) { return std::ceil(wanted - 1e-9 * std::max(1.0, wanted)); }

// Thousandths of c * (1 + tolerance) are whole or far from it; what floating point adds is less than this.
constexpr double kNoise = 1e-6;

// The least value that takes the HPA up from `present`, and the highest that takes it down; below 0: there is none.
double LeastAbove(double present, double tolerance) {
  return (std::floor(1000 * present * (1 + tolerance) + kNoise) + 1) / 1000;
}
double HighestBelow(double present, double tolerance) {
  return (std::ceil(1000 * present * (1 - tolerance) - kNoise) - 1) / 1000;
}

double ValueUp(double target, double present, double tolerance, Deadband mode) {
  const double reached = std::max(target, std::ceil(LeastAbove(present, tolerance)));
  return mode == Deadband::kHold && reached > target ? present : reached;
}

// The HPA rounds up: any value in (target - 1, target] will do, and where none of them is low enough to be followed,
// neither is any for a count between the target and `present`.
double ValueDown(double target, double present, double tolerance) {
  const double value = std::min(target, HighestBelow(present, tolerance));
  return value >= 0 && std::ceil(value) == target ? value : present;
}

}  // namespace

double ValueForHpa(double wanted, std::optional<double> present, const Tolerance& tolerance, Deadband mode) {
  const double target = WholeReplicas(wanted);
  const bool known = present && *present >= 1 && *present == std::floor(*present);
  if (mode == Deadband::kPlain || !known || target == *present) return target;
  return target > *present ? ValueUp(target, *present, tolerance.up, mode)
                           : ValueDown(target, *present, tolerance.down);
}

}  // namespace loadline
