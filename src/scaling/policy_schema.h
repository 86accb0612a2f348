// Documents of all kinds as a JSON Schema, for editors.
#ifndef LOADLINE_SCALING_POLICY_SCHEMA_H_
#define LOADLINE_SCALING_POLICY_SCHEMA_H_

#include <string>

namespace loadline {

// The JSON Schema (draft 2020-12) of a document, by its kind, on a line. It refuses none that Loadline takes, but for
// numbers, words and truths that are quoted without need.
std::string DocumentSchema();

}  // namespace loadline

#endif  // LOADLINE_SCALING_POLICY_SCHEMA_H_
