#include "forecast/forecaster.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "forecast/coarse.h"
#include "forecast/history.h"
#include "forecast/mixture.h"
#include "forecast/models/models.h"
#include "forecast/residual_quantiles.h"
#include "forecast/season.h"
#include "forecast/short_term.h"

namespace loadline {
namespace {

constexpr std::string_view kShortTerm = "short term";
constexpr int kLeastValues = 2;
constexpr int kMostDays = 63;      // of history for the mixture
constexpr int kMostDaysFine = 28;  // and on a grid of minutes
constexpr int kMostOrigins = 12;
constexpr int kLeastDayForSeason = 4;     // steps of a day
constexpr int kLeastDayToSearch = 12;     // steps: about fewer, chance finds a shorter day
constexpr Duration kFine{10 * 60'000};    // steps below it are for the short term
constexpr Duration kCoarse{15 * 60'000};  // at least this is a step of a mixture
constexpr double kRoom = 0.3;             // no model may leave the range that was seen by more than this share of it
constexpr int kDaysForModels = 9;

Status CheckRequest(const ForecastRequest& request) {
  if (request.step <= Duration{0}) return Fail(Code::kInvalidArgument, "forecast: the step must be above 0");
  if (request.horizon < 1)
    return Fail(Code::kInvalidArgument,
                fmt::format("forecast: the horizon must be 1 step or more, found {}", request.horizon));
  if (request.quantiles.empty()) return Fail(Code::kInvalidArgument, "forecast: at least one quantile is needed");
  for (std::size_t i = 0; i < request.quantiles.size(); ++i) {
    const double quantile = request.quantiles[i];
    if (!(quantile > 0 && quantile < 1))
      return Fail(Code::kInvalidArgument,
                  fmt::format("forecast: a quantile lies above 0 and below 1, found {}", quantile));
    if (i > 0 && quantile <= request.quantiles[i - 1])
      return Fail(Code::kInvalidArgument, fmt::format("forecast: quantiles are ascending, found {} after {}", quantile,
                                                      request.quantiles[i - 1]));
  }
  if (request.model.empty()) return {};
  const std::vector<std::string_view> names = ForecastModelNames();
  if (std::ranges::find(names, request.model) == names.end()) {
    return Fail(Code::kInvalidArgument, fmt::format("forecast: no model is named \"{}\"; there are: {}", request.model,
                                                    fmt::join(names, ", ")));
  }
  return {};
}

// Steps of the season that is expected: of a day of 24 hours, or of a week where a day has too few to have a shape; 0
// where steps do not divide it.
int StepsOfSeason(Duration step) {
  constexpr Duration kDay{24 * 3'600'000};
  for (const Duration season : {kDay, 7 * kDay}) {
    if (season % step != Duration{0}) continue;
    const auto steps = season / step;
    if (steps >= kLeastDayForSeason) return static_cast<int>(steps);
  }
  return 0;
}

struct Plan {
  int spacing = 1;  // steps between origins
  int origins = 0;  // earlier ones
};

// Of histories of nine days or more, origins are whole days apart, and take up to two fifths of them; of less than two
// weeks so few, but three, that the oldest still knows a week: without one no weekend can be told. Of shorter ones they
// are a quarter of a day apart, and of those without days as far as the horizon: few would say little.
Plan PlanOrigins(int size, int day, int horizon) {
  const int with_week = day > 0 ? (4 * size - 29 * day) / (4 * day) : 0;  // the oldest knows a week and a quarter day
  if (day > 0 && size >= kDaysForModels * day)
    return {.spacing = day, .origins = std::min({2 * size / day / 5, kMostOrigins, std::max(with_week, 3)})};
  const bool days = day > 0 && size >= 2 * day;
  const int spacing = std::max(1, days ? day / 4 : std::min(horizon, size / 8));
  const int least = days ? day + day / 4 : size / 2;
  return {.spacing = spacing, .origins = std::clamp((size - least) / spacing, size > 2 ? 1 : 0, kMostOrigins)};
}

class Mixture {
 public:
  Mixture(std::span<const double> values, int day, const ForecastRequest& request)
      : values_(values),
        day_(day),
        request_(request),
        plan_(PlanOrigins(static_cast<int>(values.size()), day, request.horizon)) {
    question_.values = values;
    question_.day = std::max(day, 1);
    question_.horizon = request.horizon;
    for (int l = plan_.origins; l >= 0; --l)
      question_.origins.push_back(static_cast<int>(values.size()) - l * plan_.spacing);
  }

  Result<Forecast> Run() {
    for (const Model& model : AllModels()) {
      if (!Fits(model)) continue;
      Candidate& candidate = candidates_.emplace_back();
      candidate.answers = model.predict(question_);
      std::ranges::reverse(candidate.answers);
      StayInRange(candidate);
      names_.push_back(model.name);
    }
    if (candidates_.empty()) {
      return Fail(Code::kFailedPrecondition,
                  fmt::format("forecast: the history is too short for the model \"{}\": {} values", request_.model,
                              values_.size()));
    }
    Forecast forecast;
    forecast.method = "mixture";
    forecast.day = day_;
    forecast.origins = plan_.origins;
    if (plan_.origins == 0) {
      forecast.quantiles.assign(request_.quantiles.size(), candidates_.front().answers[0]);
      return forecast;
    }
    const HoldOuts hold_outs(values_, plan_.spacing, plan_.origins, request_.horizon);
    double size = 0;
    for (double value : values_) size += std::abs(value) / static_cast<double>(values_.size());
    Weigh(hold_outs, std::max(size, 1e-300), candidates_);
    // Without whole days there are no times of day: the horizon is taken as one.
    const int period = plan_.spacing == day_ ? day_ : request_.horizon;
    forecast.quantiles = QuantilesFromHoldOuts(hold_outs, Mix(candidates_), values_, period, request_.quantiles);
    for (std::size_t i = 0; i < candidates_.size(); ++i)
      forecast.candidates.push_back({names_[i], candidates_[i].error, candidates_[i].weight});
    std::ranges::stable_sort(forecast.candidates, std::ranges::greater{}, &CandidateReport::weight);
    return forecast;
  }

 private:
  bool Fits(const Model& model) const {
    const bool forced = model.name == request_.model;
    if (!forced && !request_.model.empty()) return false;
    if (day_ == 0) return model.from_days == 0;
    if (model.whole_days && plan_.spacing != day_) return false;
    // A regression for each day ahead needs as many days more.
    const double ahead = model.whole_days ? (request_.horizon - 1) / day_ : 0;
    const bool is_needed = forced || static_cast<double>(values_.size()) < model.until_days * day_;
    return is_needed && question_.first() >= (model.from_days + ahead) * day_;
  }

  // Within the range that was seen before each origin, and some room.
  void StayInRange(Candidate& candidate) const {
    for (std::size_t l = 0; l < candidate.answers.size(); ++l) {
      const auto known = values_.first(values_.size() - l * plan_.spacing);
      const auto [least, most] = std::ranges::minmax(known);
      const double room = kRoom * (most - least);
      const double floor = least >= 0 ? std::max(least - room, 0.0) : least - room;
      for (double& value : candidate.answers[l])
        value = std::isfinite(value) ? std::clamp(value, floor, most + room) : known.back();
    }
  }

  std::span<const double> values_;
  int day_;
  const ForecastRequest& request_;
  Plan plan_;
  ForecastQuestion question_;
  std::vector<Candidate> candidates_;
  std::vector<std::string_view> names_;
};

bool WantsShortTerm(const ForecastRequest& request, int day, std::size_t size) {
  if (!request.model.empty()) return request.model == kShortTerm;
  if (request.step >= kFine || static_cast<int>(size) < ShortTermNeeds(request.horizon, request.step)) return false;
  return day == 0 || request.horizon <= day / 4;
}

// How many steps make one of the mixture's, so that a day is a whole number of them.
int CoarseFactor(Duration step, int day) {
  int factor = 1;
  while (factor * step < kCoarse && factor < day) {
    do ++factor;
    while (day % factor != 0);
  }
  return factor;
}

Result<Forecast> MixOnCoarseGrid(std::span<const double> values, int day, const ForecastRequest& request) {
  const int factor = CoarseFactor(request.step, day);
  ForecastRequest coarse = request;
  coarse.step = request.step * factor;
  coarse.horizon = (request.horizon + factor - 1) / factor;
  const std::vector<double> bins = Coarsen(values, factor);
  Result<Forecast> forecast = Mixture(bins, day / factor, coarse).Run();
  if (!forecast) return forecast;
  forecast->day = day;
  forecast->quantiles = Refine(forecast->quantiles, factor, request.horizon, values, 7 * day, request.quantiles);
  return forecast;
}

// As if there were no holidays.
Result<Forecast> ForecastUsual(std::span<const double> history, const ForecastRequest& request) {
  int day = StepsOfSeason(request.step);
  const bool fine = request.step < kFine;
  const std::size_t most = day > 0 ? static_cast<std::size_t>(day) * (fine ? kMostDaysFine : kMostDays) : 20'000;
  const History clean = CleanHistory(history.last(std::min(history.size(), most)), day);
  const std::span<const double> values = clean.values;
  if (static_cast<int>(values.size()) - clean.missing < kLeastValues) {
    return Fail(Code::kFailedPrecondition, fmt::format("forecast: at least {} known values are needed, found {} of {}",
                                                       kLeastValues, values.size() - clean.missing, history.size()));
  }

  Result<Forecast> forecast;
  const auto [least, greatest] = std::ranges::minmax(values);
  if (least == greatest) {
    forecast->method = "constant";
    forecast->quantiles.assign(request.quantiles.size(), std::vector<double>(request.horizon, least));
  } else if (WantsShortTerm(request, day, values.size())) {
    if (static_cast<int>(values.size()) < ShortTermNeeds(request.horizon, request.step)) {
      return Fail(Code::kFailedPrecondition,
                  fmt::format("forecast: the model \"{}\" needs {} values for this horizon, found {}", kShortTerm,
                              ShortTermNeeds(request.horizon, request.step), values.size()));
    }
    forecast->method = kShortTerm;
    forecast->day = day;
    forecast->quantiles = ShortTermQuantiles(values, request.step, day > 0 ? day : static_cast<int>(values.size()),
                                             request.horizon, request.quantiles);
  } else if (fine && day > 0 && static_cast<int>(values.size()) >= 2 * day) {
    forecast = MixOnCoarseGrid(values, day, request);
  } else {
    if (day >= kLeastDayToSearch && static_cast<int>(values.size()) >= 6 * day && !fine) day = FindDay(values, day);
    forecast = Mixture(values, day, request).Run();
  }
  if (!forecast) return forecast;
  forecast->used = static_cast<int>(values.size());
  forecast->missing = clean.missing;
  forecast->outage = clean.outage;
  forecast->ends_in_outage = clean.unknown_at_end >= kOutageAtEnd;
  return forecast;
}

}  // namespace

std::vector<std::string_view> ForecastModelNames() {
  std::vector<std::string_view> names{kShortTerm};
  for (const Model& model : AllModels()) names.push_back(model.name);
  return names;
}

Result<Forecast> MakeForecast(std::span<const double> history, const ForecastRequest& request) {
  if (const Status valid = CheckRequest(request); !valid) return Fail(valid.error());
  constexpr Duration kDay{24 * 3'600'000};
  if (request.holidays.empty() || kDay % request.step != Duration{0}) return ForecastUsual(history, request);
  const HolidayView view(history, request.holidays, static_cast<int>(kDay / request.step));
  Result<Forecast> forecast = ForecastUsual(view.usual(), request);
  if (!forecast) return forecast;
  for (std::vector<double>& row : forecast->quantiles) {
    for (int step = 0; step < request.horizon; ++step) row[step] *= view.ShareAt(step);
  }
  return forecast;
}

}  // namespace loadline
