#include "scaling/hpa.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace loadline {
namespace {

constexpr Duration kDownscaleStabilization =
    std::chrono::minutes(5);  // --horizontal-pod-autoscaler-downscale-stabilization
constexpr Duration kDefaultPeriod = std::chrono::seconds(15);

// KEDA writes "%.3f" and the HPA reads whole thousandths. In floating point 11.7 / 13 is below 0.9; 11700 / 13000 is
// not. No text is made, as this is asked for each decision: the product says which whole number is the nearest, and
// where it is just between two, what its own rounding took away does; an exact tie goes to the even one, as in Go.
// Tested against the text by "Rule 20: thousandths are those of KEDA's text".
double Thousandths(double value) {
  if (!std::isfinite(value) || value <= 0) return 0;
  constexpr double kNoHalves = 0x1p52;  // from here on doubles are whole
  const double product = value * 1000;
  if (product >= kNoHalves) return product;
  const double whole = std::floor(product);
  double past_half = product - whole - 0.5;
  if (past_half == 0) past_half = std::fma(value, 1000, -product);
  if (past_half == 0) return std::fmod(whole, 2) == 0 ? whole : whole + 1;
  return past_half > 0 ? whole + 1 : whole;
}

// The controller counts in 32 bits (horizontal.go, calculateScaleUpLimitWithScalingRules). A policy of 2147483647 pods,
// meant as "as many as you like", wraps to below 0, and then nothing goes up, as was seen.
int In32Bits(std::int64_t count) { return static_cast<int>(static_cast<std::uint32_t>(count)); }

// What a Go program makes of it on amd64, where the traces were recorded.
int In32Bits(double count) {
  constexpr double kMost = std::numeric_limits<int>::max();
  constexpr int kLeast = std::numeric_limits<int>::min();
  return count > kMost || count < kLeast ? kLeast : static_cast<int>(count);
}

}  // namespace

HpaBehavior DefaultHpaBehavior() {
  using Type = RatePolicy::Type;
  HpaBehavior behavior;
  behavior.up.policies = {{Type::kPods, 4, kDefaultPeriod}, {Type::kPercent, 100, kDefaultPeriod}};
  behavior.down.stabilization = kDownscaleStabilization;
  behavior.down.policies = {{Type::kPercent, 100, kDefaultPeriod}};
  return behavior;
}

double MetricAsKedaTellsIt(double value) { return Thousandths(value) / 1000; }

int ReplicasForAnswer(double replicas) {
  return static_cast<int>(std::min<double>(std::ceil(MetricAsKedaTellsIt(replicas)), std::numeric_limits<int>::max()));
}

int ReplicasForMetric(double value, double target, int replicas, const Tolerance& tolerance) {
  const double told = Thousandths(value);
  const double each = Thousandths(target);
  if (each == 0) return replicas;
  const double ratio = told / (each * replicas);
  // At no replicas the ratio is infinite, or, at no value, no number: neither is within the tolerance.
  if (ratio >= 1 - tolerance.down && ratio <= 1 + tolerance.up) return replicas;
  const double wanted = std::ceil(told / each);
  return static_cast<int>(std::min<double>(wanted, std::numeric_limits<int>::max()));
}

int Hpa::Sync(Timestamp now, const Metrics& metrics, const ScaleReplicas& replicas) {
  if (recommendations_.empty()) recommendations_.push_back({now, replicas.spec});
  if (replicas.spec == 0) return 0;
  const int wanted = Decide(now, metrics, replicas);
  if (wanted != replicas.spec) Remember(now, wanted - replicas.spec);
  return wanted;
}

int Hpa::Decide(Timestamp now, const Metrics& metrics, const ScaleReplicas& replicas) {
  if (replicas.spec > options_.max) return options_.max;
  if (replicas.spec < options_.min) return options_.min;
  const std::optional<int> proposed = Propose(metrics, replicas);
  if (!proposed) return replicas.spec;
  return LimitRate(now, Stabilize(now, *proposed, replicas.spec), replicas.spec);
}

// The highest of the metrics' proposals. Where a metric is missing, a proposal below the spec counts for nothing: the
// missing one might want more.
std::optional<int> Hpa::Propose(const Metrics& metrics, const ScaleReplicas& replicas) const {
  std::optional<int> highest;
  bool all = true;
  for (const std::optional<double>& value : metrics) {
    if (value) {
      const int proposed = ReplicasForMetric(*value, 1, replicas.status, options_.tolerance);
      highest = std::max(highest.value_or(proposed), proposed);
    } else {
      all = false;
    }
  }
  return highest && (all || *highest >= replicas.spec) ? highest : std::nullopt;
}

int Hpa::Stabilize(Timestamp now, int wanted, int replicas) {
  int lowest = wanted;
  int highest = wanted;
  const Duration up = options_.behavior ? options_.behavior->up.stabilization : Duration(0);
  const Duration down = options_.behavior ? options_.behavior->down.stabilization : kDownscaleStabilization;
  for (const Recommendation& each : recommendations_) {
    if (each.time > now - up) lowest = std::min(lowest, each.replicas);
    // The older rules count a recommendation that is just as old as the window.
    const bool counts = options_.behavior ? each.time > now - down : each.time >= now - down;
    if (counts) highest = std::max(highest, each.replicas);
  }
  std::erase_if(recommendations_, [&](const Recommendation& each) { return each.time < now - std::max(up, down); });
  recommendations_.push_back({now, wanted});
  return options_.behavior ? std::min(std::max(replicas, lowest), highest) : highest;
}

int Hpa::LimitRate(Timestamp now, int wanted, int replicas) const {
  if (wanted > replicas) {
    const int limit = options_.behavior ? RateLimit(now, options_.behavior->up, replicas, true)
                                        : std::max(4, In32Bits(std::int64_t{2} * replicas));
    return std::min({wanted, options_.max, std::max(limit, replicas)});
  }
  if (wanted < replicas) {
    const int limit = options_.behavior ? RateLimit(now, options_.behavior->down, replicas, false) : options_.min;
    return std::max({wanted, options_.min, std::min(limit, replicas)});
  }
  return wanted;
}

// Each policy allows a change from the replicas at the start of its period; `select` says which of them counts.
int Hpa::RateLimit(Timestamp now, const ScalingRules& rules, int replicas, bool up) const {
  if (rules.select == ScalingRules::Select::kDisabled) return replicas;
  std::optional<int> limit;
  for (const RatePolicy& policy : rules.policies) {
    std::int64_t before = replicas;
    for (const auto* events : {&ups_, &downs_}) {
      for (const ScaleEvent& each : *events) {
        if (each.time > now - policy.period) before -= each.change;
      }
    }
    const double share = policy.value / 100.0;
    const auto start = static_cast<double>(before);
    int proposed = 0;
    if (policy.type == RatePolicy::Type::kPods) {
      proposed = In32Bits(up ? before + policy.value : before - policy.value);
    } else {
      proposed = In32Bits(up ? std::ceil(start * (1 + share)) : std::trunc(start * (1 - share)));
    }
    const bool further = (rules.select == ScalingRules::Select::kMax) == up;
    limit = !limit ? proposed : further ? std::max(*limit, proposed) : std::min(*limit, proposed);
  }
  return limit.value_or(replicas);
}

// An event takes the place of the last one of its direction that is too old for the policies of that direction, even
// where a longer period of the other direction would still have counted it: the controller's way.
void Hpa::Remember(Timestamp now, int change) {
  if (!options_.behavior) return;
  std::vector<ScaleEvent>& events = change > 0 ? ups_ : downs_;
  Duration longest{0};
  for (const RatePolicy& policy : (change > 0 ? options_.behavior->up : options_.behavior->down).policies)
    longest = std::max(longest, policy.period);
  const auto old =
      std::find_if(events.rbegin(), events.rend(), [&](const ScaleEvent& each) { return each.time < now - longest; });
  if (old != events.rend()) {
    *old = {now, change};
  } else {
    events.push_back({now, change});
  }
}

}  // namespace loadline
