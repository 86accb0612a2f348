// How quantiles are scored.
#ifndef LOADLINE_FORECAST_PINBALL_H_
#define LOADLINE_FORECAST_PINBALL_H_

namespace loadline {

// The pinball loss of one value, in its unit: least in the mean where `forecast` is the stated quantile (Koenker and
// Bassett, Econometrica 46, 1978).
constexpr double PinballLoss(double truth, double forecast, double quantile) {
  return truth >= forecast ? quantile * (truth - forecast) : (1 - quantile) * (forecast - truth);
}

}  // namespace loadline

#endif  // LOADLINE_FORECAST_PINBALL_H_
