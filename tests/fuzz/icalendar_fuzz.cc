// Any text is a calendar or refused; and what is read is in order and within the horizon.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "schedule/icalendar.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace loadline;
  ICalendarOptions options;
  options.occurrences = 2'000;  // for speed
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<Calendar> calendar = ParseICalendar("fuzz", text, options);
  if (!calendar) {
    Require(!calendar.error().message.empty());
    return 0;
  }
  const DateRange* before = nullptr;
  for (const DateRange& range : calendar->ranges) {
    Require(range.first <= range.last);
    Require(range.first >= options.horizon.first && range.last <= options.horizon.last);
    Require(before == nullptr || before->last < range.first);
    Require(calendar->Contains(range.first) && calendar->Contains(range.last));
    before = &range;
  }
  return 0;
}
