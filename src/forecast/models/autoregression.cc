// Autoregression: the next value from earlier ones by one ridge regression, and so on from its own answers.
//
// Three bases from which residuals are taken: the usual of week and day (profile.h), none, and yesterday. Lags are
// those of an hourly grid, moved to the same distances from whole days on another one. Iterating keeps the shape of a
// day in one model; Box and Jenkins, "Time Series Analysis" (1970), chapters 5 and 9. Cost: rows x lags^2 / 2 for all
// origins.
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "forecast/models/models.h"
#include "forecast/profile.h"
#include "forecast/ridge.h"
#include "forecast/scale.h"

namespace loadline {
namespace {

enum class Base { kNone, kYesterday, kProfiles };

struct Shape {
  Base base = Base::kNone;
  std::vector<int> lags;  // in 24ths of a day, those within half a day in steps
  Curve curve = Curve::kLog;
  double penalty = 0.02;
};

constexpr double kHalfLifeDays = 400.0 / 24;
constexpr double kConstant = 0.3;  // of the feature that is always there: small, so that the ridge keeps it small
constexpr double kRoom = 1.5;      // deviations beyond what was seen

std::vector<int> LagsOnGrid(const Shape& shape, int day, int first_origin) {
  std::vector<int> lags;
  for (int lag : shape.lags) {
    const int moved = lag < 13 ? lag : lag + (day - 24) * static_cast<int>(std::lround(lag / 24.0));
    if (moved > 0 && moved <= first_origin - 5 * day) lags.push_back(moved);
  }
  std::ranges::sort(lags);
  lags.erase(std::unique(lags.begin(), lags.end()), lags.end());
  if (lags.empty()) lags.push_back(1);
  return lags;
}

class Autoregression {
 public:
  Autoregression(const ForecastQuestion& question, const Shape& shape)
      : question_(question),
        shape_(shape),
        lags_(LagsOnGrid(shape, question.day, question.first())),
        scale_(shape.curve, question.values, question.first()),
        z_(scale_.Apply(question.values)) {
    if (shape.base == Base::kProfiles) week_.emplace(z_, question.week(), 0.4);
    if (shape.base == Base::kProfiles) day_.emplace(z_, question.day, 0.2);
    if (shape.base == Base::kYesterday) day_.emplace(z_, question.day, 1.0);
    residuals_.resize(z_.size());
    for (int t = 0; t < static_cast<int>(z_.size()); ++t) residuals_[t] = z_[t] - Usual(t, t);

    int start = 0;
    if (shape.base == Base::kProfiles) start = question.week();
    if (shape.base == Base::kYesterday) start = 3 * question.day;
    const int longest = lags_.back();
    begin_ = std::max(std::min(start + longest, question.first() - 4 * question.day - question.day / 6), longest);
  }

  Answers Predict() const {
    const int features = static_cast<int>(lags_.size()) + (shape_.base == Base::kNone ? 1 : 0);
    Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(features, features);
    Eigen::VectorXd moments = Eigen::VectorXd::Zero(features);
    Answers answers;
    int t = begin_;
    for (int origin : question_.origins) {
      AddRows(t, origin, gram, moments);
      t = std::max(t, origin);
      // The sums are weighted as seen from the last origin: a common factor, which a relative ridge does not feel.
      answers.push_back(Iterate(origin, RelativeRidge(gram, moments, shape_.penalty)));
    }
    return answers;
  }

 private:
  // What is usual at t for one who knows the values before `origin`, origin <= t.
  double Usual(int origin, int t) const {
    if (shape_.base == Base::kNone) return 0;
    if (shape_.base == Base::kYesterday) return day_->From(origin, t);
    return 0.5 * (week_->From(origin, t) + day_->From(origin, t));
  }

  void AddRows(int begin, int end, Eigen::MatrixXd& gram, Eigen::VectorXd& moments) const {
    if (end <= begin) return;
    const int rows = end - begin;
    Eigen::MatrixXd weighted(rows, gram.cols());  // by the roots of the weights
    Eigen::VectorXd targets(rows);
    for (int i = 0; i < rows; ++i) {
      const double age = question_.origins.back() - 1 - (begin + i);
      const double root = std::exp2(-0.5 * age / (kHalfLifeDays * question_.day));
      for (std::size_t k = 0; k < lags_.size(); ++k) weighted(i, k) = root * residuals_[begin + i - lags_[k]];
      if (shape_.base == Base::kNone) weighted(i, gram.cols() - 1) = root * kConstant;
      targets(i) = root * residuals_[begin + i];
    }
    gram.selfadjointView<Eigen::Lower>().rankUpdate(weighted.transpose());
    moments.noalias() += weighted.transpose() * targets;
  }

  std::vector<double> Iterate(int origin, const Eigen::VectorXd& beta) const {
    const auto [least, most] = std::minmax_element(z_.begin(), z_.begin() + origin);
    std::vector<double> known(residuals_.begin() + (origin - lags_.back()), residuals_.begin() + origin);
    std::vector<double> answer;
    for (int t = origin; t < origin + question_.horizon; ++t) {
      double next = shape_.base == Base::kNone ? kConstant * beta(beta.size() - 1) : 0;
      for (std::size_t k = 0; k < lags_.size(); ++k) next += beta(k) * known[known.size() - lags_[k]];
      known.push_back(next);
      answer.push_back(scale_.Invert(std::clamp(Usual(origin, t) + next, *least - kRoom, *most + kRoom)));
    }
    return answer;
  }

  const ForecastQuestion& question_;
  const Shape& shape_;
  std::vector<int> lags_;  // in steps, ascending
  Scale scale_;
  std::vector<double> z_;
  std::optional<Profile> week_;
  std::optional<Profile> day_;
  std::vector<double> residuals_;
  int begin_ = 0;  // the first row
};

}  // namespace

Answers AutoregressionOnProfiles(const ForecastQuestion& question) {
  static const Shape shape{.base = Base::kProfiles, .lags = {1, 2, 24}};
  return Autoregression(question, shape).Predict();
}

Answers AutoregressionPlain(const ForecastQuestion& question) {
  static const Shape shape{.lags = {1, 2, 3, 22, 23, 24, 25, 26, 47, 48, 49, 72, 96, 120, 144, 167, 168, 169, 336}};
  return Autoregression(question, shape).Predict();
}

Answers AutoregressionOfDifferences(const ForecastQuestion& question) {
  static const Shape shape{.base = Base::kYesterday,
                           .lags = {1, 2, 3, 4, 5, 6, 12, 23, 24, 25, 47, 48, 49, 71, 72, 73, 359, 360, 361},
                           .curve = Curve::kPlain,
                           .penalty = 0.05};
  return Autoregression(question, shape).Predict();
}

}  // namespace loadline
