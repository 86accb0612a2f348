// Analogues: what followed the days most like the last one, weighted by likeness; the same weekday is favoured.
//
// Each follower is moved by most of the difference of level, and what the last hours lay above the analogue's fades
// away. Lorenz, "Atmospheric predictability as revealed by naturally occurring analogues", J. Atmospheric Sciences 26
// (1969); nearest neighbours for load: Lora et al., IEEE Trans. Power Systems 22 (2007). Cost: days x (day + horizon).
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "forecast/models/models.h"
#include "forecast/models/on_logarithms.h"

namespace loadline {
namespace {

constexpr double kLevel = 0.7;        // of a difference of level, that it is taken to last
constexpr double kSameWeekday = 0.5;  // of its distance
constexpr double kNearest = 0.02;     // deviations: nearer than that is all the same
constexpr double kSharpness = 4.0;    // weight = distance ^ -kSharpness
constexpr double kHalfLifeDays = 28.0;
constexpr int kLeast = 3;  // analogues

std::vector<double> Predict(std::span<const double> z, int day, int horizon) {
  const int origin = static_cast<int>(z.size());
  std::vector<int> ends;
  for (int end = origin - day; end > 2 * day; end -= day) {
    if (end + horizon <= origin) ends.push_back(end);
  }
  std::vector<double> answer(horizon);
  if (static_cast<int>(ends.size()) < kLeast) {
    for (int h = 0; h < horizon; ++h) answer[h] = z[origin - day + h % day];
    return answer;
  }

  const auto mean = [&](int begin, int count) {
    return std::accumulate(z.begin() + begin, z.begin() + begin + count, 0.0) / count;
  };
  const int tail = std::max(1, day / 8);
  std::vector<double> levels, tails, distances;
  for (int end : ends) {
    levels.push_back(mean(origin - day, day) - mean(end - day, day));
    tails.push_back(mean(origin - tail, tail) - mean(end - tail, tail));
    double distance = 0;
    for (int i = 1; i <= day; ++i) distance += std::abs(z[end - i] + kLevel * levels.back() - z[origin - i]) / day;
    const bool same_weekday = (origin - end) / day % 7 == 0;
    distances.push_back(distance * (same_weekday ? kSameWeekday : 1) + kNearest);
  }
  const double nearest = std::ranges::min(distances);
  double total = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const double age = (origin - ends[i]) / (kHalfLifeDays * day);
    const double weight = std::pow(distances[i] / nearest, -kSharpness) * std::exp2(-age);
    total += weight;
    for (int h = 0; h < horizon; ++h) {
      const double fade = std::exp(-h / (day / 4.0));
      answer[h] += weight * (z[ends[i] + h] + kLevel * levels[i] + (tails[i] - kLevel * levels[i]) * fade);
    }
  }
  for (double& value : answer) value /= total;
  return answer;
}

}  // namespace

Answers Analogues(const ForecastQuestion& question) {
  return OnLogarithms(question,
                      [&](std::span<const double> known) { return Predict(known, question.day, question.horizon); });
}

}  // namespace loadline
