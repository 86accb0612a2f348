// Which numbers of a policy are tried, and which other values of them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <span>

#include "base/text.h"
#include "scaling/recommend.h"

namespace loadline {
namespace {

constexpr std::array kFactors = {0.67, 0.8, 0.9, 1.1, 1.25, 1.5};
constexpr std::array kThresholdFactors = {0.8, 0.9, 1.1, 1.25};
constexpr std::array kQuantiles = {0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99};
constexpr std::array<Duration, 6> kStabilizations = {std::chrono::minutes(0),  std::chrono::minutes(1),
                                                     std::chrono::minutes(3),  std::chrono::minutes(5),
                                                     std::chrono::minutes(10), std::chrono::minutes(15)};

// As a person would write it: two digits, or three where it begins with a 1.
double Rounded(double value) {
  if (value == 0) return 0;
  const double magnitude = std::pow(10, std::floor(std::log10(std::abs(value))));
  const double unit = std::abs(value) / magnitude < 2 ? magnitude / 100 : magnitude / 10;
  return std::round(value / unit) * unit;
}

class Maker {
 public:
  explicit Maker(const Policy& policy) : policy_(policy) {}

  std::vector<PolicyCandidate> Run() {
    for (std::size_t i = 0; i < policy_.signals.size(); ++i) OfSignal(i);
    for (std::size_t i = 0; i < policy_.rules.size(); ++i) {
      const std::string field = "rules." + policy_.rules[i].name + ".when";
      OfCondition(field, policy_.rules[i].when, [i](Policy& policy) -> Condition& { return policy.rules[i].when; });
    }
    OfObjective();
    OfBounds();
    if (AsksByReading()) {
      for (const Duration stabilize : kStabilizations) {
        Try("scaleDown.stabilize", FormatDuration(policy_.scale_down.stabilize), FormatDuration(stabilize),
            [&](Policy& policy) { policy.scale_down.stabilize = stabilize; });
      }
    }
    return std::move(candidates_);
  }

 private:
  template <class Change>
  void Try(std::string field, std::string from, std::string to, const Change& change) {
    if (from == to) return;
    PolicyCandidate candidate{policy_, {{std::move(field), std::move(from), std::move(to)}}};
    change(candidate.policy);
    candidates_.push_back(std::move(candidate));
  }

  template <class Change>
  void Scale(const std::string& field, double value, std::span<const double> factors, const Change& change) {
    if (value <= 0) return;
    for (const double factor : factors) {
      const double scaled = Rounded(value * factor);
      Try(field, FormatNumber(value), FormatNumber(scaled), [&](Policy& policy) { change(policy, scaled); });
    }
  }

  bool AsksByReading() const { return policy_.AsksForReplicas(); }

  void OfSignal(std::size_t i) {
    const Signal& signal = policy_.signals[i];
    const std::string field = "signals." + signal.name;
    // What an objective asks for takes the place of the signal's own demand.
    if (ObjectiveSignal(policy_) == i) return;
    if (signal.role == Role::kDemand && signal.per_replica) {
      Scale(field + ".perReplica", *signal.per_replica, kFactors,
            [i](Policy& policy, double value) { policy.signals[i].per_replica = value; });
    }
    if (signal.role == Role::kDemand && signal.target) {
      Scale(field + ".target", *signal.target, kFactors,
            [i](Policy& policy, double value) { policy.signals[i].target = value; });
    }
    if (signal.backlog) {
      for (const double factor : {0.5, 0.75, 1.5, 2.0, 3.0}) {
        const Duration drain{
            static_cast<Duration::rep>(std::round(ToSeconds(signal.backlog->drain_within) * factor) * 1000)};
        if (drain < std::chrono::seconds(1)) continue;
        Try(field + ".backlog.drainWithin", FormatDuration(signal.backlog->drain_within), FormatDuration(drain),
            [&](Policy& policy) { policy.signals[i].backlog->drain_within = drain; });
      }
    }
    if (!signal.tiers.empty()) {
      for (const double factor : kThresholdFactors) {
        Try(field + ".tiers", "from", fmt::format("from times {}", FormatNumber(factor)), [&](Policy& policy) {
          for (Tier& tier : policy.signals[i].tiers) tier.from = Rounded(tier.from * factor);
        });
      }
    }
    if (!signal.forecast || signal.forecast->mode == ForecastSpec::Mode::kOff) return;
    for (const double quantile : kQuantiles) {
      Try(field + ".forecast.quantile", FormatNumber(signal.forecast->quantile), FormatNumber(quantile),
          [&](Policy& policy) { policy.signals[i].forecast->quantile = quantile; });
    }
    const bool active = signal.forecast->mode == ForecastSpec::Mode::kActive;
    Try(field + ".forecast.mode", active ? "active" : "shadow", active ? "shadow" : "active", [&](Policy& policy) {
      policy.signals[i].forecast->mode = active ? ForecastSpec::Mode::kShadow : ForecastSpec::Mode::kActive;
    });
  }

  template <class Find>
  void OfCondition(const std::string& field, const Condition& condition, const Find& find) {
    const std::string of = condition.signal ? field + "." + *condition.signal : field;
    if (condition.above) {
      Scale(of + ".above", *condition.above, kThresholdFactors,
            [&](Policy& policy, double value) { find(policy).above = value; });
    }
    if (condition.below) {
      Scale(of + ".below", *condition.below, kThresholdFactors,
            [&](Policy& policy, double value) { find(policy).below = value; });
    }
    for (std::size_t i = 0; i < condition.all.list.size(); ++i) {
      OfCondition(field, condition.all.list[i],
                  std::function<Condition&(Policy&)>(
                      [&find, i](Policy& policy) -> Condition& { return find(policy).all.list[i]; }));
    }
    for (std::size_t i = 0; i < condition.any.list.size(); ++i) {
      OfCondition(field, condition.any.list[i],
                  std::function<Condition&(Policy&)>(
                      [&find, i](Policy& policy) -> Condition& { return find(policy).any.list[i]; }));
    }
  }

  void OfObjective() {
    if (!policy_.objective) return;
    const bool queue = policy_.objective->late.has_value();
    const double share = queue ? policy_.objective->late->value : policy_.objective->violations->value;
    for (const double factor : {0.5, 0.7, 1.4, 2.0}) {
      const double tried = Rounded(share * factor);
      if (tried >= 100) continue;
      Try(queue ? "objective.late" : "objective.violations", FormatNumber(share) + "%", FormatNumber(tried) + "%",
          [&](Policy& policy) { (queue ? policy.objective->late : policy.objective->violations) = Percent{tried}; });
    }
  }

  void OfBounds() {
    const int min = policy_.replicas.min;
    for (const int tried : {min - 1, min + 1, min + 2}) {
      // Whether a workload may sleep is not a number to be tuned.
      if (tried < 1 || min == 0 || (policy_.replicas.max && tried > *policy_.replicas.max)) continue;
      Try("replicas.min", std::to_string(min), std::to_string(tried),
          [&](Policy& policy) { policy.replicas.min = tried; });
    }
    if (!policy_.replicas.max) return;
    const int max = *policy_.replicas.max;
    // Never lowered: what a maximum is there for is not in the history.
    for (const double factor : {1.25, 1.5, 2.0}) {
      const int tried = static_cast<int>(std::ceil(max * factor));
      Try("replicas.max", std::to_string(max), std::to_string(tried),
          [&](Policy& policy) { policy.replicas.max = tried; });
    }
  }

  const Policy& policy_;
  std::vector<PolicyCandidate> candidates_;
};

}  // namespace

std::vector<PolicyCandidate> CandidatesFor(const Policy& policy) { return Maker(policy).Run(); }

}  // namespace loadline
