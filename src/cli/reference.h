// The references that come from the declared fields: config/loadline.yaml, docs/configuration.md,
// docs/policy-fields.md.
#ifndef LOADLINE_CLI_REFERENCE_H_
#define LOADLINE_CLI_REFERENCE_H_

#include <string>

namespace loadline {

std::string OptionsAsYaml();      // every option of `serve` with its default, commented
std::string OptionsAsMarkdown();  // the same as a table, with flags and variables
std::string PolicyAsMarkdown();   // every field of a policy

}  // namespace loadline

#endif  // LOADLINE_CLI_REFERENCE_H_
