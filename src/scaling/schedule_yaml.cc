#include <utility>

#include "scaling/schedule_fields.h"

namespace loadline {
namespace {

// What `parse` makes of a scalar. Its messages show what was found.
template <class T>
void ReadParsed(const Node& node, const std::string& path, Problems& problems, std::string_view want,
                Result<T> (*parse)(std::string_view), T& value) {
  if (node.kind != Node::Kind::kScalar) return AddProblem(problems, node, path, "want " + std::string(want));
  Result<T> parsed = parse(node.text);
  if (parsed) {
    value = std::move(*parsed);
  } else {
    problems.push_back({node.at, path, parsed.error().message, "", "", Severity::kError});
  }
}

}  // namespace

void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, TimeZone& value) {
  ReadParsed(node, path, problems, "a time zone such as Europe/Berlin", &TimeZone::Load, value);
}

void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, Cron& value) {
  ReadParsed(node, path, problems, "a cron expression such as \"0 8 * * MON-FRI\"", &Cron::Parse, value);
}

void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, DateRange& value) {
  ReadParsed(node, path, problems, "a date such as 2026-12-24, or two with .. between", &ParseDateRange, value);
}

void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, LocalDateTime& value) {
  ReadParsed(node, path, problems, "a local date and time such as 2026-11-27T06:00", &ParseLocalMinute, value.minute);
}

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems,
               CalendarNames& value) {
  Field name = field;
  name.pattern = "[a-z0-9-]{1,63}";
  name.pattern_help = "the name of a Calendar, 1 to 63 of a-z, 0-9 and -";
  value.names.clear();
  if (node.kind == Node::Kind::kList) return ReadAny(node, name, path, problems, value.names);
  ReadScalar(node, name, path, problems, value.names.emplace_back());
}

}  // namespace loadline
