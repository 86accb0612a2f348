#include "migrate/predictive_forecasts.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "migrate/reading.h"

namespace loadline {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);
constexpr Duration kDay = std::chrono::hours(24);

// As they have it, in seconds.
struct Model {
  std::string type;
  double ahead = 0;
  double history = 0;
};

Duration WholeSeconds(double seconds, Duration least, Duration most) {
  const double bounded = std::clamp(seconds, ToSeconds(least), ToSeconds(most));
  return std::chrono::seconds(static_cast<std::int64_t>(bounded));
}

// `step` is the time from one of its counts to the next. None where the type is not known; the migration says so.
std::optional<Model> ReadModel(const std::string& type, Fields& fields, double step, const std::string& path,
                               Migration& migration) {
  Model model{type, step, 0};  // Holt-Winters says what comes next
  if (model.type == "Linear") {
    Fields of(fields.Map({"linear"}), path + ".linear", migration);
    model.ahead = of.Number({"look_ahead"}).value_or(step * 1000) / 1000;
    model.history = step * of.Number({"history_size", "stored_values"}).value_or(0);
    of.TellRest();
  } else if (model.type == "HoltWinters") {
    Fields of(fields.Map({"holt_winters"}), path + ".holtWinters", migration);
    model.history = step * of.Number({"seasonal_periods"}).value_or(0) * of.Number({"stored_seasons"}).value_or(0);
    of.Leave({"alpha", "beta", "gamma", "trend", "seasonal", "damped_trend", "initialization_method", "initial_level",
              "initial_trend", "initial_seasonal", "runtime_tuning_fetch_hook", "method"},
             "our forecasts choose their models and tune them on the history themselves");
    of.TellRest();
  } else {
    migration.Tell(Fate::kNotCarried, path,
                   fmt::format("a model of type {} is not known", model.type.empty() ? "(none)" : model.type));
    return std::nullopt;
  }
  return model;
}

void TellOf(const Model& model, const PredictiveForecast& forecast, const std::string& path, Migration& migration) {
  migration.Tell(Fate::kChanged, path,
                 fmt::format("{} became a forecast of each signal, {} ahead (there {}s); of the metric itself, not "
                             "of replicas; it counts while it has earned its trust, so the answer is that of the "
                             "metrics, or higher",
                             model.type, FormatDuration(forecast.ahead), FormatNumber(model.ahead)));
  migration.Tell(Fate::kChanged, path + (model.type == "Linear" ? ".linear.historySize" : ".holtWinters.storedSeasons"),
                 fmt::format("there {}s of replica counts of its own, here {} of what Prometheus has of the metric",
                             FormatNumber(model.history), FormatDuration(forecast.history)));
  if (forecast.ahead < kMinute)
    migration.Tell(Fate::kToDo, path,
                   fmt::format("{} ahead is less than a new pod takes to be ready: ahead: auto learns how long that is",
                               FormatDuration(forecast.ahead)));
}

}  // namespace

std::vector<PredictiveForecast> ReadModels(Fields& spec, double sync, Migration& migration) {
  std::vector<PredictiveForecast> forecasts;
  spec.Each({"models"}, [&](const Node& node, const std::string& path) {
    Fields fields(node, path, migration);
    const std::string type = fields.Text({"type"});
    PredictiveForecast forecast;
    forecast.name = fields.Text({"name"});
    if (forecast.name.empty()) forecast.name = "forecast";
    const double step = sync * std::max(1.0, fields.Number({"per_sync_period", "per_interval"}).value_or(1));
    const auto model = ReadModel(type, fields, step, path, migration);
    if (!model) return;
    fields.Leave({"calculation_timeout", "start_interval", "reset_duration", "start_interval_reset_duration"},
                 "forecasts are made beside the decisions, and end at aligned times, of what Prometheus remembers");
    fields.TellRest();
    forecast.ahead = WholeSeconds(model->ahead, std::chrono::seconds(15), kDay);
    forecast.history = std::clamp(WholeSeconds(model->history, kDay, 90 * kDay), 14 * kDay, 90 * kDay);
    TellOf(*model, forecast, path, migration);
    forecasts.push_back(std::move(forecast));
  });
  if (forecasts.empty())
    migration.Tell(Fate::kNotCarried, "spec.models", "there is none: the policy goes by what is measured");
  return forecasts;
}

std::vector<PredictiveForecast> ForecastsOfEach(const std::vector<std::string>& signals,
                                                const std::vector<PredictiveForecast>& models,
                                                std::vector<std::string> taken) {
  std::vector<PredictiveForecast> forecasts;
  for (const std::string& signal : signals) {
    for (PredictiveForecast each : models) {
      each.name = FreeName(signals.size() == 1 ? each.name : signal + "-" + each.name, taken);
      each.of = signal;
      forecasts.push_back(std::move(each));
    }
  }
  return forecasts;
}

}  // namespace loadline
