// Load as services have it, generated: days, weeks, noise.
#ifndef LOADLINE_TESTS_SUPPORT_LOAD_SERIES_H_
#define LOADLINE_TESTS_SUPPORT_LOAD_SERIES_H_

#include <cmath>
#include <random>
#include <vector>

namespace loadline::testing {

struct LoadShape {
  int day = 24;  // steps
  double base = 100;
  double daily = 0.5;    // of the base, up and down in a day
  double weekend = 0.6;  // what is left on the last two days of a week
  double noise = 0.05;   // of the value, its deviation
};

// `days` days of it: always above 0.
inline std::vector<double> MakeLoad(unsigned seed, double days, const LoadShape& shape = {}) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise;
  std::vector<double> values;
  for (int t = 0; t < static_cast<int>(days * shape.day); ++t) {
    const double phase = 2 * M_PI * t / shape.day;
    const double week = t / shape.day % 7 >= 5 ? shape.weekend : 1;
    const double value = shape.base * week * (1 + shape.daily * std::sin(phase)) * (1 + shape.noise * noise(random));
    values.push_back(std::max(value, 0.01 * shape.base));
  }
  return values;
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_LOAD_SERIES_H_
