// Day trend: how today's curve changes into tomorrow's, by one regression pooled over the times of day for each day
// ahead.
//
// The change from today is predicted from daily differences: of this time of day and its neighbours, and of the day as
// a whole, each of the last day, of 4 and of more days; and from what was new 15 days before, where there are 26 days
// (an echo of averages over half a month). For series that change little from one day to the next this is the best
// there is: pooling gives the few coefficients as many rows as the history has values.
//
// Towards least absolute deviations by reweighting: Holland and Welsch, "Robust regression using iteratively reweighted
// least-squares", Comm. in Statistics A6 (1977). Cost: rows x 78 multiplications for each pass, day ahead and origin.
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <vector>

#include "forecast/models/models.h"
#include "forecast/ridge.h"

namespace loadline {
namespace {

struct Shape {
  double penalty = 0.02;
  int passes = 1;  // of reweighting
};

constexpr double kHalfLifeDays = 15;
constexpr int kEchoDays = 15;
constexpr double kConstant = 0.03;

// [time of day, day]: a column is a day.
using Days = Eigen::MatrixXd;

// Each value's mean with its neighbours of the same day, up to `steps` on each side.
Days SmoothWithinDay(const Days& days, int steps) {
  Days smooth(days.rows(), days.cols());
  const int last = static_cast<int>(days.rows()) - 1;
  for (int i = 0; i <= last; ++i) {
    const int from = std::max(i - steps, 0);
    const int to = std::min(i + steps, last);
    smooth.row(i) = days.middleRows(from, to - from + 1).colwise().mean();
  }
  return smooth;
}

Days MeanOfLast(const Days& days, int count) {
  Days mean(days.rows(), days.cols());
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(days.rows());
  for (int i = 0; i < days.cols(); ++i) {
    sum += days.col(i);
    if (i >= count) sum -= days.col(i - count);
    mean.col(i) = sum / std::min(i + 1, count);
  }
  return mean;
}

class Trend {
 public:
  explicit Trend(const ForecastQuestion& question) : question_(question), day_(question.day) {
    const int size = static_cast<int>(question.values.size());
    const int count = size / day_;
    first_count_ = question.first() / day_;
    values_ = Eigen::Map<const Days>(question.values.data() + (size - count * day_), day_, count);

    Days differences = Days::Zero(day_, count);
    differences.rightCols(count - 1) = values_.rightCols(count - 1) - values_.leftCols(count - 1);
    const Days smooth = SmoothWithinDay(differences, std::max(1, static_cast<int>(std::lround(day_ / 12.0))));
    const Days level = differences.colwise().mean().replicate(day_, 1);
    Days tail(day_, count);
    for (int i = 0; i < day_; ++i) tail.row(i) = differences.row(day_ - 1) * std::exp(-i / (day_ / 6.0));
    const double spread = std::sqrt(differences.array().square().mean());
    features_ = {level,
                 MeanOfLast(level, 4),
                 MeanOfLast(level, 10),
                 smooth,
                 MeanOfLast(smooth, 4),
                 MeanOfLast(smooth, 10),
                 differences,
                 MeanOfLast(differences, 20),
                 tail,
                 Days::Constant(day_, count, std::max(kConstant * spread, 1e-12))};
    if (WithEcho()) {
      smooth_ = smooth;
      level_ = level;
    }
  }

  Answers Predict(const Shape& shape) const {
    Answers answers(question_.origins.size());
    for (int ahead = 1; (ahead - 1) * day_ < question_.horizon; ++ahead) {
      const Eigen::MatrixXd rows = Rows(ahead);
      for (std::size_t o = 0; o < answers.size(); ++o) {
        const int today =
            (question_.origins[o] - question_.origins.back()) / day_ + static_cast<int>(values_.cols()) - 1;
        const Eigen::VectorXd beta = Fit(rows, ahead, today, shape);
        const Eigen::VectorXd curve = values_.col(today) + rows.middleRows(today * day_, day_) * beta;
        for (int i = 0; i < day_ && static_cast<int>(answers[o].size()) < question_.horizon; ++i)
          answers[o].push_back(curve(i));
      }
    }
    return answers;
  }

 private:
  bool WithEcho() const { return first_count_ >= 26; }

  // The features of all times of all days, a row each.
  Eigen::MatrixXd Rows(int ahead) const {
    const int count = static_cast<int>(values_.cols());
    Eigen::MatrixXd rows(day_ * count, features_.size() + (WithEcho() ? 2 : 0));
    int column = 0;
    for (const Days& feature : features_) rows.col(column++) = feature.reshaped();
    if (!WithEcho()) return rows;
    for (const Days* source : {&smooth_, &level_}) {
      Days echo = Days::Zero(day_, count);
      for (int i = 0; i < std::min(ahead, kEchoDays); ++i) {
        const int shift = kEchoDays - 1 - i;
        echo.rightCols(count - shift) += source->leftCols(count - shift);
      }
      rows.col(column++) = echo.reshaped();
    }
    return rows;
  }

  Eigen::VectorXd Fit(const Eigen::MatrixXd& rows, int ahead, int today, const Shape& shape) const {
    const int start = first_count_ < 26 ? 5 : first_count_ < 30 ? 15 : 17;
    const int first_day = std::max(std::min(start, first_count_ - ahead - 5), 1);
    const int used = today + 1 - ahead - first_day;  // days whose target is known
    const auto x = rows.middleRows(first_day * day_, used * day_);
    const Eigen::VectorXd change =
        (values_.middleCols(first_day + ahead, used) - values_.middleCols(first_day, used)).reshaped();

    Eigen::VectorXd age(used * day_);
    for (int i = 0; i < used; ++i)
      age.segment(i * day_, day_).setConstant(std::exp2(-(today - first_day - i) / kHalfLifeDays));
    Eigen::VectorXd weights = age;
    Eigen::VectorXd beta;
    Eigen::MatrixXd weighted;
    Eigen::MatrixXd gram(x.cols(), x.cols());
    for (int pass = 0;; ++pass) {
      weighted.noalias() = weights.asDiagonal() * x;
      gram.noalias() = weighted.transpose() * x;
      beta = RelativeRidge(gram, weighted.transpose() * change, shape.penalty);
      if (pass == shape.passes) return beta;
      const Eigen::ArrayXd miss = (change - x * beta).array().abs();
      const double usual = (miss * age.array()).sum() / age.sum() + 1e-300;
      weights = (age.array() / (miss / usual).max(0.3)).matrix();
    }
  }

  const ForecastQuestion& question_;
  int day_;
  int first_count_;  // days before the first origin
  Days values_;      // ends with the last origin
  std::vector<Days> features_;
  Days smooth_, level_;
};

}  // namespace

Answers DayTrend(const ForecastQuestion& question) { return Trend(question).Predict({}); }

Answers DayTrendRobust(const ForecastQuestion& question) {
  return Trend(question).Predict({.penalty = 0.05, .passes = 3});
}

}  // namespace loadline
