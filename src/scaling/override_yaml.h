// Overrides as documents. What they mean stands in scaling/override.h.
#ifndef LOADLINE_SCALING_OVERRIDE_YAML_H_
#define LOADLINE_SCALING_OVERRIDE_YAML_H_

#include <optional>
#include <string>

#include "document/fields.h"
#include "scaling/document_of.h"
#include "scaling/envelope.h"
#include "scaling/override.h"

namespace loadline {

// A time with a zone, as the document has it.
struct Rfc3339Time {
  Timestamp time;
};
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Rfc3339Time& value);
inline std::string TypeName(const Rfc3339Time*) { return "time (RFC 3339)"; }
std::string SchemaMembers(const Rfc3339Time*);

// What stands below `spec`.
struct OverrideSpec {
  static constexpr std::string_view kKind = "Override";

  std::optional<bool> all;
  std::optional<std::string> object;
  std::optional<std::string> policy;
  std::optional<double> pin;
  std::optional<double> floor;
  std::optional<double> ceiling;
  std::optional<bool> hold;
  std::optional<Rfc3339Time> from;
  Rfc3339Time until;
  std::string reason;
  std::string author;
};

template <class Visitor>
void DescribeFields(Visitor& visit, OverrideSpec& spec) {
  visit({.name = "all", .help = "true: all bindings, of metadata.namespace where that is set.", .example = "true"},
        spec.all);
  visit({.name = "object",
         .help = "The ScaledObject that is meant.",
         .example = "orders-cdc",
         .pattern = "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?",
         .pattern_help = "the name of a ScaledObject"},
        spec.object);
  visit({.name = "policy",
         .help = "The policy whose bindings are meant.",
         .example = "cdc-worker",
         .pattern = kNamePattern,
         .pattern_help = kNameHelp},
        spec.policy);
  auto count = [&](std::string_view name, std::string_view help, std::optional<double>& value) {
    visit({.name = name, .help = help, .unit = "replicas", .example = "6", .at_least = 0, .at_most = 100'000}, value);
  };
  count("pin", "Exactly so many.", spec.pin);
  count("floor", "At least so many.", spec.floor);
  count("ceiling", "At most so many.", spec.ceiling);
  visit({.name = "hold", .help = "true: what is observed stays.", .example = "true"}, spec.hold);
  visit({.name = "from", .help = "Since when; default: at once.", .example = "2026-11-24T06:00:00Z"}, spec.from);
  visit({.name = "until", .help = "It ends then.", .example = "2026-11-24T18:00:00Z", .required = true}, spec.until);
  visit({.name = "reason",
         .help = "Why: it stands in every decision that it changes.",
         .example = "database migration",
         .required = true,
         .pattern = "[^\\n]*[^ \\t\\n][^\\n]*",
         .pattern_help = "a line of text"},
        spec.reason);
  visit({.name = "author", .help = "Who wrote it.", .example = "ops"}, spec.author);
}

using OverrideDocument = DocumentOf<Override>;

// Reads and checks one document of kind Override.
OverrideDocument ParseOverride(const DocumentText& document);
// The same of one that was parsed.
OverrideDocument ReadOverride(ParsedDocument parsed);

}  // namespace loadline

#endif  // LOADLINE_SCALING_OVERRIDE_YAML_H_
