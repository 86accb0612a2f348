#include "forecast/holidays.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace loadline {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeastShare = 0.02;  // what is less is closed, and says nothing of what would have been
constexpr double kMostShare = 20;
constexpr int kNearInADay = 48;  // a time of day goes by what is a day's 48th to each side of it

}  // namespace

HolidayView::HolidayView(std::span<const double> history, std::span<const Holiday> holidays, int day)
    : values_(history.begin(), history.end()),
      history_(history),
      holidays_(holidays),
      size_(static_cast<int>(history.size())),
      day_(day),
      usual_(values_) {
  for (double& value : values_) {
    if (!std::isfinite(value)) value = kUnknown;
    negative_ = negative_ || value < 0;
  }
  for (const Holiday& holiday : holidays_) {
    for (int t = std::max(0, size_ + holiday.begin); t < std::min(size_, size_ + holiday.end); ++t)
      values_[static_cast<std::size_t>(t)] = kUnknown;
  }
  for (const Holiday& holiday : holidays_) {
    const bool past = holiday.end <= 0;
    shares_.push_back(past ? Shares() : SharesOf(holiday));
    for (int t = std::max(0, size_ + holiday.begin); t < std::min(size_, size_ + holiday.end); ++t) {
      const auto at = static_cast<std::size_t>(t);
      usual_[at] = past ? UsualAt(t) : history_[at] / ShareAt(t - size_);
    }
  }
}

double HolidayView::ShareAt(int step) const {
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    const int offset = step - holidays_[i].begin;
    if (shares_[i].empty() || offset < 0 || step >= holidays_[i].end) continue;
    return shares_[i][static_cast<std::size_t>(std::min(offset, day_ - 1))];
  }
  return 1;
}

// The mean of the nearest known values of the weeks before and after; NaN where there is none.
double HolidayView::UsualAt(int t) const {
  double sum = 0;
  int count = 0;
  for (const int direction : {-7, 7}) {
    for (int s = t + direction * day_; s >= 0 && s < size_; s += direction * day_) {
      if (std::isnan(values_[static_cast<std::size_t>(s)])) continue;
      sum += values_[static_cast<std::size_t>(s)];
      ++count;
      break;
    }
  }
  return count > 0 ? sum / count : kUnknown;
}

HolidayView::Shares HolidayView::SharesOf(const Holiday& holiday) const {
  if (negative_) return Shares(static_cast<std::size_t>(day_), 1.0);
  const Shares past = SharesOfPast(IsWeekend(holiday));
  return past.empty() ? SharesOfSunday(holiday) : past;
}

// Empty where there is none.
HolidayView::Shares HolidayView::SharesOfPast(bool weekend) const {
  std::vector<double> were(static_cast<std::size_t>(day_)), usual(were);
  bool any = false;
  for (const Holiday& holiday : holidays_) {
    if (holiday.end > 0 || IsWeekend(holiday) != weekend) continue;
    for (int offset = 0; offset < std::min(day_, holiday.end - holiday.begin); ++offset) {
      const int t = size_ + holiday.begin + offset;
      if (t < 0 || !std::isfinite(history_[static_cast<std::size_t>(t)])) continue;
      const double expected = UsualAt(t);
      if (std::isnan(expected)) continue;
      were[static_cast<std::size_t>(offset)] += history_[static_cast<std::size_t>(t)];
      usual[static_cast<std::size_t>(offset)] += expected;
      any = true;
    }
  }
  return any ? Divide(were, usual) : Shares();
}

HolidayView::Shares HolidayView::SharesOfSunday(const Holiday& holiday) const {
  std::vector<double> sunday(static_cast<std::size_t>(day_)), weekday(sunday);
  for (int offset = 0; offset < day_; ++offset) {
    const double on_sundays = MeanOfWeekday(holiday, -holiday.weekday, offset);
    const double on_this_day = MeanOfWeekday(holiday, 0, offset);
    if (std::isnan(on_sundays) || std::isnan(on_this_day)) continue;
    sunday[static_cast<std::size_t>(offset)] = on_sundays;
    weekday[static_cast<std::size_t>(offset)] = on_this_day;
  }
  return Divide(sunday, weekday);
}

// At that time of the weekday that lies `days_from` days from the holiday's; NaN where it is not known.
double HolidayView::MeanOfWeekday(const Holiday& holiday, int days_from, int offset) const {
  const int week = 7 * day_;
  const int any = size_ + holiday.begin + days_from * day_ + offset;
  double sum = 0;
  int count = 0;
  for (int t = (any % week + week) % week; t < size_; t += week) {
    if (std::isnan(values_[static_cast<std::size_t>(t)])) continue;
    sum += values_[static_cast<std::size_t>(t)];
    ++count;
  }
  return count > 0 ? sum / count : kUnknown;
}

HolidayView::Shares HolidayView::Divide(std::span<const double> holiday_sums,
                                        std::span<const double> usual_sums) const {
  const int near = day_ / kNearInADay;
  Shares shares;
  for (int offset = 0; offset < day_; ++offset) {
    double were = 0, usual = 0;
    for (int k = std::max(0, offset - near); k <= std::min(day_ - 1, offset + near); ++k) {
      were += holiday_sums[static_cast<std::size_t>(k)];
      usual += usual_sums[static_cast<std::size_t>(k)];
    }
    shares.push_back(usual > 0 ? std::clamp(were / usual, kLeastShare, kMostShare) : 1);
  }
  return shares;
}

}  // namespace loadline
