#include "schedule/date.h"

#include <catch2/catch.hpp>

#include "schedule/calendar.h"

namespace loadline {
namespace {

DateRange Range(std::string_view text) { return ParseDateRange(text).value(); }

TEST_CASE("Dates and ranges of them are read as they are written") {
  const std::string text = GENERATE("2026-12-24", "2024-02-29", "1970-01-01", "2026-12-24..2026-12-26");
  CHECK(FormatDateRange(Range(text)) == text);
}

TEST_CASE("What is no date is refused, and shown") {
  const auto [text, message] = GENERATE(table<std::string, std::string>({
      {"", "want a date such as 2026-12-24; found \"\""},
      {"24.12.2026", "want a date such as 2026-12-24; found \"24.12.2026\""},
      {"2026-12-4", "want a date such as 2026-12-24; found \"2026-12-4\""},
      {"2026-02-29", "want a day that there is; found \"2026-02-29\""},
      {"2026-13-01", "want a day that there is; found \"2026-13-01\""},
      {"1969-12-31", "want a date of the years 1970 to 2199; found \"1969-12-31\""},
      {"2026-12-24..", "want a date such as 2026-12-24; found \"\""},
      {"2026-12-26..2026-12-24", "want a range that goes forward; found \"2026-12-26..2026-12-24\""},
  }));
  CAPTURE(text);
  CHECK(ParseDateRange(text).error().code == Code::kInvalidArgument);
  CHECK(ParseDateRange(text).error().message == message);
}

TEST_CASE("MergeRanges leaves the same days in order, touching ones joined") {
  const std::vector<DateRange> merged = MergeRanges({Range("2026-12-31"), Range("2026-05-01..2026-05-03"),
                                                     Range("2026-05-02"), Range("2027-01-01"), Range("2026-05-05")});
  CHECK(merged == std::vector{Range("2026-05-01..2026-05-03"), Range("2026-05-05"), Range("2026-12-31..2027-01-01")});
}

TEST_CASE("A calendar contains the days of its ranges, the first and the last included") {
  const Calendar calendar{"c", MergeRanges({Range("2026-12-24..2026-12-26"), Range("2026-01-01")})};
  const auto [date, contained] = GENERATE(table<std::string, bool>({{"2025-12-31", false},
                                                                    {"2026-01-01", true},
                                                                    {"2026-01-02", false},
                                                                    {"2026-12-23", false},
                                                                    {"2026-12-24", true},
                                                                    {"2026-12-26", true},
                                                                    {"2026-12-27", false}}));
  CAPTURE(date);
  CHECK(calendar.Contains(ParseDate(date).value()) == contained);
  CHECK_FALSE(Calendar{}.Contains(ParseDate(date).value()));
}

}  // namespace
}  // namespace loadline
