// Low rank: each day is the mean day plus a little of two shapes; how much of each is regressed on today's, yesterday's
// and those of the same weekday. Two numbers a day are far less noisy than the hours that they are taken from.
//
// Shang and Hyndman, "Nonparametric time series forecasting with dynamic updating", Mathematics and Computers in
// Simulation 81 (2011): functional principal components, here with weighted days and a ridge. Cost: days x day x 40.
#include <Eigen/Dense>
#include <cmath>
#include <vector>

#include "forecast/models/models.h"
#include "forecast/models/on_logarithms.h"

namespace loadline {
namespace {

constexpr int kShapes = 2;
constexpr int kIterations = 12;
constexpr double kHalfLifeDays = 15;
constexpr double kRidge = 1.0;  // on scores of unit size

// Rows are days.
using Days = Eigen::MatrixXd;

// The directions in which `days` vary most: orthogonal iteration (Golub and Van Loan, "Matrix computations", 7.3.2)
// from a fixed start, as only few directions are wanted and only roughly.
Eigen::MatrixXd MainShapes(const Days& days, const Eigen::VectorXd& weights) {
  Eigen::MatrixXd shapes(days.cols(), kShapes);
  for (int i = 0; i < days.cols(); ++i) shapes.row(i) << 1, std::cos(2 * M_PI * i / static_cast<double>(days.cols()));
  for (int i = 0; i < kIterations; ++i) {
    shapes = days.transpose() * (weights.asDiagonal() * (days * shapes)).eval();
    for (int k = 0; k < kShapes; ++k) {
      for (int j = 0; j < k; ++j) shapes.col(k) -= shapes.col(j).dot(shapes.col(k)) * shapes.col(j);
      const double size = shapes.col(k).norm();
      if (size > 0) shapes.col(k) /= size;
    }
  }
  return shapes;
}

std::vector<double> Predict(std::span<const double> z, int day, int horizon) {
  const int count = static_cast<int>(z.size()) / day;
  const auto grid = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
      z.data() + (static_cast<int>(z.size()) - count * day), count, day);
  Eigen::VectorXd weights(count);
  for (int d = 0; d < count; ++d) weights(d) = std::exp2(-(count - 1 - d) / kHalfLifeDays);
  const Eigen::RowVectorXd mean = weights.transpose() * grid / weights.sum();
  const Days off = grid.rowwise() - mean;
  const Eigen::MatrixXd shapes = MainShapes(off, weights);
  const Eigen::MatrixXd scores = off * shapes;

  std::vector<double> answer;
  for (int ahead = 1; static_cast<int>(answer.size()) < horizon; ++ahead) {
    Eigen::RowVectorXd curve = mean;
    for (int k = 0; k < kShapes; ++k) {
      const double size = std::sqrt(scores.col(k).squaredNorm() / count) + 1e-9;
      // From today d: the score of d, of the day before, and of the target's weekday one and two weeks before it.
      const auto features = [&](int d) -> Eigen::Vector4d {
        const int back = (ahead + 6) / 7 * 7;
        const int week = std::max(d + ahead - back, 0);
        const int two = d + ahead - back - 7 >= 0 ? d + ahead - back - 7 : week;
        return Eigen::Vector4d(scores(d, k), scores(d - 1, k), scores(week, k), scores(two, k)) / size;
      };
      Eigen::Matrix4d gram = Eigen::Matrix4d::Identity() * kRidge;
      Eigen::Vector4d moments = Eigen::Vector4d::Zero();
      for (int d = 7; d + ahead < count; ++d) {
        const Eigen::Vector4d row = features(d);
        gram += weights(d) * row * row.transpose();
        moments += weights(d) * scores(d + ahead, k) / size * row;
      }
      curve += size * gram.ldlt().solve(moments).dot(features(count - 1)) * shapes.col(k).transpose();
    }
    for (int i = 0; i < day && static_cast<int>(answer.size()) < horizon; ++i) answer.push_back(curve(i));
  }
  return answer;
}

}  // namespace

Answers LowRank(const ForecastQuestion& question) {
  return OnLogarithms(question,
                      [&](std::span<const double> known) { return Predict(known, question.day, question.horizon); });
}

}  // namespace loadline
