#include "scaling/calendar_yaml.h"

#include <utility>

#include "scaling/read_enveloped.h"
#include "scaling/schedule_check.h"
#include "scaling/schedule_fields.h"

namespace loadline {

CalendarDocument ParseCalendar(const DocumentText& document) { return ReadCalendar(ParseDocument(document)); }

CalendarDocument ReadCalendar(ParsedDocument parsed) {
  CalendarDocument result = ReadEnveloped<CalendarSpec>(std::move(parsed), [](const DocumentMetadata& metadata,
                                                                              const CalendarSpec& spec,
                                                                              const Node* node, Problems& problems) {
    return node != nullptr ? MakeCalendar(metadata.name, spec, *node, "spec", problems) : Calendar{metadata.name, {}};
  });
  result.document_namespace.clear();  // calendars are for all
  return result;
}

}  // namespace loadline
