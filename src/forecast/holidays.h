// Days that a calendar says are unlike others.
//
// A holiday of the past is left out of what is learned, as an outage is: in its place stands what is usual, by the same
// time of the weeks around. A holiday ahead is what would be usual, times the share of it that there was at that time
// of day on the holidays of the history: on weekdays and at weekends for themselves. Where the history has none, times
// what Sundays are to that weekday. So is a holiday on which the history ends, the other way round: its values say how
// much there would have been without. Calendar adjustment by factors: Ladiray and Quenneville, "Seasonal Adjustment
// with the X-11 Method" (2001), ch. 1. Tested by tests/unit/forecast/holidays_test.cc.
#ifndef LOADLINE_FORECAST_HOLIDAYS_H_
#define LOADLINE_FORECAST_HOLIDAYS_H_

#include <span>
#include <vector>

namespace loadline {

// A day, in steps from the end of the history: 0 is the first value ahead, -1 the last that is known.
struct Holiday {
  int begin = 0;
  int end = 0;
  int weekday = 0;  // 0: Sunday

  friend bool operator==(const Holiday&, const Holiday&) = default;
};

class HolidayView {
 public:
  // `history`: NaN where not known. `day`: steps of a day, above 0. Where values are below 0, shares mean nothing, and
  // a holiday ahead is taken as usual.
  HolidayView(std::span<const double> history, std::span<const Holiday> holidays, int day);

  // The history as it would have been without.
  const std::vector<double>& usual() const { return usual_; }

  // Of what is usual, the share that is expected at a step ahead, from 0. 1 on other days.
  double ShareAt(int step) const;

 private:
  using Shares = std::vector<double>;  // by steps from the day's beginning

  bool IsWeekend(const Holiday& holiday) const { return holiday.weekday == 0 || holiday.weekday == 6; }
  double UsualAt(int t) const;
  Shares SharesOf(const Holiday& holiday) const;
  Shares SharesOfPast(bool weekend) const;
  Shares SharesOfSunday(const Holiday& holiday) const;
  double MeanOfWeekday(const Holiday& holiday, int days_from, int offset) const;
  Shares Divide(std::span<const double> holiday_sums, std::span<const double> usual_sums) const;

  std::vector<double> values_;  // known and on no holiday, else NaN
  std::span<const double> history_;
  std::span<const Holiday> holidays_;
  int size_;
  int day_;
  bool negative_ = false;
  std::vector<double> usual_;
  std::vector<Shares> shares_;  // of each holiday; empty where the history has all of it
};

}  // namespace loadline

#endif  // LOADLINE_FORECAST_HOLIDAYS_H_
