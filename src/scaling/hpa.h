// What a Kubernetes HorizontalPodAutoscaler does with external metrics of type AverageValue: a model for simulations,
// tests and `loadline probe`, checked against traces of a real one (tests/cluster/traces). Source: kubernetes 1.36.3
// pkg/controller/podautoscaler/{replica_calculator,horizontal}.go, pkg/apis/autoscaling/v2/defaults.go
#ifndef LOADLINE_SCALING_HPA_H_
#define LOADLINE_SCALING_HPA_H_

#include <optional>
#include <vector>

#include "base/time.h"

namespace loadline {

// How far the ratio of wanted to present replicas may be from 1 without a change. Either can be set in the behavior
// (scaleUp.tolerance, scaleDown.tolerance), as of Kubernetes 1.35 without a feature gate.
struct Tolerance {
  double up = 0.1;
  double down = 0.1;

  friend auto operator<=>(const Tolerance&, const Tolerance&) = default;
};

// The value as KEDA passes it on: in thousandths, and 0 for what is negative or no number (keda pkg/scalers/scaler.go,
// quantityFromFloat64).
double MetricAsKedaTellsIt(double value);
// How many replicas the HPA makes of such a value, with target 1 and no tolerance.
int ReplicasForAnswer(double replicas);

// ceil(value / target) where the ratio value / (target * replicas) is outside the tolerance, else `replicas`.
// `replicas` are those of the scale subresource's status. Value and target count in whole thousandths, as the HPA has
// them. A target below 0.001, which no HPA can have, keeps `replicas`.
int ReplicasForMetric(double value, double target, int replicas, const Tolerance& tolerance = {});

struct RatePolicy {
  enum class Type { kPods, kPercent };
  Type type = Type::kPercent;
  int value = 0;
  Duration period{0};
};

// spec.behavior.scaleUp or scaleDown.
struct ScalingRules {
  enum class Select { kMax, kMin, kDisabled };
  Duration stabilization{0};
  Select select = Select::kMax;
  std::vector<RatePolicy> policies;
};

struct HpaBehavior {
  ScalingRules up;
  ScalingRules down;
};
HpaBehavior DefaultHpaBehavior();  // of the fields that a stated behavior leaves out

struct HpaOptions {
  int min = 1;
  int max = 100;
  Tolerance tolerance;
  // Absent, as where a ScaledObject says nothing: the older rules, which are not the defaults of a stated behavior. The
  // highest recommendation of five minutes counts, also on the way up: a peak that one sync could not reach, because of
  // its limit of max(4, twice as many), is still climbed to after it has passed.
  std::optional<HpaBehavior> behavior;
};

// What the scale subresource says: the status is behind the spec while pods come and go.
struct ScaleReplicas {
  int spec = 0;
  int status = 0;
};

class Hpa {
 public:
  using Metrics = std::vector<std::optional<double>>;

  explicit Hpa(HpaOptions options) : options_(std::move(options)) {}

  // One sync: how many replicas the target is given. `metrics` holds each metric's value (target 1), none where it
  // could not be had: then nothing changes, unless another metric wants as many replicas as the spec has, or more. At 0
  // the HPA rests. Times must not go back.
  int Sync(Timestamp now, const Metrics& metrics, const ScaleReplicas& replicas);
  // With one metric, and the status not behind.
  int Sync(Timestamp now, std::optional<double> value, int replicas) {
    return Sync(now, Metrics{value}, {replicas, replicas});
  }

 private:
  struct Recommendation {
    Timestamp time;
    int replicas;
  };
  struct ScaleEvent {
    Timestamp time;
    int change;  // above 0: up
  };

  int Decide(Timestamp now, const Metrics& metrics, const ScaleReplicas& replicas);
  std::optional<int> Propose(const Metrics& metrics, const ScaleReplicas& replicas) const;
  int Stabilize(Timestamp now, int wanted, int replicas);
  int LimitRate(Timestamp now, int wanted, int replicas) const;
  int RateLimit(Timestamp now, const ScalingRules& rules, int replicas, bool up) const;
  void Remember(Timestamp now, int change);

  const HpaOptions options_;
  std::vector<Recommendation> recommendations_;
  std::vector<ScaleEvent> ups_;
  std::vector<ScaleEvent> downs_;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_HPA_H_
