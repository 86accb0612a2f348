// Direct: the residual against the usual (profile.h) h steps ahead, by one small ridge regression for each h.
//
// Features of a row at time t: the residual now, its mean over 3 steps and over a day, and the residual at the target's
// time of day in the last whole day. Rows count less with their age, and more the nearer their time of day is to the
// origin's: what follows noon is learned from noons. A ridge towards zero means: towards the usual.
//
// Regressing the target directly instead of iterating one step, and on few strong features: Marcellino, Stock and
// Watson, "A comparison of direct and iterated multistep AR methods", J. Econometrics 135 (2006); ridge: Hoerl and
// Kennard, Technometrics 12 (1970). Cost: rows x knots x 14 multiplications for all origins together.
#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "forecast/models/models.h"
#include "forecast/profile.h"
#include "forecast/scale.h"

namespace loadline {
namespace {

struct Shape {
  double mix = 1;  // of the week's profile; the rest is the day's
  Curve curve = Curve::kLog;
  double week_alpha = 0.4;
  double day_alpha = 0.3;
};

constexpr double kRidge = 1.0;
constexpr double kHalfLifeDays = 400.0 / 24;
constexpr double kPhaseDays = 3.0 / 24;  // the width of "about the same time of day"
constexpr double kPhaseFloor = 0.1;      // what a row at another time of day counts

using Row = Eigen::Vector4d;

// The horizons within a day, in 24ths of it, at which a regression is fitted; between them coefficients are
// interpolated.
constexpr std::array kKnots = {1, 2, 3, 5, 8, 12, 16, 20, 22, 24};

class Direct {
 public:
  Direct(const ForecastQuestion& question, const Shape& shape)
      : question_(question),
        shape_(shape),
        day_(question.day),
        scale_(shape.curve, question.values, question.first()),
        z_(scale_.Apply(question.values)),
        week_profile_(z_, shape.mix > 0 ? question.week() : day_, shape.week_alpha),
        day_profile_(z_, day_, shape.day_alpha) {
    const int size = static_cast<int>(z_.size());
    sums_.resize(size + 1);
    residuals_.resize(size);
    weights_.resize(size);
    for (int t = 0; t < size; ++t) {
      residuals_[t] = z_[t] - Mix(week_profile_.Expected(t), day_profile_.Expected(t));
      sums_[t + 1] = sums_[t] + residuals_[t];
      weights_[t] = Recency(t) * PhaseWeight(t);
    }
    const int start = shape.mix > 0 ? question.week() + day_ : 3 * day_;
    begin_ = std::max(std::min(start, question.first() - 6 * day_ - day_ / 4), day_);
  }

  Answers Predict() const {
    Answers answers(question_.origins.size(), std::vector<double>(question_.horizon));
    for (int first = 1; first <= question_.horizon; first += day_) PredictDay(first, answers);
    return answers;
  }

 private:
  double Mix(double week, double day) const { return shape_.mix * week + (1 - shape_.mix) * day; }

  // What is usual at t for one who stands at the end of the day `days` before t's.
  double Usual(int origin, int t, int days) const {
    return Mix(week_profile_.From(origin, t), day_profile_.After(t - days * day_));
  }

  double MeanOfLast(int count, int t) const { return (sums_[t + 1] - sums_[std::max(t + 1 - count, 0)]) / count; }

  // `days`: the target lies in that day ahead.
  Row Features(int t, int h, int days) const {
    const int same_time = t + h - days * day_;
    return {residuals_[t], MeanOfLast(3, t), MeanOfLast(day_, t),
            same_time < 0 ? 0 : z_[same_time] - Usual(same_time, same_time, days)};
  }

  void PredictDay(int first, Answers& answers) const {
    const int last = std::min(first + day_ - 1, question_.horizon);
    const int days = (first - 1) / day_ + 1;
    std::vector<int> knots;
    for (int hour : kKnots) {
      const int h = first - 1 + std::max(1, static_cast<int>(std::lround(hour * day_ / 24.0)));
      if (h < last && (knots.empty() || h > knots.back())) knots.push_back(h);
    }
    knots.push_back(last);

    std::vector<std::vector<Row>> coefficients;  // [knot][origin]
    for (int h : knots) coefficients.push_back(Fit(h, days));

    for (std::size_t o = 0; o < answers.size(); ++o) {
      const int origin = question_.origins[o];
      std::size_t knot = 0;
      for (int h = first; h <= last; ++h) {
        while (knot + 1 < knots.size() && knots[knot + 1] <= h) ++knot;
        Row beta = coefficients[knot][o];
        if (knot + 1 < knots.size() && h > knots[knot]) {
          const double share = static_cast<double>(h - knots[knot]) / (knots[knot + 1] - knots[knot]);
          beta += share * (coefficients[knot + 1][o] - beta);
        }
        const double usual = Usual(origin, origin - 1 + h, days);
        answers[o][h - 1] = scale_.Invert(usual + Features(origin - 1, h, days).dot(beta));
      }
    }
  }

  // The coefficients at each origin. The weights of two origins differ by a factor only, as origins are whole days
  // apart: so the sums grow from one to the next.
  std::vector<Row> Fit(int h, int days) const {
    Eigen::Matrix4d gram = Eigen::Matrix4d::Zero();
    Row moments = Row::Zero();
    std::vector<Row> fitted;
    int t = begin_;
    for (int origin : question_.origins) {
      for (; t + h < origin; ++t) {
        const double weight = weights_[t];
        const Row row = Features(t, h, days);
        const double target = z_[t + h] - Usual(t + 1, t + h, days);
        gram.selfadjointView<Eigen::Lower>().rankUpdate(row, weight);
        moments += weight * target * row;
      }
      const double age = 1 / Recency(origin - 1);
      Eigen::Matrix4d left = age * Eigen::Matrix4d(gram.selfadjointView<Eigen::Lower>());
      left.diagonal().array() += kRidge;
      fitted.push_back(left.ldlt().solve(age * moments));
    }
    return fitted;
  }

  // What a row at t counts by its age, seen from the last origin.
  double Recency(int t) const { return std::exp2((t + 1 - question_.origins.back()) / (kHalfLifeDays * day_)); }

  double PhaseWeight(int t) const {
    int phase = (question_.origins.back() - 1 - t) % day_;
    phase = std::min(phase, day_ - phase);
    const double distance = phase / (kPhaseDays * day_);
    return std::exp(-0.5 * distance * distance) + kPhaseFloor;
  }

  const ForecastQuestion& question_;
  Shape shape_;
  int day_;
  Scale scale_;
  std::vector<double> z_;
  Profile week_profile_;
  Profile day_profile_;
  std::vector<double> residuals_;
  std::vector<double> sums_;     // of the residuals before t
  std::vector<double> weights_;  // of the row at t, the same for all origins but for a factor
  int begin_ = 0;                // the first row
};

}  // namespace

Answers DirectWeek(const ForecastQuestion& question) { return Direct(question, {}).Predict(); }

Answers DirectWeekOnRoots(const ForecastQuestion& question) {
  return Direct(question, {.curve = Curve::kRoot, .week_alpha = 0.5}).Predict();
}

Answers DirectWeekAndDay(const ForecastQuestion& question) { return Direct(question, {.mix = 0.75}).Predict(); }

Answers DirectDay(const ForecastQuestion& question) { return Direct(question, {.mix = 0}).Predict(); }

}  // namespace loadline
