// What KEDA, with its HPA, does with an external scaler's answers: a model, as hpa.h is.
// Source: keda 2.21 pkg/scaling/executor/scale_scaledobjects.go (RequestScale), pkg/fallback/fallback.go
#ifndef LOADLINE_SCALING_KEDA_MODEL_H_
#define LOADLINE_SCALING_KEDA_MODEL_H_

#include <optional>

#include "base/time.h"
#include "scaling/hpa.h"

namespace loadline {

struct ModelledFallback {
  int failure_threshold = 3;  // answered with `replicas` after more failures than this, one after the other
  int replicas = 0;
};

struct KedaOptions {
  int min = 0;              // minReplicaCount
  std::optional<int> idle;  // idleReplicaCount: below min; KEDA supports 0 only
  int max = 100;
  Duration cooldown = std::chrono::minutes(5);  // cooldownPeriod: from the last active poll to zero
  std::optional<ModelledFallback> fallback;
  Tolerance tolerance;
  std::optional<HpaBehavior> behavior;
};

// What the scaler said; none where it failed. KEDA drops a value that came without IsActive.
struct ScalerAnswer {
  std::optional<double> value;
  std::optional<bool> active;
};

// One ScaledObject and its target, which has at once as many replicas as it is given. Times must not go back.
class KedaModel {
 public:
  KedaModel(const KedaOptions& options, int replicas);

  int replicas() const { return replicas_; }

  // A turn of KEDA's poll loop: 0 <-> 1. The HPA does the rest.
  void Poll(Timestamp now, const ScalerAnswer& answer);
  // StreamIsActive said true.
  void Push(Timestamp now);
  // A sync of the HPA.
  void Sync(Timestamp now, std::optional<double> value);

 private:
  void BeActive(Timestamp now);
  void BeInactive(Timestamp now, bool failed);
  // The value, or the fallback's where it counts by now.
  std::optional<double> WithFallback(std::optional<double> value);

  const KedaOptions options_;
  Hpa hpa_;
  int replicas_;
  int failures_ = 0;
  std::optional<Timestamp> last_active_;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_KEDA_MODEL_H_
