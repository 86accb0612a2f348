#include "simulation/load.h"

#include <algorithm>
#include <cmath>

namespace loadline::simulation {
namespace {

constexpr Duration kLookback = std::chrono::minutes(5);

}  // namespace

// The finaliser of SplitMix64.
std::uint64_t Mix(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15ULL;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9ULL;
  number = (number ^ (number >> 27)) * 0x94d049bb133111ebULL;
  return number ^ (number >> 31);
}

// FNV-1a: the same on every machine.
std::uint64_t HashOf(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char each : text) hash = (hash ^ static_cast<unsigned char>(each)) * 0x100000001b3ULL;
  return hash;
}

Reading Load::Say(const std::string& query, Timestamp time, Timestamp now) const {
  if (time > now + kLookback) return {0, ReadingState::kEmpty};
  const Timestamp true_time = AlignDown(std::min(time, now), interval_);
  if (query.ends_with("observed") && query.size() == 9)
    return {static_cast<double>(ReplicasOf(static_cast<std::size_t>(query[0] - 'a'), true_time)), ReadingState::kValue};
  if (query.ends_with("_fresh") || query.starts_with("timestamp("))
    return {ToSeconds(true_time) - static_cast<double>(Mix(HashOf(query) ^ seed_) % 40), ReadingState::kValue};
  return Number(HashOf(query), true_time);
}

// A day's wave with bursts on it; whole numbers, so that sums and quotients of them are exact. Plateaus, so that held
// numbers are often still true; zeros, and now and then no series at all.
Reading Load::Number(std::uint64_t query, Timestamp time) const {
  const std::int64_t tick = time.time_since_epoch() / interval_;
  const std::uint64_t own = Mix(query ^ seed_);
  const auto plateau = tick / static_cast<std::int64_t>(1 + own % 7);
  const std::uint64_t lately = Mix(own ^ static_cast<std::uint64_t>(plateau));
  const std::uint64_t longer = Mix(own ^ static_cast<std::uint64_t>(tick / 60) ^ 0x5eedULL);
  if (longer % 29 == 0) return {0, own % 3 == 0 ? ReadingState::kEmpty : ReadingState::kValue};
  const double phase = 2 * M_PI * (ToSeconds(time) / 86'400 + static_cast<double>(own % 100) / 100);
  const double burst = longer % 11 == 0 ? 3 : 1;
  const double noise = 0.75 + static_cast<double>(lately % 1000) / 2000;
  return {std::floor((1 + 0.8 * std::sin(phase)) * static_cast<double>(20 + own % 200) * burst * noise),
          ReadingState::kValue};
}

void Load::SetReplicas(std::size_t object, Timestamp now, int replicas) {
  std::vector<int>& known = replicas_[object];
  const auto tick = static_cast<std::size_t>((now - start_) / interval_);
  known.resize(tick + 1, known.empty() ? replicas : known.back());
  known[tick] = replicas;
}

int Load::ReplicasOf(std::size_t object, Timestamp time) const {
  if (object >= replicas_.size() || replicas_[object].empty() || time < start_) return 1;
  const std::vector<int>& known = replicas_[object];
  return known[std::min(known.size() - 1, static_cast<std::size_t>((time - start_) / interval_))];
}

}  // namespace loadline::simulation
