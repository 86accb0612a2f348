#include "forecast/residual_shape.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace loadline {
namespace {

constexpr double kLow = -6;
constexpr double kStep = 0.05;
constexpr int kPoints = 401;  // up to 14
constexpr double kBandwidth = 0.15;
constexpr int kReach = 20;  // steps: beyond 6 deviations of the kernel nothing is left
constexpr double kTail = 0.01;
constexpr double kLeastTailMean = 0.05;
constexpr double kLeast = 1e-12;

int BinOf(double residual) {
  const double place = std::round((residual - kLow) / kStep);
  return static_cast<int>(std::clamp<double>(place, 0, kPoints - 1));
}

std::vector<double> Smoothed(const std::vector<double>& histogram) {
  std::vector<double> smooth(kPoints, 0);
  std::vector<double> kernel(2 * kReach + 1);
  for (int i = -kReach; i <= kReach; ++i) kernel[i + kReach] = std::exp(-0.5 * std::pow(i * kStep / kBandwidth, 2));
  for (int at = 0; at < kPoints; ++at) {
    if (histogram[at] == 0) continue;
    for (int i = std::max(-kReach, -at); i <= std::min(kReach, kPoints - 1 - at); ++i)
      smooth[at + i] += histogram[at] * kernel[i + kReach];
  }
  const double all = std::accumulate(smooth.begin(), smooth.end(), 0.0);
  for (double& each : smooth) each /= all;
  return smooth;
}

}  // namespace

double WeightedQuantile(std::span<const double> values, std::span<const double> weights, double share) {
  std::vector<std::pair<double, double>> left(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) left[i] = {values[i], weights[i]};
  double wanted = share * std::accumulate(weights.begin(), weights.end(), 0.0);
  auto begin = left.begin();
  auto end = left.end();
  while (end - begin > 1) {
    const auto middle = begin + (end - begin) / 2;
    std::nth_element(begin, middle, end);
    const double below =
        std::accumulate(begin, middle, 0.0, [](double sum, const auto& each) { return sum + each.second; });
    if (wanted <= below) {
      end = middle;
    } else {
      wanted -= below;
      begin = middle;
    }
  }
  return begin->first;
}

ResidualShape::ResidualShape(std::span<const double> residuals, std::span<const double> weights) {
  std::vector<double> histogram(kPoints, 0);
  for (std::size_t i = 0; i < residuals.size(); ++i) histogram[BinOf(residuals[i])] += weights[i];
  const std::vector<double> smooth = Smoothed(histogram);

  const double threshold = WeightedQuantile(residuals, weights, 1 - kTail);
  double excess = 0;
  double weight = 0;
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    if (residuals[i] <= threshold) continue;
    excess += weights[i] * (residuals[i] - threshold);
    weight += weights[i];
  }
  tail_mean_ = std::max(weight > 0 ? excess / weight : 0, kLeastTailMean);

  log_above_.resize(kPoints);
  double up_to = 0;
  for (int at = 0; at < kPoints; ++at) {
    up_to += smooth[at];
    log_above_[at] = std::log(std::max(1 - up_to + 0.5 * smooth[at], 1e-9));
  }
  const auto tail = static_cast<int>(std::clamp(std::ceil((threshold - kLow) / kStep), 0.0, kPoints - 1.0));
  for (int at = tail + 1; at < kPoints; ++at) log_above_[at] = log_above_[tail] - (at - tail) * kStep / tail_mean_;
}

double ResidualShape::Above(double bound) const {
  const double place = (bound - kLow) / kStep;
  if (place <= 0) return std::exp(log_above_.front());
  if (place >= kPoints - 1)
    return std::max(std::exp(log_above_.back() - (place - kPoints + 1) * kStep / tail_mean_), kLeast);
  const auto at = static_cast<int>(place);
  const double part = place - at;
  return std::max(std::exp(log_above_[at] + part * (log_above_[at + 1] - log_above_[at])), kLeast);
}

}  // namespace loadline
