#include "scaling/hpa.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace loadline {
namespace {

constexpr Duration kDownscaleStabilization =
    std::chrono::minutes(5);  // --horizontal-pod-autoscaler-downscale-stabilization
constexpr Duration kDefaultPeriod = std::chrono::seconds(15);

}  // namespace

HpaBehavior DefaultHpaBehavior() {
  using Type = RatePolicy::Type;
  HpaBehavior behavior;
  behavior.up.policies = {{Type::kPods, 4, kDefaultPeriod}, {Type::kPercent, 100, kDefaultPeriod}};
  behavior.down.stabilization = kDownscaleStabilization;
  behavior.down.policies = {{Type::kPercent, 100, kDefaultPeriod}};
  return behavior;
}

double MetricAsKedaTellsIt(double value) {
  if (!std::isfinite(value) || value <= 0) return 0;
  return std::round(value * 1000) / 1000;
}

int ReplicasForMetric(double value, double target, int replicas, const Tolerance& tolerance) {
  const double told = MetricAsKedaTellsIt(value);
  const double ratio = told / (target * replicas);
  // At no replicas the ratio is infinite, or, at no value, no number: neither is within the tolerance.
  if (ratio >= 1 - tolerance.down && ratio <= 1 + tolerance.up) return replicas;
  const double wanted = std::ceil(told / target);
  return static_cast<int>(std::min<double>(wanted, std::numeric_limits<int>::max()));
}

int Hpa::Sync(Timestamp now, std::optional<double> value, int replicas) {
  if (recommendations_.empty()) recommendations_.push_back({now, replicas});
  int wanted = replicas;
  if (replicas == 0) return 0;
  if (replicas > options_.max) {
    wanted = options_.max;
  } else if (replicas < options_.min) {
    wanted = options_.min;
  } else {
    if (!value) return replicas;
    wanted = Stabilize(now, ReplicasForMetric(*value, 1, replicas, options_.tolerance), replicas);
    wanted = LimitRate(now, wanted, replicas);
  }
  if (wanted != replicas) events_.push_back({now, wanted - replicas});
  return wanted;
}

int Hpa::Stabilize(Timestamp now, int wanted, int replicas) {
  int lowest = wanted;
  int highest = wanted;
  const Duration up = options_.behavior ? options_.behavior->up.stabilization : Duration(0);
  const Duration down = options_.behavior ? options_.behavior->down.stabilization : kDownscaleStabilization;
  for (const Recommendation& each : recommendations_) {
    if (each.time > now - up) lowest = std::min(lowest, each.replicas);
    if (each.time > now - down) highest = std::max(highest, each.replicas);
  }
  std::erase_if(recommendations_, [&](const Recommendation& each) { return each.time < now - std::max(up, down); });
  recommendations_.push_back({now, wanted});
  return std::min(std::max(replicas, lowest), highest);
}

int Hpa::LimitRate(Timestamp now, int wanted, int replicas) const {
  if (wanted > replicas) {
    const int limit =
        options_.behavior ? RateLimit(now, options_.behavior->up, replicas, true) : std::max(4, 2 * replicas);
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
    int before = replicas;
    for (const ScaleEvent& each : events_) {
      if (each.time > now - policy.period) before -= each.change;
    }
    const double share = policy.value / 100.0;
    int proposed = 0;
    if (policy.type == RatePolicy::Type::kPods) {
      proposed = up ? before + policy.value : before - policy.value;
    } else {
      proposed = static_cast<int>(up ? std::ceil(before * (1 + share)) : std::trunc(before * (1 - share)));
    }
    const bool further = (rules.select == ScalingRules::Select::kMax) == up;
    limit = !limit ? proposed : further ? std::max(*limit, proposed) : std::min(*limit, proposed);
  }
  return limit.value_or(replicas);
}

}  // namespace loadline
