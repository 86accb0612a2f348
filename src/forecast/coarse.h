// Days ahead on a grid of minutes: forecast on a coarser grid, then told on the fine one.
#ifndef LOADLINE_FORECAST_COARSE_H_
#define LOADLINE_FORECAST_COARSE_H_

#include <span>
#include <vector>

namespace loadline {

// The means of `factor` values each, the last bin ending with the last value; what does not fill a bin at the beginning
// is left out.
std::vector<double> Coarsen(std::span<const double> values, int factor);

// The quantiles [quantile][step - 1] of `horizon` fine steps from those of coarse ones: linear between the middles of
// the bins, and spread by how `values` lay around the means of their bins in the last `recent` values. `levels`: the
// quantiles, ascending.
std::vector<std::vector<double>> Refine(const std::vector<std::vector<double>>& coarse, int factor, int horizon,
                                        std::span<const double> values, int recent, std::span<const double> levels);

}  // namespace loadline

#endif  // LOADLINE_FORECAST_COARSE_H_
