#include "scaling/asked.h"

#include <algorithm>

#include "scaling/forecast_law.h"

namespace loadline {
namespace {

// The forecasts that are used as demands, and of which signal each is.
std::vector<Asked> ForecastsIn(const Policy& policy, std::span<const SignalOutcome> signals) {
  std::vector<Asked> forecasts;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    const Signal& signal = policy.signals[i];
    if (!signal.forecast || signal.role != Role::kDemand || !signals[i].demand) continue;
    if (const auto of = IndexOfForecast(policy, *signal.forecast))
      forecasts.push_back({*signals[i].demand, 1, static_cast<int>(i), static_cast<int>(*of)});
  }
  return forecasts;
}

// What is missing lowers nothing: neither a forecast that is not there, nor one in the place of a demand that is held.
bool MayLower(const Policy& policy, std::span<const SignalOutcome> signals, const Asked& forecast) {
  const auto at = static_cast<std::size_t>(forecast.signal);
  return policy.signals[at].forecast->may_lower && signals[at].reason == Reason::kForecast &&
         signals[static_cast<std::size_t>(forecast.of)].reason == Reason::kMeasured;
}

Asked WithForecasts(const Policy& policy, std::span<const SignalOutcome> signals, const Asked& measured,
                    std::span<const Asked> forecasts) {
  Asked said = measured;
  const auto take = [&](const Asked& forecast) {
    said = {forecast.replicas, measured.weight, forecast.signal, measured.of};
  };
  for (const Asked& each : forecasts) {
    const bool first = said.signal == measured.signal;
    if (each.of == measured.of && MayLower(policy, signals, each) && (first || each.replicas > said.replicas))
      take(each);
  }
  for (const Asked& each : forecasts) {
    if (each.of == measured.of && each.replicas > said.replicas) take(each);
  }
  return said;
}

}  // namespace

std::vector<Asked> AskedBySignals(const Policy& policy, std::span<const SignalOutcome> signals, bool idle) {
  std::vector<Asked> asked;
  asked.reserve(signals.size() + 1);
  const std::vector<Asked> forecasts = ForecastsIn(policy, signals);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    const Signal& signal = policy.signals[i];
    if (signal.role != Role::kDemand || !signals[i].demand || signal.forecast) continue;
    const Asked measured{*signals[i].demand, signal.weight, static_cast<int>(i), static_cast<int>(i)};
    asked.push_back(forecasts.empty() ? measured : WithForecasts(policy, signals, measured, forecasts));
  }
  const bool raises = policy.combine.kind == Combine::Kind::kMax || policy.combine.kind == Combine::Kind::kSum;
  if (!raises || (asked.empty() && !idle)) return asked;
  for (const Asked& each : forecasts) {
    if (std::ranges::find(asked, each.of, &Asked::of) == asked.end())
      asked.push_back(WithForecasts(policy, signals, each, forecasts));
  }
  return asked;
}

OptionalNumber DemandInExpression(const Policy& policy, std::span<const SignalOutcome> signals, std::size_t index) {
  const OptionalNumber demand = signals[index].demand;
  const Signal& signal = policy.signals[index];
  if (!signal.forecast || signal.role != Role::kDemand) return demand;
  const auto of = IndexOfForecast(policy, *signal.forecast);
  if (!of || !signals[*of].demand) return demand;
  if (!demand) return signals[*of].demand;
  const Asked forecast{*demand, 1, static_cast<int>(index), static_cast<int>(*of)};
  if (MayLower(policy, signals, forecast)) return demand;
  return std::max(*demand, *signals[*of].demand);
}

}  // namespace loadline
