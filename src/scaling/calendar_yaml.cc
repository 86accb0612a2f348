#include "scaling/calendar_yaml.h"

#include <algorithm>

#include "scaling/envelope.h"
#include "scaling/schedule_check.h"
#include "scaling/schedule_fields.h"

namespace loadline {
CalendarDocument ParseCalendar(const DocumentText& document) { return ReadCalendar(ParseDocument(document)); }

CalendarDocument ReadCalendar(ParsedDocument parsed) {
  CalendarDocument result;
  result.problems = std::move(parsed.problems);
  if (HasErrors(result.problems) && parsed.root.kind != Node::Kind::kMap) return result;

  Envelope<CalendarSpec> envelope;
  ReadFields(parsed.root, "", result.problems, envelope);
  result.name = envelope.metadata.name;
  Calendar calendar{result.name, {}};
  if (const Node* spec = parsed.root.Find("spec"); spec != nullptr && spec->kind == Node::Kind::kMap)
    calendar = MakeCalendar(result.name, envelope.spec, *spec, "spec", result.problems);
  std::ranges::stable_sort(result.problems, {}, &Problem::at);
  if (!HasErrors(result.problems)) result.calendar = std::move(calendar);
  return result;
}

}  // namespace loadline
