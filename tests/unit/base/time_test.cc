#include "base/time.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

using namespace std::chrono_literals;

TEST_CASE("ParseDuration reads what Prometheus writes") {
  const auto [text, want] = GENERATE(table<std::string, Duration>({
      {"0", 0ms},
      {"90s", 90s},
      {"5m", 5min},
      {"1h30m", 90min},
      {"2w", 14 * 24h},
      {"1d12h", 36h},
      {"250ms", 250ms},
      {"1y", 365 * 24h},
      {"1m500ms", 60500ms},
  }));
  CAPTURE(text);
  CHECK(ParseDuration(text) == want);
}

TEST_CASE("ParseDuration refuses everything else, and shows what it found") {
  const std::string text = GENERATE("", "5", "m", "5 m", "-5m", "5m5m", "5s1m", "1.5h", "5M", "5mm",
                                    "99999999999999999s", "300000000y", "5m ");
  CAPTURE(text);
  const Result<Duration> duration = ParseDuration(text);
  REQUIRE_FALSE(duration.has_value());
  CHECK(duration.error().code == Code::kInvalidArgument);
  CHECK(duration.error().message == "want a duration such as 90s, 5m or 1h30m; found \"" + text + "\"");
}

TEST_CASE("FormatDuration writes what ParseDuration reads back") {
  for (const Duration duration : {Duration(0ms), Duration(90s), Duration(5min), Duration(14 * 24h), Duration(15 * 24h),
                                  Duration(1ms), Duration(366 * 24h), Duration(3723004ms)}) {
    CAPTURE(duration.count());
    CHECK(ParseDuration(FormatDuration(duration)) == duration);
  }
  CHECK(FormatDuration(90s) == "1m30s");
  CHECK(FormatDuration(14 * 24h) == "2w");
  CHECK(FormatDuration(-90s) == "-1m30s");
}

TEST_CASE("AlignDown goes to the multiple before, also before 1970") {
  CHECK(AlignDown(Timestamp(29999ms), 15s) == Timestamp(15s));
  CHECK(AlignDown(Timestamp(30000ms), 15s) == Timestamp(30s));
  CHECK(AlignDown(Timestamp(-1ms), 15s) == Timestamp(-15s));
}

TEST_CASE("FormatTimestamp is RFC 3339 in UTC") {
  CHECK(FormatTimestamp(Timestamp(1795500000123ms)) == "2026-11-24T06:00:00.123Z");
}

}  // namespace
}  // namespace loadline
