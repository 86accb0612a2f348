// Week median: the same hours of the last weeks, each relative to the week before it; their median is not moved by one
// odd week. Half of what yesterday lay above its own median is carried on.
//
// The median over seasons is Hyndman's and Athanasopoulos' seasonal naive made robust ("Forecasting: principles and
// practice", 3rd ed., 5.2). Cost: weeks x horizon.
#include <algorithm>
#include <numeric>
#include <vector>

#include "forecast/models/models.h"
#include "forecast/models/on_logarithms.h"

namespace loadline {
namespace {

constexpr int kWeeks = 5;
constexpr double kCarry = 0.5;

double Mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double Median(std::vector<double> values) {
  const std::size_t half = values.size() / 2;
  std::ranges::sort(values);
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

class Weeks {
 public:
  Weeks(std::span<const double> z, int day) : z_(z), day_(day), week_(7 * day) {}

  std::vector<double> Predict(int horizon) const {
    const int origin = static_cast<int>(z_.size());
    // As many weeks back as the whole horizon was seen after; the horizon of more than a week begins anew.
    const int span = std::min(horizon, week_);
    const int weeks = std::clamp((origin - span) / week_, 1, kWeeks);
    const double last_week = Mean(z_.subspan(origin - week_, week_));
    double shift = last_week;
    if (origin >= week_ + day_) {
      std::vector<double> yesterdays;
      for (int k = 1; k <= weeks; ++k) {
        const int begin = origin - k * week_ - day_;
        if (begin >= 0) yesterdays.push_back(Mean(z_.subspan(begin, day_)) - Before(begin));
      }
      if (!yesterdays.empty()) shift += Carry(origin, weeks, last_week);
    }
    std::vector<double> answer(horizon);
    for (int h = 0; h < horizon; ++h) {
      std::vector<double> relative;
      for (int k = 1; k <= weeks; ++k)
        relative.push_back(z_[origin - k * week_ + h % week_] - Before(origin - k * week_));
      answer[h] = shift + Median(std::move(relative));
    }
    return answer;
  }

 private:
  // The level of the week before `begin`; at the beginning of history, of what there is.
  double Before(int begin) const {
    const int from = std::max(begin - week_, 0);
    return begin >= day_ ? Mean(z_.subspan(from, begin - from)) : Mean(z_.first(week_));
  }

  double Carry(int origin, int weeks, double last_week) const {
    const double before = Mean(z_.subspan(origin - week_ - day_, week_));
    double residual = 0;
    for (int i = 0; i < day_; ++i) {
      std::vector<double> usual;
      for (int k = 1; k <= weeks; ++k) {
        const int begin = origin - k * week_ - day_;
        if (begin >= 0) usual.push_back(z_[begin + i] - Before(begin));
      }
      residual += (z_[origin - day_ + i] - before - Median(std::move(usual))) / day_;
    }
    return kCarry * residual + kCarry * (before - last_week);
  }

  std::span<const double> z_;
  int day_;
  int week_;
};

}  // namespace

Answers WeekMedian(const ForecastQuestion& question) {
  return OnLogarithms(
      question, [&](std::span<const double> known) { return Weeks(known, question.day).Predict(question.horizon); });
}

}  // namespace loadline
