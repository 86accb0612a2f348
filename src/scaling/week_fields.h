// The fields that go by the hours of the week: clock conditions and patterns.
#ifndef LOADLINE_SCALING_WEEK_FIELDS_H_
#define LOADLINE_SCALING_WEEK_FIELDS_H_

#include <string>

#include "document/fields.h"
#include "scaling/schedule_fields.h"
#include "schedule/pattern.h"
#include "schedule/week.h"

namespace loadline {

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Weekdays& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, TimeOfDay& value);
inline std::string TypeName(const Weekdays*) { return "days"; }
inline std::string TypeName(const TimeOfDay*) { return "time of day"; }
std::string SchemaMembers(const Weekdays*);
std::string SchemaMembers(const TimeOfDay*);

template <class Visitor>
void DescribeFields(Visitor& visit, PatternHour& hour) {
  visit({.name = "day", .help = "A day of the week, or several.", .example = "MON-FRI", .required = true}, hour.day);
  visit({.name = "hour",
         .help = "The hour that begins then.",
         .unit = "hour of the day",
         .example = "9",
         .required = true,
         .at_least = 0,
         .at_most = 23},
        hour.hour);
  visit({.name = "expectedLoad",
         .help = "The share of the peak.",
         .example = "0.8",
         .required = true,
         .at_least = 0,
         .at_most = 1},
        hour.expected_load);
}

template <class Visitor>
void DescribeFields(Visitor& visit, Pattern& pattern) {
  visit({.name = "timezone", .help = "Whose hours they are.", .example = "Europe/Berlin"}, pattern.zone);
  visit({.name = "peak",
         .help = "The replicas at an expected load of 1.",
         .unit = "replicas",
         .example = "20",
         .required = true,
         .above = 0,
         .at_most = 100'000},
        pattern.peak);
  visit({.name = "hours",
         .help = "The hours that are known; in others the signal asks for nothing.",
         .example = "[ { day: MON, hour: 9, expectedLoad: 0.8 } ]",
         .required = true},
        pattern.hours);
}

template <class Visitor>
void DescribeFields(Visitor& visit, ClockSpan& span) {
  visit({.name = "timezone", .help = "Whose clock it is.", .example = "Europe/Berlin"}, span.zone);
  visit({.name = "from", .help = "From this time on.", .example = "\"09:00\""}, span.from);
  visit({.name = "to", .help = "Up to this time; not later than from: of the next day.", .example = "\"18:00\""},
        span.to);
  visit({.name = "days", .help = "On which days it begins.", .example = "MON-FRI"}, span.days);
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_WEEK_FIELDS_H_
