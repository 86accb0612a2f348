// The HPA model against its source, said again function by function, slowly: whatever the setting and whatever is seen,
// both do the same. LOADLINE_SEED=N repeats a run.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "scaling/hpa.h"
#include "support/random_world.h"

namespace loadline {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Chance;

// A metric as the controller reads it: whole thousandths.
using Milli = std::int64_t;

// As Go converts to int32 on amd64: a sum wraps, a float that does not fit becomes the least.
int Int32(std::int64_t count) { return static_cast<std::int32_t>(count & 0xffffffff); }
int Int32(double count) {
  return std::abs(count) < 2147483648.0 ? static_cast<int>(count) : std::numeric_limits<int>::min();
}

// kubernetes 1.36.3 pkg/controller/podautoscaler, for external metrics with an averageValue of 1. A comment names the
// function that follows.
class Controller {
 public:
  explicit Controller(const HpaOptions& options) : options_(options) {}

  // reconcileAutoscaler
  int Reconcile(Timestamp now, const std::vector<std::optional<Milli>>& metrics, int spec, int status) {
    if (!seen_before_) {
      recommendations_.push_back({now, spec});
      seen_before_ = true;
    }
    int desired = 0;
    bool rescale = true;
    if (spec == 0) {
      rescale = false;
    } else if (spec > options_.max) {
      desired = options_.max;
    } else if (spec < options_.min) {
      desired = options_.min;
    } else {
      const int proposed = ReplicasForMetrics(metrics, spec, status);
      if (proposed == -1) return spec;
      if (proposed > desired) desired = proposed;
      desired = options_.behavior ? NormalizeWithBehaviors(now, spec, desired) : Normalize(now, spec, desired);
      rescale = desired != spec;
    }
    if (!rescale) return spec;
    if (options_.behavior) StoreScaleEvent(now, spec, desired);
    return desired;
  }

 private:
  struct Recommendation {
    Timestamp at;
    int replicas;
  };
  struct Change {
    Timestamp at;
    int by;  // always above 0
  };

  // computeReplicasForMetrics; -1: fails
  int ReplicasForMetrics(const std::vector<std::optional<Milli>>& metrics, int spec, int status) const {
    int replicas = 0;
    std::size_t invalid = 0;
    for (const std::optional<Milli>& usage : metrics) {
      if (!usage) {
        ++invalid;
        continue;
      }
      const int proposal = ExternalPerPodReplicas(*usage, status);
      if (replicas == 0 || proposal > replicas) replicas = proposal;
    }
    if (invalid >= metrics.size() || (invalid > 0 && replicas < spec)) return -1;
    return replicas;
  }

  // GetExternalPerPodMetricReplicas
  int ExternalPerPodReplicas(Milli usage, int status) const {
    constexpr double kTarget = 1000;
    const double ratio = static_cast<double>(usage) / (kTarget * status);
    if (1 - options_.tolerance.down <= ratio && ratio <= 1 + options_.tolerance.up) return status;
    const double replicas = std::ceil(static_cast<double>(usage) / kTarget);
    if (replicas > std::numeric_limits<int>::max()) return std::numeric_limits<int>::max();
    return static_cast<int>(replicas);
  }

  // normalizeDesiredReplicas, with stabilizeRecommendation and convertDesiredReplicasWithRules
  int Normalize(Timestamp now, int spec, int desired) {
    int highest = desired;
    const Timestamp cutoff = now - minutes(5);
    for (const Recommendation& each : recommendations_) {
      if (!(each.at < cutoff) && each.replicas > highest) highest = each.replicas;
    }
    recommendations_.push_back({now, desired});

    const int up_limit = static_cast<int>(std::max(2.0 * spec, 4.0));
    const int allowed = options_.max > up_limit ? up_limit : options_.max;
    if (highest < options_.min) return options_.min;
    if (highest > allowed) return allowed;
    return highest;
  }

  // normalizeDesiredReplicasWithBehaviors, with stabilizeRecommendationWithBehaviors. That overwrites one
  // recommendation that is too old for both windows; here none goes, and what is too old counts for nothing.
  int NormalizeWithBehaviors(Timestamp now, int spec, int desired) {
    int up = desired;
    int down = desired;
    const Timestamp up_cutoff = now - options_.behavior->up.stabilization;
    const Timestamp down_cutoff = now - options_.behavior->down.stabilization;
    for (const Recommendation& each : recommendations_) {
      if (each.at > up_cutoff && each.replicas < up) up = each.replicas;
      if (each.at > down_cutoff && each.replicas > down) down = each.replicas;
    }
    int stabilized = spec;
    if (stabilized < up) stabilized = up;
    if (stabilized > down) stabilized = down;
    recommendations_.push_back({now, desired});
    return ConvertWithBehaviorRate(now, spec, stabilized);
  }

  // convertDesiredReplicasWithBehaviorRate
  int ConvertWithBehaviorRate(Timestamp now, int spec, int desired) const {
    if (desired > spec) {
      int limit = UpLimit(now, spec);
      if (limit < spec) limit = spec;
      int allowed = options_.max;
      if (allowed > limit) allowed = limit;
      if (desired > allowed) return allowed;
    } else if (desired < spec) {
      int limit = DownLimit(now, spec);
      if (limit > spec) limit = spec;
      int allowed = options_.min;
      if (allowed < limit) allowed = limit;
      if (desired < allowed) return allowed;
    }
    return desired;
  }

  // calculateScaleUpLimitWithScalingRules
  int UpLimit(Timestamp now, int spec) const {
    const ScalingRules& rules = options_.behavior->up;
    if (rules.select == ScalingRules::Select::kDisabled) return spec;
    const bool least = rules.select == ScalingRules::Select::kMin;
    int result = least ? std::numeric_limits<int>::max() : std::numeric_limits<int>::min();
    for (const RatePolicy& policy : rules.policies) {
      const int start = spec - ChangePerPeriod(now, policy, ups_) + ChangePerPeriod(now, policy, downs_);
      int proposed = 0;
      if (policy.type == RatePolicy::Type::kPods) {
        proposed = Int32(std::int64_t{start} + policy.value);
      } else {
        proposed = Int32(std::ceil(start * (1 + static_cast<double>(policy.value) / 100)));
      }
      result = least ? std::min(result, proposed) : std::max(result, proposed);
    }
    return result;
  }

  // calculateScaleDownLimitWithBehaviors
  int DownLimit(Timestamp now, int spec) const {
    const ScalingRules& rules = options_.behavior->down;
    if (rules.select == ScalingRules::Select::kDisabled) return spec;
    const bool least = rules.select == ScalingRules::Select::kMin;
    int result = least ? std::numeric_limits<int>::min() : std::numeric_limits<int>::max();
    for (const RatePolicy& policy : rules.policies) {
      const int start = spec - ChangePerPeriod(now, policy, ups_) + ChangePerPeriod(now, policy, downs_);
      int proposed = 0;
      if (policy.type == RatePolicy::Type::kPods) {
        proposed = Int32(std::int64_t{start} - policy.value);
      } else {
        proposed = Int32(start * (1 - static_cast<double>(policy.value) / 100));
      }
      result = least ? std::max(result, proposed) : std::min(result, proposed);
    }
    return result;
  }

  // getReplicasChangePerPeriod
  static int ChangePerPeriod(Timestamp now, const RatePolicy& policy, const std::vector<Change>& changes) {
    int replicas = 0;
    for (const Change& each : changes) {
      if (each.at > now - policy.period) replicas += each.by;
    }
    return replicas;
  }

  // storeScaleEvent, with markScaleEventsOutdated and getLongestPolicyPeriod
  void StoreScaleEvent(Timestamp now, int before, int after) {
    const bool up = after > before;
    std::vector<Change>& changes = up ? ups_ : downs_;
    Duration longest{0};
    for (const RatePolicy& policy : (up ? options_.behavior->up : options_.behavior->down).policies)
      longest = std::max(longest, policy.period);
    std::optional<std::size_t> outdated;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (changes[i].at < now - longest) outdated = i;
    }
    const Change change{now, std::abs(after - before)};
    if (outdated) {
      changes[*outdated] = change;
    } else {
      changes.push_back(change);
    }
  }

  const HpaOptions options_;
  bool seen_before_ = false;
  std::vector<Recommendation> recommendations_;
  std::vector<Change> ups_;
  std::vector<Change> downs_;
};

ScalingRules RandomRules(Chance& chance) {
  using Select = ScalingRules::Select;
  ScalingRules rules;
  rules.stabilization = seconds(chance.Of<int>({0, 0, 3, 15, 30, 60, 300}));
  rules.select = chance.Of<Select>({Select::kMax, Select::kMax, Select::kMin, Select::kMin, Select::kDisabled});
  for (int i = chance.Between(1, 3); i > 0; --i) {
    rules.policies.push_back(
        {chance.In(50) ? RatePolicy::Type::kPods : RatePolicy::Type::kPercent,
         chance.Of<int>({1, 2, 3, 4, 7, 10, 15, 33, 50, 100, 200, 1000, std::numeric_limits<int>::max()}),
         seconds(chance.Of<int>({1, 2, 15, 30, 45, 60, 120, 600}))});
  }
  return rules;
}

HpaOptions RandomOptions(Chance& chance) {
  HpaOptions options;
  options.min = chance.Of<int>({1, 1, 2, 5});
  options.max = options.min + chance.Of<int>({0, 3, 10, 40, 1000});
  if (chance.In(30)) return options;
  options.behavior = DefaultHpaBehavior();
  if (chance.In(80)) options.behavior->up = RandomRules(chance);
  if (chance.In(80)) options.behavior->down = RandomRules(chance);
  if (chance.In(30))
    options.tolerance = {chance.Of<double>({0, 0.05, 0.1, 0.5}), chance.Of<double>({0, 0.05, 0.1, 0.5})};
  return options;
}

// Most of all around where decisions change.
Milli RandomUsage(Chance& chance, int replicas, int max) {
  const Milli whole = 1000 * static_cast<Milli>(replicas);
  return chance.Of<Milli>({0, 1, whole, whole * 9 / 10, whole * 9 / 10 - 1, whole * 11 / 10, whole * 11 / 10 + 1,
                           whole / 2, whole * 2 - 500, whole + 1000, 1000 * static_cast<Milli>(max) + 1,
                           chance.Between(0, 1500 * max)});
}

struct Seen {
  Timestamp now;
  std::vector<std::optional<Milli>> usages;
  int spec = 0;
  int status = 0;

  Hpa::Metrics Metrics() const {
    Hpa::Metrics metrics;
    for (const std::optional<Milli>& each : usages)
      metrics.push_back(each ? std::optional(static_cast<double>(*each) / 1000) : std::nullopt);
    return metrics;
  }
};

Seen RandomSight(Chance& chance, const HpaOptions& options, std::size_t metrics, Timestamp before, int replicas) {
  Seen seen;
  // Whole seconds, so that things are often just as old as a window or a period; and now and then a long rest.
  seen.now = before + (chance.In(80) ? seconds(15) : chance.In(80) ? seconds(chance.Between(1, 60)) : minutes(6));
  if (chance.In(10)) seen.now += milliseconds(chance.Between(1, 999));
  seen.spec = chance.In(5) ? chance.Between(0, options.max + 5) : replicas;
  seen.status = chance.In(15) ? chance.Between(0, seen.spec + 3) : seen.spec;
  for (std::size_t i = 0; i < metrics; ++i) {
    seen.usages.push_back(RandomUsage(chance, seen.status, options.max));
    if (chance.In(12)) seen.usages.back() = std::nullopt;
  }
  return seen;
}

TEST_CASE("Rule 22: whatever the setting and whatever is seen, the HPA model does what the controller's source says") {
  constexpr int kRounds = 3000;
  constexpr int kSyncs = 60;
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  int changes = 0;
  for (int round = 0; round < kRounds; ++round) {
    const HpaOptions options = RandomOptions(chance);
    const auto metrics = static_cast<std::size_t>(chance.Of<int>({1, 1, 2, 3}));
    Hpa hpa(options);
    Controller controller(options);
    Timestamp now{minutes(1'000'000)};
    int replicas = chance.Between(0, options.max + 3);
    for (int sync = 0; sync < kSyncs; ++sync) {
      const Seen seen = RandomSight(chance, options, metrics, now, replicas);
      now = seen.now;
      const int wanted = controller.Reconcile(now, seen.usages, seen.spec, seen.status);
      CAPTURE(round, sync, seen.spec, seen.status);
      REQUIRE(hpa.Sync(now, seen.Metrics(), {seen.spec, seen.status}) == wanted);
      if (wanted != seen.spec) ++changes;
      replicas = wanted;
    }
  }
  CHECK(changes > kRounds);  // or it would say little
}

}  // namespace
}  // namespace loadline
