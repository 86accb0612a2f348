// Durations and times: whatever is written is refused with a word, or read; and what was read can be written, and is
// the same when it is read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/time.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace loadline;
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  const Result<Duration> duration = ParseDuration(text);
  Require(duration || !duration.error().message.empty());
  if (duration) {
    Require(*duration >= Duration::zero());
    Require(ParseDuration(FormatDuration(*duration)) == *duration);
  }

  const Result<Timestamp> time = ParseTimestamp(text);
  Require(time || !time.error().message.empty());
  if (time) {
    const std::string written = FormatTimestamp(*time);
    // A zone may move a time out of the years of four digits.
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(*time));
    if (date.year() >= std::chrono::year(0) && date.year() <= std::chrono::year(9999))
      Require(ParseTimestamp(written) == *time);
  }
  return 0;
}
