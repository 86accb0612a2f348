#include "cli/commands/backtest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>

#include "base/text.h"
#include "cli/backtest_page.h"
#include "cli/series_csv.h"
#include "cli/terminal_progress.h"
#include "forecast/backtest.h"
#include "replay/table.h"
#include "sources/prometheus_source.h"
#include "system/clock.h"
#include "system/files.h"

namespace loadline {
namespace {

constexpr std::size_t kLargestFile = 1u << 30;
constexpr Duration kTimeout{30'000};  // of a query: nobody waits for a tick
constexpr int kPointsAtOnce = 10'000;

struct History {
  Timestamp first;
  std::vector<double> values;
};

Result<History> FromCsv(const BacktestCommand& command, Duration step) {
  const Result<std::string> text = ReadFile(command.csv, kLargestFile);
  if (!text) return Fail(text.error());
  Result<RegularSeries> series = ReadSeriesCsv(*text, step);
  if (!series) return Fail(Code::kInvalidArgument, command.csv + ": " + series.error().message);
  return History{FromSeconds(series->first_seconds), std::move(series->values)};
}

Result<double> ValueOf(const Reading& reading, const std::string& problem) {
  switch (reading.state) {
    case ReadingState::kValue: return reading.value;
    case ReadingState::kPartial:
    case ReadingState::kEmpty:
    case ReadingState::kNotFinite: return std::numeric_limits<double>::quiet_NaN();
    case ReadingState::kSeveral:
      return Fail(Code::kInvalidArgument, "the query yields several series; want one, such as sum(...)");
    case ReadingState::kFailed: break;
    case ReadingState::kRefused: break;
  }
  return Fail(Code::kUnavailable, problem.empty() ? "a part of the history was not answered" : problem);
}

Result<History> FromPrometheus(const BacktestCommand& command, Duration step, Progress& progress) {
  PrometheusOptions options;
  options.url = command.prometheus;
  options.timeout = kTimeout;
  options.http.ca_file = command.ca_file;
  options.http.bearer_token_file = command.bearer_token_file;
  const auto source = MakePrometheusSource(options);
  const Timestamp end = AlignDown(SystemClock().Now(), step);
  const auto count = static_cast<int>(command.days * 24 * 3600 / ToSeconds(step));
  History history{end - step * (count - 1), {}};
  for (int done = 0; done < count; done += kPointsAtOnce) {
    progress.Show("fetched", static_cast<std::size_t>(done), static_cast<std::size_t>(count));
    const Timestamp begin = history.first + step * done;
    const Timestamp last = history.first + step * (std::min(count, done + kPointsAtOnce) - 1);
    const Answer answer = source->Ask({{command.query, begin, last, step}}, 2 * kTimeout).front();
    for (const Reading& reading : answer.readings) {
      const Result<double> value = ValueOf(reading, answer.problem);
      if (!value) return Fail(value.error());
      history.values.push_back(*value);
    }
  }
  return history;
}

std::vector<std::vector<std::string>> TableOf(const Backtest& backtest, double quantile) {
  std::vector<std::vector<std::string>> rows = {
      {"forecast", "MAE", fmt::format("pinball {}", FormatNumber(quantile)), "covered", "origins"}};
  for (const BacktestScore& score : backtest.scores) {
    rows.push_back({std::string(score.name), FormatNumber(score.error), FormatNumber(score.pinball),
                    fmt::format("{:.1f} %", 100 * score.coverage), fmt::format("{}", score.origins)});
  }
  return rows;
}

std::string Summary(const Backtest& backtest, const History& history, const BacktestOptions& options) {
  const auto known = std::ranges::count_if(history.values, [](double value) { return std::isfinite(value); });
  return fmt::format(
      "{} values, {} apart, {} of them known. Forecast {} ahead from {} earlier times, each knowing what came before "
      "it.",
      history.values.size(), FormatDuration(options.step), known, FormatDuration(options.step * options.horizon),
      backtest.origins);
}

int Fails(const Error& error) {
  fmt::print(stderr, "loadline backtest: {}\n", error.message);
  return error.code == Code::kFailedPrecondition ? 1 : 2;
}

Status CheckCommand(const BacktestCommand& command) {
  if (command.csv.empty() == command.prometheus.empty())
    return Fail(Code::kInvalidArgument, "want --prometheus with --query, or --csv");
  if (command.prometheus.empty()) return {};
  if (command.query.empty()) return Fail(Code::kInvalidArgument, "--prometheus needs --query");
  if (!command.prometheus.starts_with("http://") && !command.prometheus.starts_with("https://")) {
    return Fail(Code::kInvalidArgument, fmt::format("--prometheus: want an http:// or https:// URL; found \"{}\"",
                                                    OneLine(command.prometheus, 200)));
  }
  return {};
}

}  // namespace

int RunBacktest(const BacktestCommand& command) {
  if (const Status checked = CheckCommand(command); !checked) return Fails(checked.error());
  BacktestOptions options;
  options.step = Duration{static_cast<std::int64_t>(std::llround(command.step_seconds * 1000))};
  options.horizon = command.horizon;
  options.quantile = command.quantile;
  auto progress = std::make_unique<TerminalProgress>();
  const Result<History> history =
      command.csv.empty() ? FromPrometheus(command, options.step, *progress) : FromCsv(command, options.step);
  if (!history) {
    progress.reset();
    return Fails({Code::kInvalidArgument, history.error().message});
  }
  const Result<Backtest> backtest = MakeBacktest(history->values, options, [&](int done, int origins) {
    progress->Show("forecast from", static_cast<std::size_t>(done), static_cast<std::size_t>(origins));
  });
  progress.reset();
  if (!backtest) return Fails(backtest.error());

  const std::string summary = Summary(*backtest, *history, options);
  const BacktestDay worst = WorstDay(*backtest, history->values, history->first, options);
  const auto table = TableOf(*backtest, options.quantile);
  fmt::print("{}\n\n{}\nThe worst day is {}, with a mean loss of {}.\n", summary, FormatTable(table),
             FormatTimestamp(worst.begin).substr(0, 10), FormatNumber(worst.pinball));
  if (command.html.empty()) return 0;
  const std::string page = FormatBacktestPage({command.csv.empty() ? command.query : command.csv, summary, table},
                                              worst, history->values, history->first, options);
  if (const Status written = WriteFile(command.html, page); !written)
    return Fails({Code::kInvalidArgument, written.error().message});
  return 0;
}

}  // namespace loadline
