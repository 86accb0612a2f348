// How residuals are distributed: a smoothed histogram, and beyond the highest percent an exponential tail.
//
// A histogram knows nothing beyond the largest residual that it has seen, and little about the last percent. Excesses
// over a high threshold are about exponential for most kinds of noise (Pickands, Annals of Statistics 3, 1975), so
// their mean says how the tail goes on. Costs a pass over the residuals; a lookup is a few products.
#ifndef LOADLINE_FORECAST_RESIDUAL_SHAPE_H_
#define LOADLINE_FORECAST_RESIDUAL_SHAPE_H_

#include <span>
#include <vector>

namespace loadline {

// The least value that has `share` of the weight at or below it. REQUIRES: as many weights as values, above 0; values.
double WeightedQuantile(std::span<const double> values, std::span<const double> weights, double share);

class ResidualShape {
 public:
  // Residuals in units of their scale: about 1 is usual. REQUIRES: as for WeightedQuantile.
  ResidualShape(std::span<const double> residuals, std::span<const double> weights);

  // The probability that a residual is above `bound`: never rising with it, never 0.
  double Above(double bound) const;

 private:
  std::vector<double> log_above_;  // at the points of the grid
  double tail_mean_ = 1;
};

}  // namespace loadline

#endif  // LOADLINE_FORECAST_RESIDUAL_SHAPE_H_
