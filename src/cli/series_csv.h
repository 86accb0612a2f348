// A series as text: "ts,value", a row each step.
#ifndef LOADLINE_CLI_SERIES_CSV_H_
#define LOADLINE_CLI_SERIES_CSV_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace loadline {

struct RegularSeries {
  double first_seconds = 0;    // since the epoch, of values[0]
  std::vector<double> values;  // by step; NaN where there is no row, or no number in it
};

// Rows of seconds since the epoch and a value, oldest first; a header row may stand before them. Rows may be missing;
// "" and NaN mean the same. Fails with kInvalidArgument: the line, the rule and what was found.
Result<RegularSeries> ReadSeriesCsv(std::string_view text, Duration step);

}  // namespace loadline

#endif  // LOADLINE_CLI_SERIES_CSV_H_
