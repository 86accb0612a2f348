// What may come, from what would have been missed before.
#ifndef LOADLINE_FORECAST_RESIDUAL_QUANTILES_H_
#define LOADLINE_FORECAST_RESIDUAL_QUANTILES_H_

#include <span>
#include <vector>

#include "forecast/mixture.h"

namespace loadline {

// The quantiles of what may come, [quantile][step - 1], from what the mixture would have missed earlier: residuals on
// the scale of square roots, for a count's noise grows with its root, and in units of what is missed at that many days
// ahead and at that time of day. The quantile 0.5 is the mixture itself. Never falling from one quantile to a higher
// one.
std::vector<std::vector<double>> QuantilesFromHoldOuts(const HoldOuts& hold_outs, const Answers& mixture,
                                                       std::span<const double> values, int day,
                                                       std::span<const double> quantiles);

}  // namespace loadline

#endif  // LOADLINE_FORECAST_RESIDUAL_QUANTILES_H_
