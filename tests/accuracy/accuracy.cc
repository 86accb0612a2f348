// Rolling backtests of the forecasters against a table that is kept: README.md.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "cli/series_csv.h"
#include "forecast/forecaster.h"
#include "forecast/pinball.h"

namespace loadline {
namespace {

constexpr Duration kMinute{60'000};
constexpr Duration kHour{3'600'000};
constexpr double kWorse = 1.02;
const std::vector<double> kQuantiles = {0.5, 0.9, 0.95};
const std::vector<std::string> kNaive = {"last value", "as yesterday", "as last week"};

struct Task {
  std::string name;
  std::vector<double> values;
  Duration step;
  int history = 0;  // steps that each forecast knows
  int horizon = 0;
  int every = 0;  // steps between origins
};

struct Score {
  double pinball = 0;
  double cover = 0;
};

// Of one way to forecast, by the name of a model; empty: the product's own choice. None where it cannot.
std::optional<Score> Backtest(const Task& task, const std::string& model) {
  double loss = 0, load = 0;
  int below = 0, count = 0;
  for (int origin = task.history; origin + task.horizon <= static_cast<int>(task.values.size()); origin += task.every) {
    const auto known = std::span(task.values).subspan(origin - task.history, task.history);
    const auto forecast =
        MakeForecast(known, {.step = task.step, .horizon = task.horizon, .quantiles = kQuantiles, .model = model});
    if (!forecast) return std::nullopt;
    for (int h = 0; h < task.horizon; ++h) {
      const double truth = task.values[origin + h];
      load += truth;
      ++count;
      for (std::size_t q = 0; q < kQuantiles.size(); ++q) {
        loss += PinballLoss(truth, forecast->quantiles[q][h], kQuantiles[q]) / static_cast<double>(kQuantiles.size());
      }
      below += truth <= forecast->quantiles[2][h];
    }
  }
  return Score{100 * loss / load, 100.0 * below / count};
}

// Hourly load of a service: days, weeks, a slow drift, noise; `change` may do something to each value.
std::vector<double> Hourly(unsigned seed, int days, const std::function<double(int, double)>& change = {}) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise;
  std::vector<double> values;
  double drift = 0;
  for (int t = 0; t < 24 * days; ++t) {
    drift = 0.99 * drift + 0.02 * noise(random);
    const double weekend = t / 24 % 7 >= 5 ? 0.6 : 1;
    const double day = 1 + 0.5 * std::sin(2 * M_PI * (t % 24) / 24.0) + 0.2 * std::sin(4 * M_PI * (t % 24) / 24.0 + 1);
    const double value = std::max(1000 * weekend * day * std::exp(drift) * (1 + 0.05 * noise(random)), 1.0);
    values.push_back(change ? change(t, value) : value);
  }
  return values;
}

// Requests a minute, counted.
std::vector<double> Counts(unsigned seed, int days, double rate) {
  std::mt19937 random(seed);
  std::vector<double> values;
  for (int t = 0; t < 1440 * days; ++t) {
    std::poisson_distribution<int> count(rate * (1 + 0.6 * std::sin(2 * M_PI * t / 1440)));
    values.push_back(count(random));
  }
  return values;
}

std::vector<Task> Tasks(const std::string& folder) {
  std::ifstream file(folder + "/elb_requests_5min.csv");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto elb = ReadSeriesCsv(text, 5 * kMinute);
  if (!elb || elb->values.empty()) {
    fmt::print(stderr, "accuracy: cannot read the ELB series\n");
    std::exit(2);
  }
  const auto zero_on_day_30 = [](int t, double value) { return t / 24 == 30 ? 0 : value; };
  const auto double_from_day_32 = [](int t, double value) { return t / 24 >= 32 ? 2 * value : value; };
  return {
      {"ELB requests, 5 min, 30 min ahead", elb->values, 5 * kMinute, 7 * 288, 6, 17},
      {"ELB requests, 5 min, a day ahead", elb->values, 5 * kMinute, 9 * 288, 288, 72},
      {"counts of 50 a minute, 30 min ahead", Counts(1, 9, 50), kMinute, 7 * 1440, 30, 97},
      {"counts of 1 a minute, 30 min ahead", Counts(2, 9, 1), kMinute, 7 * 1440, 30, 97},
      {"hourly service, 2 days ahead, 5 weeks known", Hourly(3, 49), kHour, 35 * 24, 48, 7},
      {"hourly service, 2 days ahead, 12 days known", Hourly(4, 26), kHour, 12 * 24, 48, 7},
      {"hourly service, 2 days ahead, 9 days known", Hourly(8, 23), kHour, 9 * 24, 48, 7},
      {"hourly service, 2 days ahead, 4 days known", Hourly(5, 18), kHour, 4 * 24, 48, 7},
      {"hourly service, an outage of a day", Hourly(6, 45, zero_on_day_30), kHour, 28 * 24 + 24 * 4, 24, 5},
      {"hourly service, load doubles", Hourly(7, 45, double_from_day_32), kHour, 30 * 24, 24, 5},
  };
}

struct Row {
  std::string name;
  Score ours;
  double naive = 0;
};

std::string AsTable(const std::vector<Row>& rows) {
  std::string text = "| series | pinball, % of load | naive | cover 95 % |\n|---|---:|---:|---:|\n";
  for (const Row& row : rows)
    text += fmt::format("| {} | {:.3f} | {:.3f} | {:.1f} |\n", row.name, row.ours.pinball, row.naive, row.ours.cover);
  return text;
}

// The pinball loss that the kept table states for a series.
std::optional<double> Kept(const std::string& table, const std::string& name) {
  const std::size_t at = table.find("| " + name + " | ");
  if (at == std::string::npos) return std::nullopt;
  return std::stod(table.substr(at + name.size() + 5));
}

int Run(const std::string& folder, bool update) {
  std::vector<Row> rows;
  for (const Task& task : Tasks(folder)) {
    double naive = std::numeric_limits<double>::infinity();
    for (const std::string& model : kNaive) {
      if (const auto score = Backtest(task, model)) naive = std::min(naive, score->pinball);
    }
    rows.push_back({task.name, *Backtest(task, ""), naive});
  }
  fmt::print("{}", AsTable(rows));
  const std::string path = folder + "/table.md";
  if (update) {
    std::ofstream(path) << AsTable(rows);
    return 0;
  }
  std::ifstream file(path);
  const std::string table{std::istreambuf_iterator<char>(file), {}};
  int worse = 0;
  for (const Row& row : rows) {
    const auto kept = Kept(table, row.name);
    if (kept && row.ours.pinball <= kWorse * *kept) continue;
    ++worse;
    fmt::print("{}: {}\n", row.name,
               kept ? fmt::format("was {:.3f}, is {:.3f}: worse by more than 2 %", *kept, row.ours.pinball)
                    : "is not in table.md");
  }
  return worse == 0 ? 0 : 1;
}

}  // namespace
}  // namespace loadline

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty()) {
    fmt::print(stderr, "usage: forecast_accuracy FOLDER [--update]\n");
    return 2;
  }
  return loadline::Run(arguments[0], arguments.size() > 1 && arguments[1] == "--update");
}
