// What is usual at a time of the day or week, by what was known before: an exponentially weighted mean for each slot of
// the period. As no value takes part in its own profile, residuals against it are those of a forecast, and a regression
// on them learns how wrong a forecast profile is.
#ifndef LOADLINE_FORECAST_PROFILE_H_
#define LOADLINE_FORECAST_PROFILE_H_

#include <span>
#include <vector>

namespace loadline {

class Profile {
 public:
  // `alpha`: the weight of the newest period, more while there are few. REQUIRES: a period of values.
  Profile(std::span<const double> values, int period, double alpha);

  // What was expected for time t < values.size(), before its value was known.
  double Expected(int t) const { return After(t - period_); }

  // The slot of t once the value of t is known.
  double After(int t) const { return t < 0 ? first_mean_ : after_[t]; }

  // What is expected for time t by one who knows the values before `origin` only.
  double From(int origin, int t) const {
    const int periods = t < origin ? 1 : (t - origin) / period_ + 1;
    return After(t - periods * period_);
  }

 private:
  int period_;
  double first_mean_;
  std::vector<double> after_;
};

}  // namespace loadline

#endif  // LOADLINE_FORECAST_PROFILE_H_
