// Policies as documents.
#ifndef LOADLINE_SCALING_POLICY_YAML_H_
#define LOADLINE_SCALING_POLICY_YAML_H_

#include <optional>
#include <string>

#include "document/node.h"
#include "scaling/policy.h"

namespace loadline {

struct PolicyDocument {
  // What the document says it is, as far as that could be read, also of a bad one: whose last good version stays.
  std::string policy_namespace;
  std::string name;
  std::optional<Policy> policy;  // none where there are errors
  Problems problems;             // all of them at once, warnings too
};

// Reads and checks one document: YAML, fields, and the rules between fields.
PolicyDocument ParsePolicy(const DocumentText& document);
// The same of one that was parsed; `document` is the text it was parsed from. Who reads many has one `regexes` for
// all.
PolicyDocument ReadPolicy(ParsedDocument parsed, const DocumentText& document, Regexes& regexes);

}  // namespace loadline

#endif  // LOADLINE_SCALING_POLICY_YAML_H_
