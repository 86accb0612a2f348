// The mean of two ridge regressions that see the same load differently: one the roots, by trailing means; one the
// values, by exponential means. At a minute most of what a single one misses is noise, and two that err differently
// gain what a better one does not. Each regresses the value h steps ahead directly on the recent level and on the same
// time of the last three days; the residuals, in units of how wild it is just now, give the quantiles.
//
// Square roots make the noise of counts equally large: Anscombe, Biometrika 35 (1948). Direct regression for each
// horizon: see models/direct.cc. Averaging quantiles of different models: Lichtendahl, Grushka-Cockayne and Winkler,
// "Is it better to average probabilities or quantiles?", Management Science 59 (2013).
#include "forecast/short_term.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "forecast/residual_shape.h"

namespace loadline {
namespace {

constexpr double kRidge = 10;
constexpr double kScaleRidge = 3;
constexpr double kHalfLifeDays = 3;  // of a row's weight
constexpr double kMostDays = 14;     // of rows
constexpr int kRowEveryMinutes = 5;
constexpr int kSeasonDays = 3;    // that are looked back for the same time of day
constexpr int kSmoothRoots = 30;  // minutes to each side of it
constexpr int kSmoothValues = 60;
constexpr int kMostRows = 4000;

constexpr std::array kTrailingMinutes = {1, 3, 5, 15, 30, 60, 240};
constexpr std::array kHalfLifeMinutes = {1, 4, 15, 45, 150};
constexpr std::array kWildnessMinutes = {15, 60, 240};

double MinutesToSteps(double minutes, Duration step) {
  return minutes * 60.0 / (std::chrono::duration<double>(step).count());
}

std::vector<double> RunningSum(std::span<const double> values) {
  std::vector<double> sum(values.size() + 1);
  for (std::size_t i = 0; i < values.size(); ++i) sum[i + 1] = sum[i] + values[i];
  return sum;
}

std::vector<double> TrailingMean(const std::vector<double>& sum, int count) {
  std::vector<double> mean(sum.size() - 1);
  for (int i = 0; i < static_cast<int>(mean.size()); ++i) {
    const int from = std::max(i - count + 1, 0);
    mean[i] = (sum[i + 1] - sum[from]) / (i + 1 - from);
  }
  return mean;
}

std::vector<double> ExponentialMean(std::span<const double> values, double half_life) {
  const double share = 1 - std::exp2(-1 / half_life);
  std::vector<double> mean(values.begin(), values.end());
  for (std::size_t i = 1; i < mean.size(); ++i) mean[i] = mean[i - 1] + share * (values[i] - mean[i - 1]);
  return mean;
}

enum class View { kRootsByTrailingMeans, kValuesByExponentialMeans };

class Regression {
 public:
  Regression(View view, std::span<const double> values, Duration step, int day) : view_(view), step_(step), day_(day) {
    z_.assign(values.begin(), values.end());
    if (view == View::kRootsByTrailingMeans && std::ranges::min(values) >= 0) {
      roots_ = true;
      for (double& value : z_) value = std::sqrt(value + 3.0 / 8);
    }
    size_ = static_cast<int>(z_.size());
    seasons_ = std::clamp(size_ / day - 1, 0, kSeasonDays);
    const std::vector<double> sum = RunningSum(z_);
    AddLevels(sum);
    smooth_ = Steps(view == View::kRootsByTrailingMeans ? kSmoothRoots : kSmoothValues);
    around_.resize(size_);
    for (int i = 0; i < size_; ++i) {
      const int from = std::max(i - smooth_, 0);
      const int to = std::min(i + smooth_ + 1, size_);
      around_[i] = (sum[to] - sum[from]) / (to - from);
    }
    const std::vector<double> usual = TrailingMean(sum, Steps(15));
    std::vector<double> off(size_);
    for (int i = 0; i < size_; ++i) off[i] = std::abs(z_[i] - usual[std::max(i - 1, 0)]);
    for (int minutes : kWildnessMinutes) {
      std::vector<double>& wildness =
          wildness_.emplace_back(ExponentialMean(off, std::max(1.0, MinutesToSteps(minutes, step))));
      for (double& each : wildness) each = 0.5 * std::log(std::max(each, 1e-3));
    }
    level_ = TrailingMean(sum, Steps(60));
    slow_ = TrailingMean(sum, Steps(15));
  }

  // The quantiles h steps after the last value.
  std::vector<double> Quantiles(int h, std::span<const double> quantiles) const {
    const int now = size_ - 1;
    const std::vector<int> rows = Rows(h);
    const int count = static_cast<int>(rows.size());
    Eigen::MatrixXd x(count, Width());
    Eigen::VectorXd target(count), weight(count);
    for (int i = 0; i < count; ++i) {
      x.row(i) = Features(rows[i], h);
      target(i) = z_[rows[i] + h];
      weight(i) = std::exp2(-(now - rows[i]) / (kHalfLifeDays * day_));
    }
    const Eigen::VectorXd beta = Ridge(x, target, weight, kRidge);
    const Eigen::VectorXd residual = target - x * beta;

    Eigen::MatrixXd s(count, kScaleWidth);
    for (int i = 0; i < count; ++i) s.row(i) = ScaleFeatures(rows[i]);
    const double spread = std::sqrt((weight.array() * residual.array().square()).sum() / weight.sum());
    const Eigen::VectorXd gamma =
        Ridge(s, (residual.array().abs() + 0.05 * std::max(spread, 1e-6)).log().matrix(), weight, kScaleRidge);
    const Eigen::ArrayXd fitted = (s * gamma).array();
    const auto [least, most] = std::minmax_element(fitted.begin(), fitted.end());

    const Eigen::VectorXd scaled = (residual.array() / fitted.exp()).matrix();
    const double expected = Features(now, h).dot(beta.transpose());
    const double scale = std::exp(std::clamp(ScaleFeatures(now).dot(gamma.transpose()), *least, *most));

    std::vector<double> answer;
    for (double quantile : quantiles) {
      const double missed = WeightedQuantile({scaled.data(), rows.size()}, {weight.data(), rows.size()}, quantile);
      answer.push_back(Back(expected + missed * scale));
    }
    return answer;
  }

 private:
  static constexpr int kScaleWidth = 7;

  int Steps(double minutes) const { return std::max(1, static_cast<int>(std::lround(MinutesToSteps(minutes, step_)))); }

  void AddLevels(const std::vector<double>& sum) {
    if (view_ == View::kRootsByTrailingMeans) {
      int last = 0;
      for (int minutes : kTrailingMinutes) {
        if (Steps(minutes) == last) continue;
        last = Steps(minutes);
        levels_.push_back(TrailingMean(sum, last));
      }
      return;
    }
    for (int minutes : kHalfLifeMinutes)
      levels_.push_back(ExponentialMean(z_, std::max(0.5, MinutesToSteps(minutes, step_))));
  }

  int Width() const { return 1 + static_cast<int>(levels_.size()) + (seasons_ > 0 ? 4 : 0); }

  // The rows whose target is known, newest first.
  std::vector<int> Rows(int h) const {
    const int newest = size_ - 1 - h;
    const int season = seasons_ * day_ + smooth_ + 1;
    const int oldest = std::max(seasons_ > 0 ? season : std::min(Steps(240), newest / 2),
                                size_ - static_cast<int>(kMostDays * day_) - season);
    const int every = std::max({1, Steps(kRowEveryMinutes), (newest - oldest) / kMostRows});
    std::vector<int> rows;
    for (int t = newest; t > oldest; t -= every) rows.push_back(t);
    return rows;
  }

  Eigen::RowVectorXd Features(int t, int h) const {
    Eigen::RowVectorXd row(Width());
    int i = 0;
    row(i++) = 1;
    for (const std::vector<double>& level : levels_) row(i++) = level[t];
    if (seasons_ == 0) return row;
    double target_sum = 0, now_sum = 0;
    for (int k = 1; k <= seasons_; ++k) {
      // The smoothed value around the target's time must not reach past t.
      const int back = h <= day_ ? k : k + (h - 1) / day_;
      target_sum += around_[std::max(t + h - back * day_, 0)];
      now_sum += around_[std::max(t - k * day_, 0)];
      if (k == 1) row(i++) = target_sum;
      if (k == 1) row(i++) = now_sum;
    }
    row(i++) = target_sum / seasons_;
    row(i++) = now_sum / seasons_;
    return row;
  }

  Eigen::RowVectorXd ScaleFeatures(int t) const {
    const double off = z_[t] - slow_[t];
    Eigen::RowVectorXd row(kScaleWidth);
    row << 1, wildness_[0][t], wildness_[1][t], wildness_[2][t], std::log(std::max(level_[t], 1e-3)), off,
        std::abs(off);
    return row;
  }

  // Minimises the weighted squares; the first feature is the constant and not penalised.
  static Eigen::VectorXd Ridge(const Eigen::MatrixXd& x, const Eigen::VectorXd& y, const Eigen::VectorXd& weight,
                               double penalty) {
    const Eigen::MatrixXd weighted = weight.asDiagonal() * x;
    Eigen::MatrixXd gram = weighted.transpose() * x;
    gram.diagonal().tail(gram.cols() - 1).array() += penalty;
    return gram.ldlt().solve(weighted.transpose() * y);
  }

  double Back(double z) const {
    if (!roots_) return z;
    return z > 0 ? std::max(z * z - 3.0 / 8, 0.0) : 0;
  }

  View view_;
  Duration step_;
  int day_;
  int size_ = 0;
  bool roots_ = false;
  int seasons_ = 0;  // days that are looked back
  std::vector<double> z_;
  std::vector<std::vector<double>> levels_;
  int smooth_ = 0;
  std::vector<double> around_;                 // the mean of smooth_ steps to each side
  std::vector<std::vector<double>> wildness_;  // logarithms
  std::vector<double> level_, slow_;
};

// The horizons at which regressions are fitted: each of the first, then ever fewer.
std::vector<int> Knots(int horizon) {
  std::vector<int> knots;
  for (int h = 1; h < horizon; h = std::max(h + 1, static_cast<int>(h * 1.5))) knots.push_back(h);
  knots.push_back(horizon);
  return knots;
}

}  // namespace

int ShortTermNeeds(int horizon, Duration step) { return horizon + static_cast<int>(MinutesToSteps(60, step)) + 200; }

std::vector<std::vector<double>> ShortTermQuantiles(std::span<const double> values, Duration step, int day, int horizon,
                                                    std::span<const double> quantiles) {
  const Regression roots(View::kRootsByTrailingMeans, values, step, day);
  const Regression plain(View::kValuesByExponentialMeans, values, step, day);
  const bool positive = std::ranges::min(values) >= 0;
  std::vector<std::vector<double>> answer(quantiles.size(), std::vector<double>(horizon));
  std::vector<double> last;
  int last_knot = 0;
  for (int knot : Knots(horizon)) {
    std::vector<double> at = roots.Quantiles(knot, quantiles);
    const std::vector<double> other = plain.Quantiles(knot, quantiles);
    for (std::size_t q = 0; q < at.size(); ++q) {
      at[q] = 0.5 * (at[q] + other[q]);
      if (positive) at[q] = std::max(at[q], 0.0);
      if (q > 0) at[q] = std::max(at[q], at[q - 1]);
      for (int h = last_knot + 1; h <= knot; ++h) {
        const double share = last.empty() ? 1 : static_cast<double>(h - last_knot) / (knot - last_knot);
        answer[q][h - 1] = last.empty() ? at[q] : last[q] + share * (at[q] - last[q]);
      }
    }
    last = at;
    last_knot = knot;
  }
  return answer;
}

}  // namespace loadline
