// The objects of a simulated cluster: each with its KEDA and HPA, which act on what a pod says that is drawn anew for
// each call.
#ifndef LOADLINE_TESTS_SIMULATION_CLUSTER_H_
#define LOADLINE_TESTS_SIMULATION_CLUSTER_H_

#include <optional>
#include <vector>

#include "scaling/keda_model.h"
#include "simulation/documents.h"
#include "simulation/fault_kinds.h"

namespace loadline::simulation {

// One call: none where it got no answer.
struct Call {
  std::optional<double> value;
  std::optional<bool> active;
};

class ScaledTarget {
 public:
  explicit ScaledTarget(Chance& chance);

  // A turn of KEDA and of the HPA. False where the count fell though nobody said a number, and no fallback is set.
  bool Poll(Timestamp now, const Call& value, const Call& activity);
  int replicas() const { return keda_.replicas(); }

 private:
  static KedaOptions Draw(Chance& chance);

  const KedaOptions options_;
  KedaModel keda_;
};

}  // namespace loadline::simulation

#endif  // LOADLINE_TESTS_SIMULATION_CLUSTER_H_
