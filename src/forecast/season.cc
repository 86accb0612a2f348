#include "forecast/season.h"

#include <algorithm>
#include <cmath>

namespace loadline {

int FindDay(std::span<const double> values, int expected) {
  constexpr int kDays = 14;
  constexpr double kClearly = 0.6;
  constexpr double kAsGood = 1.1;
  const int size = std::min<int>(static_cast<int>(values.size()), kDays * expected);
  const auto recent = values.last(size);
  const auto difference = [&](int lag) {
    double sum = 0;
    for (int t = lag; t < size; ++t) sum += std::abs(recent[t] - recent[t - lag]);
    return sum / (size - lag);
  };
  const double usual = difference(expected);
  int best = expected;
  double least = usual;
  for (int lag = std::max(expected / 4, 2); lag <= std::min(2 * expected, size / 2); ++lag) {
    const double each = difference(lag);
    if (each < least) {
      least = each;
      best = lag;
    }
  }
  // A season repeats after twice its length as well: the shortest that is as good is meant.
  for (const int parts : {3, 2}) {
    const int part = static_cast<int>(std::lround(static_cast<double>(best) / parts));
    if (part >= std::max(expected / 4, 2) && difference(part) < kAsGood * least) {
      best = part;
      break;
    }
  }
  return best != 2 * expected && least < kClearly * usual ? best : expected;
}

}  // namespace loadline
