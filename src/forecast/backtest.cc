#include "forecast/backtest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "forecast/forecaster.h"
#include "forecast/pinball.h"

namespace loadline {
namespace {

constexpr double kMedian = 0.5;

struct Sums {
  BacktestScore score;
  int values = 0;

  void Add(double value, double middle, double upper, double quantile) {
    score.error += std::abs(value - middle);
    score.pinball += PinballLoss(value, upper, quantile);
    score.coverage += value <= upper ? 1 : 0;
    ++values;
  }
  BacktestScore Mean() const {
    BacktestScore mean = score;
    mean.error /= values;
    mean.pinball /= values;
    mean.coverage /= values;
    return mean;
  }
};

class Tester {
 public:
  Tester(std::span<const double> history, const BacktestOptions& options) : history_(history), options_(options) {
    request_.step = options.step;
    request_.horizon = options.horizon;
    request_.quantiles.clear();
    // Ascending, and each once: of 0.5 there is no band.
    for (double quantile : {1 - options.quantile, kMedian, options.quantile}) {
      if (request_.quantiles.empty() || quantile > request_.quantiles.back() + 1e-9)
        request_.quantiles.push_back(quantile);
    }
    sums_.push_back({{.name = kMixtureName}});
    for (std::string_view model : ForecastModelNames()) sums_.push_back({{.name = model}});
  }

  Result<Backtest> Run(const BacktestProgress& progress) {
    const auto size = static_cast<std::int64_t>(history_.size());
    const std::int64_t tested = std::min<std::int64_t>(size / 3, options_.most / options_.step);
    const std::int64_t spacing = std::max<std::int64_t>(options_.horizon, options_.spacing / options_.step);
    const std::int64_t origins = tested < options_.horizon ? 0 : (tested - options_.horizon) / spacing + 1;
    if (origins == 0) {
      return Fail(Code::kFailedPrecondition,
                  fmt::format("backtest: of {} values a third is forecast, which is less than one horizon of {} steps",
                              size, options_.horizon));
    }
    // The last origin is a horizon before the end.
    for (std::int64_t i = origins - 1; i >= 0; --i) {
      TestAt(static_cast<std::size_t>(size - options_.horizon - i * spacing));
      if (progress) progress(static_cast<int>(origins - i), static_cast<int>(origins));
    }
    if (sums_.front().values == 0)
      return Fail(Code::kFailedPrecondition,
                  problem_.empty() ? "backtest: no value is known after any origin" : problem_);
    backtest_.origins = static_cast<int>(origins);
    for (const Sums& each : sums_) {
      if (each.values > 0) backtest_.scores.push_back(each.Mean());
    }
    // What could be used at few origins only was judged by other values than the rest.
    const auto rank = [&](const BacktestScore& each) {
      return std::pair(each.origins < backtest_.origins, each.pinball);
    };
    std::ranges::stable_sort(backtest_.scores.begin() + 1, backtest_.scores.end(), {}, rank);
    return std::move(backtest_);
  }

 private:
  void TestAt(std::size_t origin) {
    for (Sums& sums : sums_) {
      const bool mixture = &sums == &sums_.front();
      request_.model = mixture ? "" : std::string(sums.score.name);
      const Result<Forecast> forecast = MakeForecast(history_.first(origin), request_);
      if (!forecast) {
        if (mixture) problem_ = forecast.error().message;
        continue;
      }
      ++sums.score.origins;
      const auto& rows = forecast->quantiles;
      const auto& middle = rows[rows.size() / 2];
      for (std::size_t h = 0; h < middle.size(); ++h) {
        const double value = history_[origin + h];
        if (std::isfinite(value)) sums.Add(value, middle[h], rows.back()[h], options_.quantile);
        if (mixture)
          backtest_.points.push_back({static_cast<int>(origin + h), rows.front()[h], middle[h], rows.back()[h]});
      }
    }
  }

  std::span<const double> history_;
  const BacktestOptions& options_;
  ForecastRequest request_;
  std::vector<Sums> sums_;
  std::string problem_;
  Backtest backtest_;
};

}  // namespace

Result<Backtest> MakeBacktest(std::span<const double> history, const BacktestOptions& options,
                              const BacktestProgress& progress) {
  if (options.step <= Duration{0} || options.horizon < 1)
    return Fail(Code::kInvalidArgument, "backtest: want a step above 0 and a horizon of 1 step or more");
  if (!(options.quantile >= kMedian && options.quantile < 1)) {
    return Fail(Code::kInvalidArgument,
                fmt::format("backtest: the quantile lies from 0.5 to below 1, found {}", options.quantile));
  }
  return Tester(history, options).Run(progress);
}

}  // namespace loadline
