#include "api/binding_metrics.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "scaling/explain.h"
#include "scaling/signal_fields.h"
#include "scaling/trigger_metadata.h"

namespace loadline {
namespace {

// The parameters that the policy declares, "pipeline=orders": they tell the triggers of one object apart. Other
// metadata stays out, and so does what a trigger sets by a key that ends in FromEnv: it may be secret.
std::string ParametersOf(const BindingKey& key, const PublishedAnswer& answer) {
  std::string text;
  if (answer.policy == nullptr) return text;
  const std::map<std::string, std::string> metadata = ShownMetadata(key.metadata);
  for (const auto& [name, _] : answer.policy->parameters) {
    const auto found = metadata.find(name);
    if (found == metadata.end()) continue;
    if (!text.empty()) text += ",";
    text += name + "=" + found->second;
  }
  return text;
}

struct BindingRow {
  MetricLabels labels;
  ForeseenBinding binding;
  std::shared_ptr<const PublishedAnswer> answer;
};

std::vector<BindingRow> BindingRows(const Controller& controller) {
  std::vector<BindingRow> rows;
  for (const auto& binding : controller.Bindings()) {
    auto answer = binding->Latest();
    if (answer == nullptr) continue;
    const BindingKey& key = binding->key();
    MetricLabels labels = {{"namespace", key.object_namespace},
                           {"name", key.object_name},
                           {"policy", std::string(key.policy())},
                           {"parameters", ParametersOf(key, *answer)}};
    rows.push_back({std::move(labels), {key.object_namespace, key.object_name, key.metadata}, std::move(answer)});
  }
  std::sort(rows.begin(), rows.end(), [](const BindingRow& a, const BindingRow& b) {
    // Of two that differ in nothing that is shown, the one that was decided last.
    return std::tie(a.labels, b.answer->time) < std::tie(b.labels, a.answer->time);
  });
  const auto same = [](const BindingRow& a, const BindingRow& b) { return a.labels == b.labels; };
  rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
  return rows;
}

void AddBindings(MetricsText& page, const std::vector<BindingRow>& rows) {
  page.Gauge("loadline_wanted_replicas", "Replicas that the latest decision asks for; absent while it is an error.");
  for (const BindingRow& row : rows) {
    if (!row.answer->error) page.Add(row.answer->decision.replicas, row.labels);
  }
  page.Gauge("loadline_observed_replicas", "Replicas that the latest decision saw, where its policy looks at them.");
  for (const BindingRow& row : rows) {
    if (row.answer->decision.observed) page.Add(*row.answer->decision.observed, row.labels);
  }
  page.Gauge("loadline_active", "1 where the latest decision is active, 0 where not; absent while it is an error.");
  for (const BindingRow& row : rows) {
    if (!row.answer->error) page.Add(row.answer->decision.active ? 1 : 0, row.labels);
  }
  page.Gauge("loadline_decision_confidence",
             "How far the latest decision is to be trusted, 0 to 1; absent while it is an error.");
  for (const BindingRow& row : rows) {
    if (!row.answer->error) page.Add(row.answer->decision.confidence.Product(), row.labels);
  }
  page.Gauge("loadline_decision_error", "1 where KEDA gets an error instead of a number.");
  for (const BindingRow& row : rows) page.Add(row.answer->error ? 1 : 0, row.labels);
}

template <class Enum>
std::string WordOf(Enum value) {
  for (const auto& [each, word] : EnumWords(Enum{})) {
    if (each == value) return std::string(word);
  }
  return "";
}

// Why it is that number: what each signal asks for, whose demand won, and by how much later stages changed it.
void AddReasons(MetricsText& page, const std::vector<BindingRow>& rows) {
  const auto with = [](const BindingRow& row, std::initializer_list<std::pair<std::string, std::string>> more) {
    MetricLabels labels = row.labels;
    labels.insert(labels.end(), more);
    return labels;
  };
  page.Gauge("loadline_signal_demand_replicas",
             "Replicas that a signal asks for in the latest decision, in its role; absent while it takes no part.");
  for (const BindingRow& row : rows) {
    const std::vector<SignalOutcome>& signals = row.answer->decision.signals;
    for (std::size_t i = 0; row.answer->policy != nullptr && i < signals.size(); ++i) {
      const Signal& signal = row.answer->policy->signals[i];
      if (signals[i].demand)
        page.Add(*signals[i].demand, with(row, {{"signal", signal.name}, {"role", WordOf(signal.role)}}));
    }
  }
  page.Gauge("loadline_decision_winner",
             "1 for the signal whose demand won the combine in the latest decision; absent where none did.");
  for (const BindingRow& row : rows) {
    if (row.answer->error || row.answer->policy == nullptr) continue;
    const std::string winner = WinningSignal(*row.answer->policy, row.answer->decision);
    if (!winner.empty()) page.Add(1, with(row, {{"signal", winner}}));
  }
  page.Gauge("loadline_decision_change_replicas",
             "By how much a stage after combine changed the number in the latest decision; absent where it did not.");
  for (const BindingRow& row : rows) {
    if (row.answer->error) continue;
    std::map<std::pair<std::string_view, std::string_view>, double> changes;
    for (const Step& step : row.answer->decision.steps) {
      // These make the number that the others change.
      if (step.stage != "idle" && step.stage != "combine")
        changes[{step.stage, ReasonCode(step.reason)}] += step.after - step.before;
    }
    for (const auto& [what, change] : changes) {
      if (change != 0)
        page.Add(change, with(row, {{"stage", std::string(what.first)}, {"reason", std::string(what.second)}}));
    }
  }
}

// A forecast of a signal, as the latest decision saw it.
struct ForecastRow {
  MetricLabels labels;
  const PublishedForecast* published = nullptr;  // null: not fitted yet
  Timestamp time;
};

std::vector<ForecastRow> ForecastRows(const std::vector<BindingRow>& rows) {
  std::vector<ForecastRow> forecasts;
  for (const BindingRow& row : rows) {
    for (std::size_t signal = 0; signal < row.answer->forecasts.size(); ++signal) {
      const Signal& spec = row.answer->policy->signals[signal];
      if (!spec.forecast || spec.forecast->mode == ForecastSpec::Mode::kOff) continue;
      MetricLabels labels = row.labels;
      labels.emplace_back("signal", spec.name);
      forecasts.push_back({std::move(labels), row.answer->forecasts[signal].get(), row.answer->time});
    }
  }
  return forecasts;
}

void AddForecasts(MetricsText& page, const std::vector<ForecastRow>& rows) {
  page.Gauge("loadline_forecast_problem", "1 where there is no forecast of the signal, 0 where there is one.");
  for (const ForecastRow& row : rows) {
    const bool there = row.published != nullptr && row.published->forecast.problem.empty();
    page.Add(there ? 0 : 1, row.labels);
  }
  const auto gauge = [&](const char* name, const char* help, auto value) {
    page.Gauge(name, help);
    for (const ForecastRow& row : rows) {
      if (row.published != nullptr && row.published->forecast.problem.empty())
        page.Add(value(row.published->forecast, row), row.labels);
    }
  };
  gauge("loadline_forecast_age_seconds", "From the end of the history that it was made from to the decision.",
        [](const SignalForecast& each, const ForecastRow& row) { return ToSeconds(row.time - each.fitted); });
  gauge("loadline_forecast_trusted", "1 where the forecast has earned trust, 0 where not.",
        [](const SignalForecast& each, const ForecastRow&) { return each.trust.on ? 1.0 : 0.0; });
  gauge("loadline_forecast_loss", "Mean pinball loss over its own past, in units of a usual change.",
        [](const SignalForecast& each, const ForecastRow&) { return each.trust.ours; });
  gauge("loadline_forecast_naive_loss", "The same of the best naive rule.",
        [](const SignalForecast& each, const ForecastRow&) { return each.trust.naive; });
  gauge("loadline_forecast_coverage", "Share of its own past that lay at or below the quantile.",
        [](const SignalForecast& each, const ForecastRow&) { return each.trust.coverage; });
  gauge("loadline_forecast_corrected_coverage", "The same with the correction that was known at each time.",
        [](const SignalForecast& each, const ForecastRow&) { return each.trust.corrected; });
}

// Of the bindings of `rows`, and of no others.
void AddHpas(MetricsText& page, const HpaLog& hpas, const std::vector<BindingRow>& rows) {
  page.Counter("loadline_hpa_events_total", "What HPAs did about what was asked for; docs/kubernetes.md explains it.");
  const auto counts = hpas.Counts();
  for (const auto& [kind, name] : EnumWords(HpaEventKind{}))
    page.Add(static_cast<double>(counts[static_cast<std::size_t>(kind)]), {{"event", std::string(name)}});
  std::map<ForeseenBinding, HpaFigures> figures;
  for (HpaFigures& each : hpas.Figures()) figures.emplace(each.binding, std::move(each));
  page.Counter("loadline_binding_hpa_events_total", "The same of one binding, by the HPA's metric that it went by.");
  for (const BindingRow& row : rows) {
    const auto found = figures.find(row.binding);
    if (found == figures.end()) continue;
    for (const auto& [what, count] : found->second.events) {
      MetricLabels labels = row.labels;
      labels.emplace_back("event", WordOf(what.first));
      labels.emplace_back("trigger", what.second);
      page.Add(static_cast<double>(count), labels);
    }
  }
  const auto gauge = [&](const char* name, const char* help, auto value) {
    page.Gauge(name, help);
    for (const BindingRow& row : rows) {
      const auto found = figures.find(row.binding);
      const std::optional<double> known = found == figures.end() ? std::nullopt : value(found->second);
      if (known) page.Add(*known, row.labels);
    }
  };
  gauge("loadline_hpa_effectiveness", "How well what was asked for was followed, 0 to 1; absent while it is not known.",
        [](const HpaFigures& each) { return each.score; });
  gauge("loadline_hpa_ready_after_seconds",
        "Of the latest scale-up: from the decision that first asked for its replicas until they were ready.",
        [](const HpaFigures& each) {
          return each.ready_after ? std::optional(ToSeconds(*each.ready_after)) : std::nullopt;
        });
}

}  // namespace

void AddBindingMetrics(MetricsText& page, const AdminSources& sources) {
  const std::vector<BindingRow> rows = BindingRows(sources.controller);
  AddBindings(page, rows);
  AddReasons(page, rows);
  AddForecasts(page, ForecastRows(rows));
  if (sources.cluster != nullptr) AddHpas(page, sources.cluster->hpas(), rows);
}

}  // namespace loadline
