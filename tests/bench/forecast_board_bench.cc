// What forecasts cost a pod: processor time of a refit, alone, with trust judged for the first time and an hour later,
// for 2,000 signals of 14 days of minutes, how much of a core that is at the default intervals, and the memory of their
// histories. Processor time of this thread; figures, no verdicts. usage: build-release/tests/forecast_board_bench
// [signals measured]
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <random>
#include <span>
#include <vector>

#include "controller/forecast_options.h"
#include "scaling/fit_forecast.h"
#include "system/background.h"

namespace loadline::bench {
namespace {

constexpr int kSignals = 2000;

// A day's and a week's shape, noise that grows with the load, and a spike now and then.
std::vector<double> MakeHistory(std::size_t minutes, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, 1);
  std::vector<double> values(minutes);
  for (std::size_t i = 0; i < minutes; ++i) {
    const double day = std::sin(2 * std::numbers::pi * static_cast<double>(i % 1440) / 1440);
    const double load = 200 * (1.2 + day) * (i / 1440 % 7 < 5 ? 1 : 0.6);
    values[i] = std::max(0.0, load + std::sqrt(load) * noise(random) + (random() % 2000 == 0 ? 300 : 0));
  }
  return values;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void Run(int measured) {
  const ForecastOptions options;
  const PlannedForecast plan{"default", "load", false, std::chrono::hours(14 * 24), std::chrono::minutes(5), 0.95};
  const ForecastTimes times = TimesOf(plan, options.interval, options.refit);
  const auto judged = static_cast<std::size_t>(JudgedHistory(plan, times));
  const auto hour = static_cast<std::size_t>(kTrustInterval / times.step);
  std::vector<double> first, judging, fitting;
  for (int i = 0; i < measured; ++i) {
    const auto long_history = MakeHistory(judged + hour, static_cast<unsigned>(i));
    const auto history = std::span(long_history).last(static_cast<std::size_t>(times.history));
    TrustMemo memo;
    double begin = ThreadCpuSeconds();
    JudgeForecast(std::span(long_history).first(judged), Timestamp(), plan, times, memo);
    first.push_back(ThreadCpuSeconds() - begin);
    begin = ThreadCpuSeconds();
    const Trust trust = JudgeForecast(std::span(long_history).last(judged), Timestamp(), plan, times, memo);
    judging.push_back(ThreadCpuSeconds() - begin);
    begin = ThreadCpuSeconds();
    const SignalForecast forecast = FitForecast(history, Timestamp(), trust, plan, times);
    fitting.push_back(ThreadCpuSeconds() - begin);
    if (!forecast.problem.empty()) fmt::print("{}\n", forecast.problem);
  }
  const double fit = Median(fitting), judge = Median(judging);
  const double core = kSignals * (fit / ToSeconds(times.refit) + judge / ToSeconds(kTrustInterval));
  fmt::print("{} values, {} apart, {} steps ahead; medians of {} signals\n", times.history, FormatDuration(times.step),
             times.horizon, measured);
  fmt::print("a refit             {:8.1f} ms of CPU, each {}\n", 1e3 * fit, FormatDuration(times.refit));
  fmt::print("trust judged first  {:8.1f} ms of CPU, once\n", 1e3 * Median(first));
  fmt::print("trust judged again  {:8.1f} ms of CPU, each {}\n", 1e3 * judge, FormatDuration(kTrustInterval));
  fmt::print("{} signals        {:8.2f} of a core; all of a refit's in {:.0f} s of CPU\n", kSignals, core,
             core * ToSeconds(times.refit));
  fmt::print("their histories     {:8.0f} MB\n", kSignals * static_cast<double>(judged) * sizeof(float) / 1e6);
}

}  // namespace
}  // namespace loadline::bench

int main(int argc, char** argv) { loadline::bench::Run(argc > 1 ? std::max(1, std::atoi(argv[1])) : 20); }
