#include "scaling/calendar_yaml.h"

#include <algorithm>

#include "scaling/schedule_check.h"
#include "scaling/schedule_fields.h"

namespace loadline {
namespace {

// What kubectl and controllers add; let through unread.
struct Unread {};
void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, Unread&) {
  if (node.kind != Node::Kind::kNull) WantKind(node, Node::Kind::kMap, path, problems);
}

struct Metadata {
  std::string name;
  Unread labels;
  Unread annotations;
};

template <class Visitor>
void DescribeFields(Visitor& visit, Metadata& metadata) {
  visit({.name = "name",
         .help = "The calendar's name, for `except.calendar` in schedules.",
         .example = "holidays-de",
         .required = true,
         .pattern = "[a-z0-9-]{1,63}",
         .pattern_help = "1 to 63 of a-z, 0-9 and -"},
        metadata.name);
  visit({.name = "labels", .help = "Kubernetes' labels; not read."}, metadata.labels);
  visit({.name = "annotations", .help = "Kubernetes' annotations; not read."}, metadata.annotations);
}

// Kubernetes' envelope around a calendar.
struct Envelope {
  std::string api_version;
  std::string kind;
  Metadata metadata;
  CalendarSpec spec;
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
         .example = "Calendar",
         .required = true,
         .pattern = "Calendar",
         .pattern_help = "Calendar"},
        envelope.kind);
  visit({.name = "metadata", .help = "The calendar's name.", .example = "{ name: holidays-de }", .required = true},
        envelope.metadata);
  visit({.name = "spec", .help = "Its dates.", .example = "{ dates: [2026-05-01] }", .required = true}, envelope.spec);
}

}  // namespace

CalendarDocument ParseCalendar(const DocumentText& document) {
  CalendarDocument result;
  ParsedDocument parsed = ParseDocument(document);
  result.problems = std::move(parsed.problems);
  if (HasErrors(result.problems) && parsed.root.kind != Node::Kind::kMap) return result;

  Envelope envelope;
  ReadFields(parsed.root, "", result.problems, envelope);
  result.name = envelope.metadata.name;
  Calendar calendar{result.name, {}};
  if (const Node* spec = parsed.root.Find("spec"); spec != nullptr && spec->kind == Node::Kind::kMap)
    calendar = MakeCalendar(result.name, envelope.spec, *spec, "spec", result.problems);
  std::ranges::stable_sort(result.problems, {}, &Problem::at);
  if (!HasErrors(result.problems)) result.calendar = std::move(calendar);
  return result;
}

std::string KindOf(const DocumentText& document) {
  const Node root = ParseDocument(document).root;
  const Node* kind = root.Find("kind");
  return kind != nullptr && kind->kind == Node::Kind::kScalar ? kind->text : "";
}

}  // namespace loadline
