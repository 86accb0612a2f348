// Rows of a series: they are refused by their line, or are values at steps.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cli/series_csv.h"
#include "fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace loadline;
  using fuzz::Require;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<RegularSeries> series = ReadSeriesCsv(text, std::chrono::minutes(1));
  if (!series) {
    Require(series.error().message.starts_with("line "));
    fuzz::RequireOneLine(series.error().message, 200);
    return 0;
  }
  Require(std::abs(series->first_seconds) <= 1e11);  // it becomes a time
  for (const double value : series->values) Require(std::isnan(value) || std::isfinite(value));
  // The first and the last are of rows.
  Require(series->values.empty() || text.find(',') != std::string_view::npos);
  return 0;
}
