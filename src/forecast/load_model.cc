#include "forecast/load_model.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace loadline {
namespace {

constexpr std::array<int, 6> kTrailMinutes = {3, 5, 15, 30, 60, 240};
constexpr int kFifteenMinutes = 4;  // where the mean of 15 minutes stands among the base features
constexpr int kHistoryDays = 28;
constexpr double kHalfLifeDays = 14;
constexpr double kPenalty = 1;
constexpr double kScalePenalty = 30;
constexpr double kLeastSwing = 1e-3;
constexpr int kLeastRows = 200;
constexpr int kRootFeatures = 12;
constexpr int kScaleFeatures = 7;

template <int kColumns>
using Rows = Eigen::Matrix<double, Eigen::Dynamic, kColumns, Eigen::RowMajor>;
template <int kColumns>
using Row = Eigen::Matrix<double, kColumns, 1>;

// The level at that time of yesterday, and the mean of the days of the last three that are there.
std::array<double, 2> Earlier(const LoadReadings& readings, int tick, int ahead) {
  double sum = 0;
  int count = 0;
  std::array<double, 2> earlier{};
  for (int day = 1; day <= 3; ++day) {
    const auto level = readings.RootAround(tick + ahead - day * readings.ticks_per_day());
    if (day == 1) earlier[0] = level.value_or(0);
    sum += level.value_or(0);
    count += level ? 1 : 0;
  }
  earlier[1] = count > 0 ? sum / count : 0;
  return earlier;
}

// Weighted least squares; the constant, which is the first feature, is not penalised.
template <int kColumns>
Row<kColumns> Ridge(const Rows<kColumns>& features, const Eigen::VectorXd& weights, const Eigen::VectorXd& wanted,
                    double penalty) {
  const Eigen::VectorXd roots = weights.cwiseSqrt();
  const Rows<kColumns> weighted = features.array().colwise() * roots.array();
  Eigen::Matrix<double, kColumns, kColumns> gram = weighted.transpose() * weighted;
  const Row<kColumns> moments = weighted.transpose() * wanted.cwiseProduct(roots);
  gram.diagonal().tail(kColumns - 1).array() += penalty;
  gram(0, 0) += 1e-9;
  return gram.ldlt().solve(moments);
}

std::array<double, kRootFeatures> RootFeatures(const LoadReadings& readings, int tick, int ahead,
                                               const LoadFeatures& features) {
  std::array<double, kRootFeatures> all;
  std::ranges::copy(features.base, all.begin());
  // A reading is of the minute before it, a load of the ticks after: half a minute lies between them.
  const auto then = Earlier(readings, tick, ahead + readings.ticks_per_minute() / 2);
  std::ranges::copy(then, all.begin() + kRootFeatures - 2);
  return all;
}

// Newest first: the ticks after which all of the stretch is known, and before which a day is.
std::vector<int> RowTicks(const LoadReadings& readings, LoadModel::Stretch stretch) {
  const int oldest = std::max(readings.ticks_per_day(), readings.newest() - kHistoryDays * readings.ticks_per_day());
  const int newest = std::min(readings.newest() - 1, readings.known()) - stretch.end;
  std::vector<int> ticks;
  for (int tick = newest; tick > oldest; tick -= readings.ticks_per_minute() + 1) {
    // The load of the last ticks is what the reading at the end of their minute says.
    const int last = std::min(tick + stretch.end + readings.ticks_per_minute(), readings.size());
    if (!readings.AnyMissing(tick, last)) ticks.push_back(tick);
  }
  return ticks;
}

}  // namespace

LoadFeatures FeaturesAt(const LoadReadings& readings, int tick) {
  LoadFeatures features;
  auto& base = features.base;
  base[0] = 1;
  base[1] = readings.Root(tick);
  for (std::size_t i = 0; i < kTrailMinutes.size(); ++i)
    base[2 + i] = readings.RootBefore(tick, kTrailMinutes[i] * readings.ticks_per_minute());
  const auto earlier = Earlier(readings, tick, 0);
  base[8] = earlier[0];
  base[9] = earlier[1];

  auto& scale = features.scale;
  scale[0] = 1;
  for (std::size_t i = 0; i < kSwingMinutes.size(); ++i)
    scale[1 + i] = 0.5 * std::log(std::max(readings.Swing(tick)[i], kLeastSwing));
  double level = 0;
  for (int i = 1; i < 8; ++i) level += base[i] / 7;
  scale[4] = std::log(std::max(level, kLeastSwing));
  scale[5] = base[1] - base[kFifteenMinutes];
  scale[6] = std::abs(scale[5]);
  return features;
}

LoadModel::LoadModel(int ahead, std::vector<double> residuals, std::vector<double> weights)
    : ahead_(ahead), residuals_(std::move(residuals)), weights_(std::move(weights)), shape_(residuals_, weights_) {}

std::optional<LoadModel> LoadModel::Fit(const LoadReadings& readings, Stretch stretch) {
  const int ahead = stretch.end > stretch.begin + 1 ? (stretch.begin + stretch.end) / 2 : stretch.begin;
  const std::vector<int> ticks = RowTicks(readings, stretch);
  const auto rows = static_cast<Eigen::Index>(ticks.size());
  if (rows < kLeastRows) return std::nullopt;

  Rows<kRootFeatures> features(rows, kRootFeatures);
  Rows<kScaleFeatures> scale_features(rows, kScaleFeatures);
  Eigen::VectorXd wanted(rows);
  Eigen::VectorXd weights(rows);
  for (Eigen::Index i = 0; i < rows; ++i) {
    const int tick = ticks[i];
    const LoadFeatures now = FeaturesAt(readings, tick);
    const auto all = RootFeatures(readings, tick, ahead, now);
    features.row(i) = Eigen::Map<const Row<kRootFeatures>>(all.data());
    scale_features.row(i) = Eigen::Map<const Row<kScaleFeatures>>(now.scale.data());
    wanted[i] = std::sqrt(readings.MeanLoad(tick + stretch.begin, tick + stretch.end));
    weights[i] = std::exp2(-(readings.newest() - tick) / (kHalfLifeDays * readings.ticks_per_day()));
  }
  const Row<kRootFeatures> root = Ridge<kRootFeatures>(features, weights, wanted, kPenalty);
  const Eigen::ArrayXd residuals = (wanted - features * root).array();

  // Logs of residuals near 0 say nothing but that they are small: a part of the deviation keeps them off minus
  // infinity.
  const double deviation = std::sqrt((residuals - residuals.mean()).square().mean());
  const Eigen::VectorXd sizes = (residuals.abs() + 0.05 * std::max(deviation, 1e-6)).log();
  const Row<kScaleFeatures> scale = Ridge<kScaleFeatures>(scale_features, weights, sizes, kScalePenalty);
  const Eigen::ArrayXd expected = (scale_features * scale).array().exp();
  const double unit =
      std::max(std::sqrt((weights.array() * (residuals / expected).square()).sum() / weights.sum()), 1e-6);

  const Eigen::ArrayXd scaled = residuals / (expected * unit);
  LoadModel model(ahead, {scaled.begin(), scaled.end()}, {weights.begin(), weights.end()});
  Eigen::Map<Row<kRootFeatures>>(model.root_weights_.data()) = root;
  Eigen::Map<Row<kScaleFeatures>>(model.scale_weights_.data()) = scale;
  model.unit_ = unit;
  return model;
}

LoadModel::Outlook LoadModel::LookAhead(const LoadReadings& readings, int tick, const LoadFeatures& features) const {
  const auto all = RootFeatures(readings, tick, ahead_, features);
  const double root = std::inner_product(all.begin(), all.end(), root_weights_.begin(), 0.0);
  const double scale = std::inner_product(features.scale.begin(), features.scale.end(), scale_weights_.begin(), 0.0);
  return {root, unit_ * std::exp(std::clamp(scale, -6.0, 4.0))};
}

}  // namespace loadline
