// The scale on which a model works: logarithms for load whose swings are proportional to it, square roots for counts,
// the values themselves where there are negative ones; then zero mean and unit deviation.
#ifndef LOADLINE_FORECAST_SCALE_H_
#define LOADLINE_FORECAST_SCALE_H_

#include <span>
#include <vector>

namespace loadline {

enum class Curve { kLog, kRoot, kPlain };

// `wanted`, or the next milder curve that all `values` allow: no logarithm of 0, no root of what is below.
Curve AllowedCurve(Curve wanted, std::span<const double> values);

// A value on a curve, and back. What is below 0 is 0 to a root.
double Bend(Curve curve, double value);
double Unbend(Curve curve, double bent);

class Scale {
 public:
  // On the curve that all `values` allow. Mean and deviation are those of the first `known` values, so that what comes
  // later does not change them.
  Scale(Curve wanted, std::span<const double> values, int known);

  std::vector<double> Apply(std::span<const double> values) const;
  double Invert(double scaled) const;

 private:
  Curve curve_;
  double mean_ = 0;
  double deviation_ = 1;
};

}  // namespace loadline

#endif  // LOADLINE_FORECAST_SCALE_H_
