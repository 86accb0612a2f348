#include "scaling/override_yaml.h"

#include <utility>

#include "scaling/checking.h"
#include "scaling/read_enveloped.h"

namespace loadline {
namespace {

void Error(Problems& problems, const Node& node, std::string field, std::string rule, std::string found,
           std::string hint) {
  problems.push_back({node.at, std::move(field), std::move(rule), std::move(found), std::move(hint), Severity::kError});
}

void CheckOverride(const OverrideSpec& spec, const DocumentMetadata& metadata, const Node& node, Problems& problems) {
  const bool some = spec.object || spec.policy;
  if (spec.all.value_or(false) == some) {
    Error(problems, node, "spec", "an override says whom it is for: all: true, or object and policy",
          some ? "both" : "neither", "such as object: orders-cdc");
  }
  if (spec.object && metadata.document_namespace.empty()) {
    Error(problems, Child(node, "object"), "spec.object", "an object is one of a namespace", "no metadata.namespace",
          "set metadata.namespace");
  }
  const int actions =
      spec.pin.has_value() + spec.floor.has_value() + spec.ceiling.has_value() + spec.hold.value_or(false);
  if (actions != 1) {
    Error(problems, node, "spec", "an override says one of pin, floor, ceiling and hold: true",
          actions == 0 ? "none" : "several", "such as pin: 6");
  }
  const bool read = spec.until.time != Timestamp() && spec.from && spec.from->time != Timestamp();
  if (read && spec.until.time <= spec.from->time) {
    Error(problems, Child(node, "until"), "spec.until", "want a time after from", FormatTimestamp(spec.until.time),
          "an override lasts from from up to until");
  }
}

Override MakeOverride(const OverrideSpec& spec, const DocumentMetadata& metadata) {
  Override result;
  result.name = metadata.name;
  result.object_namespace = metadata.document_namespace;
  result.all = spec.all.value_or(false) && metadata.document_namespace.empty();
  result.object = spec.object.value_or("");
  result.policy = spec.policy.value_or("");
  result.kind = spec.pin       ? Override::Kind::kPin
                : spec.floor   ? Override::Kind::kFloor
                : spec.ceiling ? Override::Kind::kCeiling
                               : Override::Kind::kHold;
  result.replicas = spec.pin.value_or(spec.floor.value_or(spec.ceiling.value_or(0)));
  if (spec.from) result.from = spec.from->time;
  result.until = spec.until.time;
  result.reason = spec.reason;
  result.author = spec.author;
  return result;
}

}  // namespace

void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, Rfc3339Time& value) {
  const Result<Timestamp> time =
      node.kind == Node::Kind::kScalar ? ParseTimestamp(node.text) : Fail(Code::kInvalidArgument, "want a time");
  if (!time) return AddProblem(problems, node, path, "want a time with a zone, such as 2026-11-24T06:00:00Z");
  value.time = *time;
}

OverrideDocument ParseOverride(const DocumentText& document) { return ReadOverride(ParseDocument(document)); }

OverrideDocument ReadOverride(ParsedDocument parsed) {
  return ReadEnveloped<OverrideSpec>(std::move(parsed), [](const DocumentMetadata& metadata, const OverrideSpec& spec,
                                                           const Node* node, Problems& problems) {
    if (node != nullptr) CheckOverride(spec, metadata, *node, problems);
    return MakeOverride(spec, metadata);
  });
}

}  // namespace loadline
