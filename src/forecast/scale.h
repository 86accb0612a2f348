// The scale on which a model works: logarithms for load whose swings are proportional to it, square roots for counts,
// the values themselves where there are negative ones; then zero mean and unit deviation.
#ifndef LOADLINE_FORECAST_SCALE_H_
#define LOADLINE_FORECAST_SCALE_H_

#include <span>
#include <vector>

namespace loadline {

enum class Curve { kLog, kRoot, kPlain };

class Scale {
 public:
  // `wanted`, or the next milder curve that all `values` allow. Mean and deviation are those of the first `known`
  // values, so that what comes later does not change them.
  Scale(Curve wanted, std::span<const double> values, int known);

  std::vector<double> Apply(std::span<const double> values) const;
  double Invert(double scaled) const;

 private:
  double Bend(double value) const;

  Curve curve_;
  double mean_ = 0;
  double deviation_ = 1;
};

}  // namespace loadline

#endif  // LOADLINE_FORECAST_SCALE_H_
