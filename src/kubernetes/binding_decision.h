// What KEDA is answered for a binding, as those who watch the cluster see it.
#ifndef LOADLINE_KUBERNETES_BINDING_DECISION_H_
#define LOADLINE_KUBERNETES_BINDING_DECISION_H_

#include <map>
#include <memory>
#include <vector>

#include "kubernetes/cluster_view.h"
#include "scaling/decide.h"

namespace loadline {

// Neither is null.
struct DecisionOfPolicy {
  std::shared_ptr<const Policy> policy;
  std::shared_ptr<const Decision> decision;
};

// Of all bindings that get a number now.
using DecisionsByBinding = std::map<ForeseenBinding, DecisionOfPolicy>;

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_BINDING_DECISION_H_
