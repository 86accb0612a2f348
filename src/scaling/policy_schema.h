// Policies as a JSON Schema, for editors.
#ifndef LOADLINE_SCALING_POLICY_SCHEMA_H_
#define LOADLINE_SCALING_POLICY_SCHEMA_H_

#include <string>

namespace loadline {

// The JSON Schema (draft 2020-12) of a ScalingPolicy document, on a line. It refuses no document that ParsePolicy
// takes, but for numbers, words and truths that are quoted without need.
std::string PolicySchema();

}  // namespace loadline

#endif  // LOADLINE_SCALING_POLICY_SCHEMA_H_
