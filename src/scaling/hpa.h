// What a Kubernetes HorizontalPodAutoscaler does with an external metric of type AverageValue: a model for simulations,
// tests and `loadline probe`, checked against a real one (tests/cluster). Source: kubernetes 1.36
// pkg/controller/podautoscaler/{replica_calculator,horizontal}.go, pkg/apis/autoscaling/v2/defaults.go
#ifndef LOADLINE_SCALING_HPA_H_
#define LOADLINE_SCALING_HPA_H_

#include <optional>
#include <vector>

#include "base/time.h"

namespace loadline {

// How far the ratio of wanted to present replicas may be from 1 without a change.
struct Tolerance {
  double up = 0.1;
  double down = 0.1;
};

// The value as KEDA passes it on: in thousandths, and 0 for what is negative or no number (keda pkg/scalers/scaler.go,
// quantityFromFloat64).
double MetricAsKedaTellsIt(double value);

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

class Hpa {
 public:
  explicit Hpa(HpaOptions options) : options_(std::move(options)) {}

  // One sync: how many replicas the target is given. `value` is the metric's (target 1), none where it could not be
  // had: then nothing changes. At 0 the HPA rests. Times must not go back.
  int Sync(Timestamp now, std::optional<double> value, int replicas);

 private:
  struct Recommendation {
    Timestamp time;
    int replicas;
  };
  struct ScaleEvent {
    Timestamp time;
    int change;  // above 0: up
  };

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
