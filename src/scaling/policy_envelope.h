// What stands around a policy: Kubernetes' envelope.
#ifndef LOADLINE_SCALING_POLICY_ENVELOPE_H_
#define LOADLINE_SCALING_POLICY_ENVELOPE_H_

#include <string>

#include "scaling/policy_fields.h"

namespace loadline {

// What kubectl and controllers add; let through unread.
struct Unread {};
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Unread& value);
inline std::string TypeName(const Unread*) { return "map"; }
inline std::string SchemaMembers(const Unread*) { return R"("type": ["object", "null"])"; }

struct Metadata {
  std::string name;
  std::string policy_namespace;
  Unread labels;
  Unread annotations;
};

template <class Visitor>
void DescribeFields(Visitor& visit, Metadata& metadata) {
  visit({.name = "name",
         .help = "The policy's name.",
         .example = "cdc-worker",
         .required = true,
         .pattern = kNamePattern,
         .pattern_help = kNameHelp},
        metadata.name);
  visit({.name = "namespace",
         .help = "Only ScaledObjects of this namespace may use the policy.",
         .example = "data",
         .pattern = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
         .pattern_help = "the name of a Kubernetes namespace"},
        metadata.policy_namespace);
  visit({.name = "labels", .help = "Kubernetes' labels; not read.", .example = "{ team: data }"}, metadata.labels);
  visit({.name = "annotations", .help = "Kubernetes' annotations; not read.", .example = "{ owner: ops }"},
        metadata.annotations);
}

// Kubernetes' envelope around a policy.
struct Envelope {
  std::string api_version = {};
  std::string kind = {};
  Metadata metadata = {};
  Policy spec = {};
};

template <class Visitor>
void DescribeFields(Visitor& visit, Envelope& envelope) {
  visit({.name = "apiVersion",
         .help = "The version of this format.",
         .example = "loadline.dev/v1",
         .required = true,
         .pattern = "loadline\\.dev/v1",
         .pattern_help = "loadline.dev/v1"},
        envelope.api_version);
  visit({.name = "kind",
         .help = "What the document is.",
         .example = "ScalingPolicy",
         .required = true,
         .pattern = "ScalingPolicy",
         .pattern_help = "ScalingPolicy"},
        envelope.kind);
  visit({.name = "metadata",
         .help = "The policy's name, and who may use it.",
         .example = "{ name: cdc-worker, namespace: data }",
         .required = true},
        envelope.metadata);
  visit({.name = "spec", .help = "The policy itself.", .example = "{ signals: [...] }", .required = true},
        envelope.spec);
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_POLICY_ENVELOPE_H_
