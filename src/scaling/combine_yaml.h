// Combinations as documents say them.
#ifndef LOADLINE_SCALING_COMBINE_YAML_H_
#define LOADLINE_SCALING_COMBINE_YAML_H_

#include "document/node.h"
#include "scaling/policy.h"

namespace loadline {

// Compiles the policy's expression, if it is combined by one: an expression names signals, which are known only when
// all of the policy has been read. `spec` is the node that the policy was read from.
void ParseExpression(Policy& policy, const Node& spec, Problems& problems);

}  // namespace loadline

#endif  // LOADLINE_SCALING_COMBINE_YAML_H_
