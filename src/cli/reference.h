// The references that come from the declared fields: config/loadline.yaml, docs/configuration.md,
// docs/policy-reference.md, config/policy.schema.json.
#ifndef LOADLINE_CLI_REFERENCE_H_
#define LOADLINE_CLI_REFERENCE_H_

#include <string>

namespace loadline {

std::string OptionsAsYaml();      // every option of `serve` with its default, commented
std::string OptionsAsMarkdown();  // the same as a table, with flags and variables
std::string PolicyAsMarkdown();   // documents: fields, stages, reasons, and what holds (policy_reference.cc)
std::string DocumentsAsSchema();  // the same as a JSON Schema, for editors

}  // namespace loadline

#endif  // LOADLINE_CLI_REFERENCE_H_
