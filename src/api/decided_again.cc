#include "api/decided_again.h"

#include <fmt/format.h>

#include <algorithm>

#include "scaling/observation_words.h"
#include "scaling/redecide.h"

namespace loadline {

namespace {

// What one reading is not enough for, though it is a number.
bool NeedsSeveralReadings(const Signal& signal) {
  if (!signal.window) return false;
  const Aggregation take = signal.window->take;
  return take == Aggregation::kRate || take == Aggregation::kDelta || take == Aggregation::kSum;
}

// Where a reading that is a plain number may not be gone by: it is stale, a zero that is not trusted, or alone in its
// window; or the law needs what is no reading, or one above 0.
bool MayNotGoByNumbers(const Signal& signal) {
  const bool needs_throughput =
      signal.backlog && !std::holds_alternative<double>(signal.backlog->throughput_per_replica);
  const bool needs_forecast = signal.forecast && signal.forecast->mode == ForecastSpec::Mode::kActive;
  return signal.max_age || signal.distrust_zero || NeedsSeveralReadings(signal) || needs_throughput || needs_forecast;
}

}  // namespace

bool MayLackReadings(const Policy& policy, const DecisionRecord& record) {
  if (policy.objective || std::ranges::any_of(policy.signals, MayNotGoByNumbers)) return true;
  // A plain number stands without a word (observation_json.h).
  return std::ranges::any_of(kReadingWords, [&](const auto& each) {
    return record.seen.find(fmt::format("\"{}\"", each.second)) != std::string::npos;
  });
}

std::shared_ptr<const Policy> Redecider::Find(std::uint64_t hash) {
  const auto [place, is_new] = known_.try_emplace(hash);
  if (!is_new) return place->second;
  const Result<PolicyRevision> revision = journal_.FindPolicy(hash);
  if (!revision && revision.error().code != Code::kNotFound) problem_ = revision.error();
  const auto policy = revision ? PolicyOf(*revision) : Fail(revision.error());
  if (policy) place->second = *policy;
  return place->second;
}

std::optional<DecidedAgain> Redecider::Decide(const DecisionRecord& record) {
  if (record.plan.empty()) return std::nullopt;
  const auto policy = Find(record.policy_hash);
  if (policy == nullptr) return std::nullopt;
  Result<Decision> decision = Redecide(*policy, record);
  if (!decision) return std::nullopt;
  return DecidedAgain{policy, *std::move(decision)};
}

std::optional<DecidedAgain> Redecider::DecideWhatMayLackReadings(const DecisionRecord& record) {
  const auto policy = Find(record.policy_hash);
  return policy != nullptr && MayLackReadings(*policy, record) ? Decide(record) : std::nullopt;
}

}  // namespace loadline
