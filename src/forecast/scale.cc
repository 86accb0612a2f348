#include "forecast/scale.h"

#include <algorithm>
#include <cmath>

namespace loadline {

Curve AllowedCurve(Curve wanted, std::span<const double> values) {
  const double least = std::ranges::min(values);
  if (wanted == Curve::kLog && least <= 0) wanted = Curve::kRoot;
  if (wanted == Curve::kRoot && least < 0) wanted = Curve::kPlain;
  return wanted;
}

double Bend(Curve curve, double value) {
  switch (curve) {
    case Curve::kLog: return std::log(value);
    case Curve::kRoot: return std::sqrt(std::max(value, 0.0));
    case Curve::kPlain: break;
  }
  return value;
}

double Unbend(Curve curve, double bent) {
  switch (curve) {
    case Curve::kLog: return std::exp(bent);
    case Curve::kRoot: return bent > 0 ? bent * bent : 0;
    case Curve::kPlain: break;
  }
  return bent;
}

Scale::Scale(Curve wanted, std::span<const double> values, int known) : curve_(AllowedCurve(wanted, values)) {
  double sum = 0;
  double squares = 0;
  for (double value : values.first(known)) sum += Bend(curve_, value);
  mean_ = sum / known;
  for (double value : values.first(known)) squares += (Bend(curve_, value) - mean_) * (Bend(curve_, value) - mean_);
  deviation_ = std::max(std::sqrt(squares / known), 1e-9);
}

std::vector<double> Scale::Apply(std::span<const double> values) const {
  std::vector<double> scaled;
  scaled.reserve(values.size());
  for (double value : values) scaled.push_back((Bend(curve_, value) - mean_) / deviation_);
  return scaled;
}

double Scale::Invert(double scaled) const {
  constexpr double kFar = 12;  // deviations: beyond them a model has lost its way, and a logarithm's inverse its range
  return Unbend(curve_, std::clamp(scaled, -kFar, kFar) * deviation_ + mean_);
}

}  // namespace loadline
