#include "forecast/profile.h"

#include <algorithm>
#include <numeric>

namespace loadline {

Profile::Profile(std::span<const double> values, int period, double alpha)
    : period_(period),
      first_mean_(std::accumulate(values.begin(), values.begin() + period, 0.0) / period),
      after_(values.begin(), values.end()) {
  const int size = static_cast<int>(values.size());
  for (int t = period; t < size; ++t) {
    const double share = std::max(alpha, 1.0 / (t / period + 1));
    after_[t] = after_[t - period] + share * (values[t] - after_[t - period]);
  }
}

}  // namespace loadline
