// Any text is a cron expression or refused; and one that is read goes forward and back without contradiction.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "schedule/cron.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// The first eight bytes are a time in milliseconds, the rest is the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace loadline;
  static const TimeZone zone = TimeZone::Load("Europe/Berlin").value_or(TimeZone());
  std::int64_t milliseconds = 0;
  if (size < sizeof(milliseconds)) return 0;
  std::memcpy(&milliseconds, data, sizeof(milliseconds));
  const std::string_view text(reinterpret_cast<const char*>(data) + sizeof(milliseconds), size - sizeof(milliseconds));
  const Result<Cron> cron = Cron::Parse(text);
  if (!cron) {
    Require(!cron.error().message.empty());
    return 0;
  }
  const Timestamp now{Duration(milliseconds)};
  if (const auto next = cron->Next(now, zone)) {
    Require(*next > now);
    Require(cron->Latest(*next, zone) == *next);
    if (const auto latest = cron->Latest(*next - Duration(1), zone)) Require(*latest <= now);
  }
  if (const auto latest = cron->Latest(now, zone)) {
    Require(*latest <= now);
    Require(cron->Next(*latest - Duration(1), zone) == *latest);
  }
  return 0;
}
