// Readings over time as text: Prometheus' notation for tests, and words for what a source may say besides numbers.
#ifndef LOADLINE_SCALING_SCENARIO_SERIES_H_
#define LOADLINE_SCALING_SCENARIO_SERIES_H_

#include <string_view>
#include <vector>

#include "base/result.h"
#include "scaling/reading.h"

namespace loadline {

// The most steps of one series.
inline constexpr std::size_t kMostSteps = 1'000'000;

// Reads words that stand for one step or several:
//   7          a number
//   1+2x3      1 3 5 7: the first, then 3 more, each 2 higher
//   9-2x3      9 7 5 3
//   5x3        5 5 5 5: the first, then 3 more
//   ~5 ~5x3    likewise, where the source says that data is missing
//   _          no such series; _x3 is three steps
//   failed     no answer; failedx3 is three steps
//   nan many refused   no number; several series; the query refused: likewise
// as promqltest has them (Prometheus, promql/promqltest/README.md), words for failures added. Fails with
// kInvalidArgument; the message shows the word.
Result<std::vector<Reading>> ParseSeries(std::string_view text);

// What the source says of a reading, in words; empty for a number.
std::string_view ProblemOf(const Reading& reading);

}  // namespace loadline

#endif  // LOADLINE_SCALING_SCENARIO_SERIES_H_
