#include "replay/asked_range.h"

#include <fmt/format.h>

#include "base/text.h"

namespace loadline {
namespace {

// RFC 3339; "-14d": so long before `now`; "now".
Result<Timestamp> ParseTime(const std::string& text, Timestamp now) {
  if (text == "now") return now;
  if (text.starts_with('-')) {
    const Result<Duration> before = ParseDuration(std::string_view(text).substr(1));
    if (before) return now - *before;
  }
  Result<Timestamp> time = ParseTimestamp(text);
  if (time) return time;
  return Invalid(fmt::format("want a time such as 2026-11-24T06:00:00Z, or -14d; found \"{}\"", OneLine(text, 60)));
}

}  // namespace

Result<std::pair<Timestamp, Timestamp>> AskedRange(const ReplayInput& input, Timestamp first, Timestamp last,
                                                   Timestamp base) {
  const Result<Timestamp> from = input.from.empty() ? first : ParseTime(input.from, base);
  if (!from) return Invalid("--from: " + from.error().message);
  const Result<Timestamp> to = input.to.empty() ? last : ParseTime(input.to, base);
  if (!to) return Invalid("--to: " + to.error().message);
  return std::pair(*from, *to);
}

}  // namespace loadline
