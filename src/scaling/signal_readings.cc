#include "scaling/signal_readings.h"

#include <algorithm>
#include <cmath>

namespace loadline {
namespace {

// Sources say kNotFinite themselves; a record of readings may say anything, and sums may overflow.
std::optional<double> Finite(std::optional<double> value) {
  return value && std::isfinite(*value) ? value : std::nullopt;
}

}  // namespace

std::optional<double> NumberOf(const Reading& reading, OnEmpty on_empty) {
  if (reading.state == ReadingState::kValue) return Finite(reading.value);
  if (reading.state == ReadingState::kEmpty && on_empty == OnEmpty::kZero) return 0.0;
  return std::nullopt;
}

const Reading* SignalReadings::ReadingOf(int query, std::size_t ticks_ago) const {
  if (query < 0) return nullptr;
  const auto& ticks = seen_.windows[static_cast<std::size_t>(query)].ticks;
  return ticks_ago < ticks.size() ? &ticks[ticks.size() - 1 - ticks_ago] : nullptr;
}

std::optional<double> SignalReadings::Read(std::size_t index, int query, std::size_t ticks_ago) const {
  const Reading* reading = ReadingOf(query, ticks_ago);
  return reading == nullptr ? std::nullopt : NumberOf(*reading, OnEmptyOf(policy_, policy_.signals[index]));
}

// An instant query hides the age of its sample for five minutes: `freshness` tells it.
bool SignalReadings::IsFresh(std::size_t index, std::size_t ticks_ago) const {
  const Signal& signal = policy_.signals[index];
  if (!signal.max_age) return true;
  const Reading* newest = ReadingOf(plan_.signals[index].freshness, ticks_ago);
  if (newest == nullptr || newest->state != ReadingState::kValue) return false;
  return ToSeconds(TimeAt(ticks_ago)) - newest->value <= ToSeconds(*signal.max_age);
}

std::optional<double> SignalReadings::Trusted(std::size_t index, int query, std::size_t ticks_ago) const {
  const Signal& signal = policy_.signals[index];
  const std::optional<double> value = Read(index, query, ticks_ago);
  if (!value || !IsFresh(index, ticks_ago)) return std::nullopt;
  if (!signal.distrust_zero || *value != 0) return value;
  // A fall to nothing may be an exporter that restarted: zero counts when it has been zero for so long.
  for (std::size_t back = 1; back <= Ticks(*signal.distrust_zero); ++back) {
    const auto before = Read(index, query, ticks_ago + back);
    if (before && *before > 0) return std::nullopt;
  }
  return value;
}

std::optional<double> SignalReadings::Aggregated(std::size_t index, int query, std::size_t ticks_ago) const {
  const Signal& signal = policy_.signals[index];
  const std::optional<double> latest = Trusted(index, query, ticks_ago);
  if (!latest || !signal.window) return latest;
  const std::vector<Sample> samples = WindowOf(index, query, ticks_ago);
  // A sum without some of its parts is no sum: it would be lower for what is missing.
  if (signal.window->take == Aggregation::kSum && samples.size() < WindowTicks(signal)) return std::nullopt;
  return Aggregate(signal.window->take, samples);
}

// (t - over, t] holds over/interval ticks, and always the latest.
std::size_t SignalReadings::WindowTicks(const Signal& signal) const {
  return signal.window ? std::max<std::size_t>(1, Ticks(signal.window->over)) : 1;
}

std::vector<Sample> SignalReadings::WindowOf(std::size_t index, int query, std::size_t ticks_ago) const {
  const std::size_t ticks = WindowTicks(policy_.signals[index]);
  std::vector<Sample> samples;
  samples.reserve(ticks);
  for (std::size_t back = ticks; back-- > 0;) {
    if (const auto value = Trusted(index, query, ticks_ago + back))
      samples.push_back({TimeAt(ticks_ago + back), *value});
  }
  return samples;
}

std::size_t SignalReadings::Gaps(std::size_t index) const {
  const Signal& signal = policy_.signals[index];
  const int query = plan_.signals[index].value;
  return signal.window && query >= 0 ? WindowTicks(signal) - WindowOf(index, query, 0).size() : 0;
}

std::optional<double> SignalReadings::Smoothed(std::size_t index, int query, std::size_t ticks_ago) const {
  const Signal& signal = policy_.signals[index];
  const std::optional<double> latest = Aggregated(index, query, ticks_ago);
  if (!latest || !signal.smooth) return latest;
  const double fade = std::exp2(-ToSeconds(seen_.interval) / ToSeconds(*signal.smooth));
  double sum = 0;
  double weights = 0;
  double weight = 1;
  for (std::size_t back = 0; back <= Ticks(kHalfLives * *signal.smooth); ++back, weight *= fade) {
    const auto value = Aggregated(index, query, ticks_ago + back);
    if (!value) continue;
    sum += weight * *value;
    weights += weight;
  }
  return sum / weights;
}

std::optional<double> SignalReadings::Input(std::size_t index, int query, std::size_t ticks_ago) const {
  return query < 0 ? std::nullopt : Finite(Smoothed(index, query, ticks_ago));
}

std::optional<double> SignalReadings::Value(std::size_t index, std::size_t ticks_ago) const {
  const Signal& signal = policy_.signals[index];
  if (signal.replicas) {
    if (const double* number = std::get_if<double>(&*signal.replicas)) return *number;
  }
  if (signal.depends_on) ticks_ago += Ticks(signal.depends_on->lag);
  return Input(index, plan_.signals[index].value, ticks_ago);
}

std::optional<double> SignalReadings::Partial(std::size_t index, int query) const {
  const Signal& signal = policy_.signals[index];
  const Reading* reading = ReadingOf(query, 0);
  if (reading == nullptr) return std::nullopt;
  if (reading->state == ReadingState::kPartial) return Finite(reading->value);
  if (signal.window) return Aggregate(signal.window->take, WindowOf(index, query, 0));
  return Read(index, query, 0);
}

}  // namespace loadline
