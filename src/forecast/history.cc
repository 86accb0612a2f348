#include "forecast/history.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace loadline {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr int kDaysAround = 14;         // that a value is compared with
constexpr int kLeastDays = 4;           // of them, to say what is always there
constexpr double kAlmostNothing = 0.1;  // of the load that nearly always is there
constexpr int kShortGap = 3;            // steps

// Marks the outages as unknown.
int RemoveOutages(std::vector<double>& values, int day) {
  const int size = static_cast<int>(values.size());
  if (day < 2 || size < kLeastDays * day || std::ranges::any_of(values, [](double value) { return value < 0; }))
    return 0;
  std::vector<int> out;
  std::vector<double> same_time;
  for (int t = 0; t < size; ++t) {
    if (std::isnan(values[t])) continue;
    same_time.clear();
    const int first = std::max(t % day, t - kDaysAround / 2 * day);
    for (int s = first; s < size && static_cast<int>(same_time.size()) < kDaysAround; s += day) {
      if (s != t && !std::isnan(values[s])) same_time.push_back(values[s]);
    }
    if (static_cast<int>(same_time.size()) < kLeastDays) continue;
    const auto low = same_time.begin() + static_cast<int>(same_time.size()) / 5;
    std::ranges::nth_element(same_time, low);
    if (values[t] < kAlmostNothing * *low) out.push_back(t);
  }
  for (int t : out) values[t] = kUnknown;
  return static_cast<int>(out.size());
}

// The mean of the nearest known values at the same time of day, up to one on each side; NaN where there is none.
double SameTime(const std::vector<double>& values, int t, int day) {
  double sum = 0;
  int count = 0;
  for (int direction : {-1, 1}) {
    for (int s = t + direction * day; s >= 0 && s < static_cast<int>(values.size()); s += direction * day) {
      if (std::isnan(values[s])) continue;
      sum += values[s];
      ++count;
      break;
    }
  }
  return count > 0 ? sum / count : kUnknown;
}

void FillGap(std::vector<double>& values, const std::vector<double>& known, int begin, int end, int day) {
  const double left = values[begin - 1];
  const double right = end < static_cast<int>(values.size()) ? values[end] : left;
  for (int t = begin; t < end; ++t) {
    const double line = left + (right - left) * (t - begin + 1) / (end - begin + 1);
    const double usual = day > 0 && end - begin > kShortGap ? SameTime(known, t, day) : kUnknown;
    values[t] = std::isnan(usual) ? line : usual;
  }
}

}  // namespace

History CleanHistory(std::span<const double> raw, int day) {
  History history;
  const auto first = std::ranges::find_if(raw, [](double value) { return std::isfinite(value); });
  history.values.assign(first, raw.end());
  for (double& value : history.values) {
    if (std::isfinite(value)) continue;
    value = kUnknown;
    ++history.missing;
  }
  history.outage = RemoveOutages(history.values, day);
  if (history.missing + history.outage == 0) return history;
  const std::vector<double> known = history.values;
  const int size = static_cast<int>(known.size());
  while (history.unknown_at_end < size && std::isnan(known[size - 1 - history.unknown_at_end]))
    ++history.unknown_at_end;
  for (int begin = 0; begin < size; ++begin) {
    if (!std::isnan(known[begin])) continue;
    int end = begin;
    while (end < size && std::isnan(known[end])) ++end;
    if (begin == 0) {  // an outage at the very beginning
      history.values.front() = end < size ? known[end] : 0;
      if (++begin == end) continue;
    }
    FillGap(history.values, known, begin, end, day);
    begin = end;
  }
  return history;
}

}  // namespace loadline
