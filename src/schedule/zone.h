// Time zones, and what clocks show there.
//
// Clocks jump. What that means is said here once, and holds for all of schedule/: an order of local minutes is also
// the order of the moments at which they come.
//   - A local minute that the clocks jump over comes at the jump. Berlin, 29 March 2026, 02:30: at 03:00 (01:00Z).
//   - One that the clocks show twice comes once, the first time. Berlin, 25 October 2026, 02:30: at 00:30Z, not 01:30Z.
#ifndef LOADLINE_SCHEDULE_ZONE_H_
#define LOADLINE_SCHEDULE_ZONE_H_

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace loadline {

// A date and a time of day as clocks show them, of whatever zone: 2026-11-27T06:00.
using LocalMinute = std::chrono::local_time<std::chrono::minutes>;

// Reads "2026-11-27T06:00". Fails with kInvalidArgument, also where a zone or an offset stands behind it.
Result<LocalMinute> ParseLocalMinute(std::string_view text);
std::string FormatLocalMinute(LocalMinute minute);

// A zone of the IANA database. Small, immutable, cheap to copy; all threads may use it.
class TimeZone {
 public:
  TimeZone() = default;  // UTC

  // Finds a zone by its IANA name, "Europe/Berlin". UTC is always there. The others are read from the system's
  // zoneinfo (package tzdata) the first time that they are asked for: the one file access of the pure core; it belongs
  // to loading a policy, never to a decision. Fails with kInvalidArgument where there is no such zone.
  static Result<TimeZone> Load(std::string_view name);

  const std::string& name() const;

  // What the clocks show.
  LocalMinute ToLocal(Timestamp time) const;

  // When `minute` comes; see above for one that never comes, or twice.
  Timestamp ToTime(LocalMinute minute) const;

  // The first minute to come after `time`: it and all later ones come after `time`, all earlier ones have come.
  LocalMinute FirstAfter(Timestamp time) const;

  friend bool operator==(const TimeZone& a, const TimeZone& b) { return a.name() == b.name(); }
  friend auto operator<=>(const TimeZone& a, const TimeZone& b) { return a.name() <=> b.name(); }

 private:
  struct Rules;  // cctz's
  explicit TimeZone(std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {}

  std::shared_ptr<const Rules> rules_;  // null: UTC, which needs none
};

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_ZONE_H_
