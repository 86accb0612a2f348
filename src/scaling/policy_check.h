// The rules between the fields of a policy; those of single fields stand with their declarations.
#ifndef LOADLINE_SCALING_POLICY_CHECK_H_
#define LOADLINE_SCALING_POLICY_CHECK_H_

#include "document/node.h"
#include "scaling/policy.h"

namespace loadline {

// What is wrong with `policy`, and what is right and yet probably not meant (warnings). `spec` is the node it was
// read from, for the places; a null node where there is none. REQUIRES: the parameters' patterns are compiled.
Problems CheckPolicy(const Policy& policy, const Node& spec);

// Whether a parameter may not be called so, as KEDA or Loadline uses the name: scalerAddress, policy, ...
bool IsReservedParameter(std::string_view name);

}  // namespace loadline

#endif  // LOADLINE_SCALING_POLICY_CHECK_H_
