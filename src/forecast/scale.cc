#include "forecast/scale.h"

#include <algorithm>
#include <cmath>

namespace loadline {

Scale::Scale(Curve wanted, std::span<const double> values, int known) : curve_(wanted) {
  const double least = std::ranges::min(values);
  if (curve_ == Curve::kLog && least <= 0) curve_ = Curve::kRoot;
  if (curve_ == Curve::kRoot && least < 0) curve_ = Curve::kPlain;

  double sum = 0;
  double squares = 0;
  for (double value : values.first(known)) sum += Bend(value);
  mean_ = sum / known;
  for (double value : values.first(known)) squares += (Bend(value) - mean_) * (Bend(value) - mean_);
  deviation_ = std::max(std::sqrt(squares / known), 1e-9);
}

double Scale::Bend(double value) const {
  switch (curve_) {
    case Curve::kLog: return std::log(value);
    case Curve::kRoot: return std::sqrt(value);
    case Curve::kPlain: break;
  }
  return value;
}

std::vector<double> Scale::Apply(std::span<const double> values) const {
  std::vector<double> scaled;
  scaled.reserve(values.size());
  for (double value : values) scaled.push_back((Bend(value) - mean_) / deviation_);
  return scaled;
}

double Scale::Invert(double scaled) const {
  constexpr double kFar = 12;  // deviations: beyond them a model has lost its way, and a logarithm's inverse its range
  const double bent = std::clamp(scaled, -kFar, kFar) * deviation_ + mean_;
  switch (curve_) {
    case Curve::kLog: return std::exp(bent);
    case Curve::kRoot: return bent > 0 ? bent * bent : 0;
    case Curve::kPlain: break;
  }
  return bent;
}

}  // namespace loadline
