// What costs nothing, and what every other model has to beat: the last value, the mean of the last ones, and what was a
// day or a week before, as it was or at today's level.
//
// Hyndman and Athanasopoulos, "Forecasting: principles and practice", 3rd ed., 5.2. Cost: the horizon.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "forecast/models/models.h"

namespace loadline {
namespace {

Answers MeanOfLast(const ForecastQuestion& question, int count) {
  Answers answers;
  for (int origin : question.origins) {
    const auto known = question.values.first(origin).last(std::min(count, origin));
    answers.emplace_back(question.horizon,
                         std::accumulate(known.begin(), known.end(), 0.0) / static_cast<double>(known.size()));
  }
  return answers;
}

Answers AsBefore(const ForecastQuestion& question, int period) {
  Answers answers;
  for (int origin : question.origins) {
    std::vector<double>& answer = answers.emplace_back();
    for (int h = 0; h < question.horizon; ++h) answer.push_back(question.values[origin - period + h % period]);
  }
  return answers;
}

// What was a period before, moved by what the last quarter of a day lies above the same one then: most of it lasts.
Answers AsBeforeMoved(const ForecastQuestion& question, int period) {
  constexpr double kLasts = 0.7;
  const int quarter = std::max(1, question.day / 4);
  Answers answers = AsBefore(question, period);
  for (std::size_t o = 0; o < answers.size(); ++o) {
    const int origin = question.origins[o];
    double now = 0, then = 0;
    for (int t = origin - std::min(quarter, origin - period); t < origin; ++t) {
      now += question.values[t];
      then += question.values[t - period];
    }
    const bool proportional = then > 0 && now >= 0;
    const double factor = proportional ? std::pow(std::clamp(now / then, 0.25, 4.0), kLasts) : 1;
    for (double& value : answers[o]) value *= factor;
  }
  return answers;
}

}  // namespace

Answers LastValue(const ForecastQuestion& question) { return MeanOfLast(question, 1); }
Answers MeanOfFew(const ForecastQuestion& question) { return MeanOfLast(question, 5); }
Answers MeanOfQuarterDay(const ForecastQuestion& question) {
  return MeanOfLast(question, std::max(1, question.day / 4));
}
Answers MeanOfDay(const ForecastQuestion& question) { return MeanOfLast(question, question.day); }
Answers AsYesterday(const ForecastQuestion& question) { return AsBefore(question, question.day); }
Answers AsYesterdayAtTodaysLevel(const ForecastQuestion& question) { return AsBeforeMoved(question, question.day); }
Answers AsLastWeek(const ForecastQuestion& question) { return AsBefore(question, question.week()); }
Answers AsLastWeekAtTodaysLevel(const ForecastQuestion& question) { return AsBeforeMoved(question, question.week()); }

}  // namespace loadline
