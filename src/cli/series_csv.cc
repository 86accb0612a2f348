#include "cli/series_csv.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/text.h"

namespace loadline {
namespace {

constexpr std::size_t kMostValues = 10'000'000;  // a gap of years is a typing error, not a series
constexpr double kMostSeconds = 1e11;            // since 1970: more does not fit into a time

bool IsMissing(std::string_view value) {
  return value.empty() || value == "NaN" || value == "nan" || value == "+Inf" || value == "-Inf" || value == "inf" ||
         value == "-inf";
}

}  // namespace

Result<RegularSeries> ReadSeriesCsv(std::string_view text, Duration step) {
  RegularSeries series;
  const double seconds = std::chrono::duration<double>(step).count();
  int line_number = 0;
  const auto fail = [&](std::string_view what, std::string_view found) {
    return Fail(Code::kInvalidArgument,
                fmt::format("line {}: {}; found \"{}\"", line_number, what, OneLine(found, 60)));
  };
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    ++line_number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const std::size_t comma = line.find(',');
    if (comma == std::string_view::npos) return fail("want ts,value", line);
    const Result<double> time = ParseNumber(line.substr(0, comma));
    if (!time && line_number == 1) continue;  // the header
    if (!time || std::abs(*time) > kMostSeconds) return fail("want seconds since the epoch before the comma", line);
    const std::string_view value_text = line.substr(comma + 1);
    double value = std::numeric_limits<double>::quiet_NaN();
    if (!IsMissing(value_text)) {
      const Result<double> number = ParseNumber(value_text);
      if (!number) return fail("want a number, or nothing, after the comma", line);
      value = *number;
    }
    if (series.values.empty()) series.first_seconds = *time;
    const double place = (*time - series.first_seconds) / seconds;
    if (std::abs(place - std::round(place)) > 1e-6)
      return fail(fmt::format("rows are whole steps of {:g} s apart", seconds), line);
    if (!series.values.empty() && place < static_cast<double>(series.values.size()) - 0.5)
      return fail("rows are in the order of time, each time once", line);
    if (place > static_cast<double>(kMostValues))
      return fail(fmt::format("a series has at most {} steps", kMostValues), line);
    series.values.resize(static_cast<std::size_t>(std::llround(place)), std::numeric_limits<double>::quiet_NaN());
    series.values.push_back(value);
  }
  return series;
}

}  // namespace loadline
