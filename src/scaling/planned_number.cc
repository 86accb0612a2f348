#include "scaling/planned_number.h"

#include <algorithm>

namespace loadline {

NumberTimes TimesOf(const PlannedNumber& number, Duration tick) {
  using std::chrono::minutes;
  constexpr std::int64_t kMostHistory = 7 * 24 * 60 * 4;
  NumberTimes times{Duration(0), std::chrono::hours(1), 0};
  for (const Duration step :
       {Duration(15'000), Duration(30'000), Duration(minutes(1)), Duration(minutes(5)), Duration(minutes(10)),
        Duration(minutes(15)), Duration(minutes(30)), Duration(minutes(60))}) {
    times.step = step;
    times.history = static_cast<int>(std::clamp<std::int64_t>(number.history / step, 1, kMostHistory));
    if (step >= tick && number.history / step <= kMostHistory) break;
  }
  return times;
}

}  // namespace loadline
