// Kubernetes' envelope around what a person writes: apiVersion, kind, metadata, spec.
#ifndef LOADLINE_SCALING_ENVELOPE_H_
#define LOADLINE_SCALING_ENVELOPE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "document/fields.h"

namespace loadline {

// What names policies, signals and parameters: also a label value and a part of a metric's name.
inline constexpr std::string_view kNamePattern = "[a-z0-9-]{1,63}";
inline constexpr std::string_view kNameHelp = "1 to 63 of a-z, 0-9 and -";
inline constexpr std::string_view kNamespacePattern = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
inline constexpr std::string_view kNamespaceHelp = "the name of a Kubernetes namespace";

// What kubectl and controllers add; let through unread.
struct Unread {};
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Unread& value);
inline std::string TypeName(const Unread*) { return "map"; }
inline std::string SchemaMembers(const Unread*) { return R"("type": ["object", "null"])"; }

struct DocumentMetadata {
  std::string name;
  std::string document_namespace;
  Unread labels;
  Unread annotations;
};

template <class Visitor>
void DescribeFields(Visitor& visit, DocumentMetadata& metadata) {
  visit({.name = "name",
         .help = "The document's name.",
         .example = "cdc-worker",
         .required = true,
         .pattern = kNamePattern,
         .pattern_help = kNameHelp},
        metadata.name);
  visit({.name = "namespace",
         .help = "Of a policy: only ScaledObjects of this namespace may use it. Of a Budget: only policies of this "
                 "namespace share it. Of an Override: only objects of this namespace are meant. A Calendar is for all.",
         .example = "data",
         .pattern = kNamespacePattern,
         .pattern_help = kNamespaceHelp},
        metadata.document_namespace);
  visit({.name = "labels", .help = "Kubernetes' labels; not read.", .example = "{ team: data }"}, metadata.labels);
  visit({.name = "annotations", .help = "Kubernetes' annotations; not read.", .example = "{ owner: ops }"},
        metadata.annotations);
}

// Spec has DescribeFields, and `static constexpr std::string_view kKind`.
template <class Spec>
struct Envelope {
  std::string api_version = {};
  std::string kind = {};
  DocumentMetadata metadata = {};
  Spec spec = {};
};

template <class Visitor, class Spec>
void DescribeFields(Visitor& visit, Envelope<Spec>& envelope) {
  visit({.name = "apiVersion",
         .help = "The version of this format.",
         .example = "loadline.dev/v1",
         .required = true,
         .pattern = "loadline\\.dev/v1",
         .pattern_help = "loadline.dev/v1"},
        envelope.api_version);
  visit({.name = "kind",
         .help = "What the document is.",
         .example = Spec::kKind,
         .required = true,
         .pattern = Spec::kKind,
         .pattern_help = Spec::kKind},
        envelope.kind);
  visit({.name = "metadata",
         .help = "Its name, and whom it is for.",
         .example = "{ name: cdc-worker }",
         .required = true},
        envelope.metadata);
  visit({.name = "spec", .help = "What it says.", .example = "{...}", .required = true}, envelope.spec);
}

// FNV-1a: which version of a document this is, equal on every pod.
std::uint64_t HashText(std::string_view text);

}  // namespace loadline

#endif  // LOADLINE_SCALING_ENVELOPE_H_
