// The load a few minutes ahead, with its distribution: a direct ridge regression for one stretch of time ahead.
//
// The root of the load (a count's noise is then about even) is a linear function of its trailing means over 3 minutes
// to 4 hours and of the level at this time of the last three days, now and ahead. A second regression says how far off
// the first will be, from how far the load swings. What is left is one distribution for all times (residual_shape.h).
// Rows are every (minute + 1) ticks, so that they walk through the minute's phases; of the last 28 days, a row of 14
// days ago counts half. Direct regression for each horizon: Marcellino, Stock and Watson, Journal of Econometrics 135,
// 2006. A fit of 28 days at 15 s costs about 10 ms. The prototype that it follows was tuned on request counts of 3 to
// 8 a minute and replica (docs/forecasting.md).
#ifndef LOADLINE_FORECAST_LOAD_MODEL_H_
#define LOADLINE_FORECAST_LOAD_MODEL_H_

#include <array>
#include <optional>
#include <vector>

#include "forecast/load_readings.h"
#include "forecast/residual_shape.h"

namespace loadline {

// What is known at a tick, the same for every stretch ahead.
struct LoadFeatures {
  std::array<double, 10> base;  // of the regression
  std::array<double, 7> scale;  // of how far off it is
};
LoadFeatures FeaturesAt(const LoadReadings& readings, int tick);

class LoadModel {
 public:
  // What is forecast: the mean load over the ticks [t + begin, t + end).
  struct Stretch {
    int begin = 0;
    int end = 1;
  };

  // Fitted on all `readings`; none where too few of them are known: two days, so that a day of rows knows the day
  // before.
  static std::optional<LoadModel> Fit(const LoadReadings& readings, Stretch stretch);

  // sqrt(load) is `root` + `scale` * a residual of unit scale.
  struct Outlook {
    double root = 0;
    double scale = 1;

    double MeanLoad() const { return (root > 0 ? root * root : 0) + scale * scale; }
  };
  Outlook LookAhead(const LoadReadings& readings, int tick, const LoadFeatures& features) const;

  // The probability that the load is above `load`, whose root is given.
  double Above(const Outlook& outlook, double root_of_load) const {
    return shape_.Above((root_of_load - outlook.root) / outlook.scale);
  }
  // The residual, in units of scale, that a share of `quantile` does not exceed.
  double Residual(double quantile) const { return WeightedQuantile(residuals_, weights_, quantile); }

 private:
  LoadModel(int ahead, std::vector<double> residuals, std::vector<double> weights);

  int ahead_;
  std::array<double, 12> root_weights_{};
  std::array<double, 7> scale_weights_{};
  double unit_ = 1;
  std::vector<double> residuals_;  // of the rows, in units of their scale
  std::vector<double> weights_;    // of the rows
  ResidualShape shape_;
};

}  // namespace loadline

#endif  // LOADLINE_FORECAST_LOAD_MODEL_H_
