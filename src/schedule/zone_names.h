// The zones that people name, for telling what was probably meant.
#ifndef LOADLINE_SCHEDULE_ZONE_NAMES_H_
#define LOADLINE_SCHEDULE_ZONE_NAMES_H_

#include <optional>
#include <string>
#include <string_view>

namespace loadline {

// Whether `name` is one of the zones that every version of the database has.
bool IsKnownZone(std::string_view name);

// "Europe/Berlin" for "Berlin", "europe/berlin" and "Europe/Berln".
std::optional<std::string> ZoneMeantBy(std::string_view name);

}  // namespace loadline

#endif  // LOADLINE_SCHEDULE_ZONE_NAMES_H_
