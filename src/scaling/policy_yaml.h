// Policies as documents.
#ifndef LOADLINE_SCALING_POLICY_YAML_H_
#define LOADLINE_SCALING_POLICY_YAML_H_

#include "document/node.h"
#include "scaling/document_of.h"
#include "scaling/policy.h"

namespace loadline {

using PolicyDocument = DocumentOf<Policy>;

// Reads and checks one document: YAML, fields, and the rules between fields.
PolicyDocument ParsePolicy(const DocumentText& document);
// The same of one that was parsed; `document` is the text it was parsed from. Who reads many has one `regexes` for
// all.
PolicyDocument ReadPolicy(ParsedDocument parsed, const DocumentText& document, Regexes& regexes);

}  // namespace loadline

#endif  // LOADLINE_SCALING_POLICY_YAML_H_
