// What one workload takes from another: B follows A.
#ifndef LOADLINE_SCALING_DEPENDENCY_H_
#define LOADLINE_SCALING_DEPENDENCY_H_

#include <optional>
#include <string>

#include "base/time.h"

namespace loadline {

struct DependsOn {
  enum class Of { kDesired, kObserved };
  enum class Relation {
    kProportional,  // ratio * the other's replicas
    kFixed,         // `replicas` while the other has any
    kMinimum,       // the same, as a floor
  };

  std::string object;                 // "namespace/name", or "name" in the object's own namespace
  std::optional<std::string> policy;  // which of the object's triggers, where it has several
  Of of = Of::kDesired;
  Relation relation = Relation::kProportional;
  std::optional<double> ratio;
  std::optional<double> replicas;
  Duration lag{0};  // what the other one wanted or had so long ago
  bool enabled = true;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_DEPENDENCY_H_
