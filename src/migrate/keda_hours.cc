#include "migrate/keda_hours.h"

#include <algorithm>
#include <optional>

#include "scaling/scenario.h"

namespace loadline {

bool KedaHours::Within(Timestamp time) const {
  const auto start = start_.Next(time, zone_);
  const auto end = end_.Next(time, zone_);
  return start && end && *end <= *start;
}

bool KedaHours::Alternate() const {
  constexpr Duration kWhile = std::chrono::hours(24 * 35);
  constexpr int kMost = 2000;  // starts and ends
  const Timestamp begin = Scenario{}.begin;
  Timestamp time = begin;
  for (int i = 0; i < kMost && time < begin + kWhile; ++i) {
    const auto start = start_.Next(time, zone_);
    const auto end = end_.Next(time, zone_);
    if (!start || !end) return false;
    time = std::min(*start, *end);
    const auto started = start_.Latest(time, zone_);
    const auto ended = end_.Latest(time, zone_);
    const bool open = started && (!ended || *started >= *ended);
    if (open != Within(time)) return false;
  }
  return true;
}

}  // namespace loadline
