#include "forecast/load_readings.h"

#include <algorithm>
#include <cmath>

namespace loadline {

LoadReadings::LoadReadings(Timestamp first, Duration tick)
    : minute_(static_cast<int>(std::chrono::minutes(1) / tick)),
      offset_(static_cast<int>(first.time_since_epoch() / tick % minute_)) {}

void LoadReadings::Push(std::optional<double> load) {
  const int now = size();
  const double root = load ? std::sqrt(std::max(*load, 0.0)) : now > 0 ? roots_.back() : 0;
  const int looked_back = std::min(now, 15 * minute_);
  const double usual = looked_back > 0 ? (root_sums_[now] - root_sums_[now - looked_back]) / looked_back : root;
  const double away = std::abs(root - usual);
  std::array<double, 3> swing = now > 0 ? swings_.back() : std::array{away, away, away};
  for (std::size_t i = 0; i < swing.size(); ++i) {
    swing[i] += (1 - std::exp2(-1.0 / (kSwingMinutes[i] * minute_))) * (away - swing[i]);
  }
  roots_.push_back(root);
  root_sums_.push_back(root_sums_.back() + root);
  missing_.push_back(missing_.back() + (load ? 0 : 1));
  swings_.push_back(swing);
  if (!EndsMinute(now)) return;
  for (; known_ < now; ++known_) load_sums_.push_back(load_sums_.back() + root * root);
}

LoadReadings LoadReadings::From(int first) const {
  LoadReadings later = *this;
  // Sums stay sums from the very beginning: their differences are the same to the last bit.
  const auto drop = [first](auto& values) { values.erase(values.begin(), values.begin() + first); };
  later.offset_ = (offset_ + first) % minute_;
  later.known_ = std::max(known_ - first, 0);
  drop(later.roots_);
  drop(later.root_sums_);
  drop(later.missing_);
  drop(later.swings_);
  later.load_sums_.erase(later.load_sums_.begin(), later.load_sums_.begin() + std::min(first, known_));
  return later;
}

double LoadReadings::RootBefore(int tick, int ticks) const {
  const int begin = std::max(tick - ticks + 1, 0);
  return (root_sums_[tick + 1] - root_sums_[begin]) / (tick + 1 - begin);
}

std::optional<double> LoadReadings::RootAround(int tick) const {
  if (tick < 0) return std::nullopt;
  const int reach = 15 * minute_ / 2;
  const int begin = std::max(tick - reach, 0);
  const int end = std::min(tick + reach + 1, size());
  if (begin >= end) return std::nullopt;
  return (root_sums_[end] - root_sums_[begin]) / (end - begin);
}

}  // namespace loadline
