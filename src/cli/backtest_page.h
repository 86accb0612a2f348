// A backtest as one page for a browser, that needs nothing else: no script, no other file or host.
#ifndef LOADLINE_CLI_BACKTEST_PAGE_H_
#define LOADLINE_CLI_BACKTEST_PAGE_H_

#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "forecast/backtest.h"

namespace loadline {

// A day of a backtest, in UTC.
struct BacktestDay {
  Timestamp begin;
  double pinball = 0;                 // mean loss of the values that were scored
  int values = 0;                     // that were
  std::vector<BacktestPoint> points;  // of the day
};

// The day with the greatest mean loss, of those with at least half as many values as the fullest. `first`: the time of
// history[0]. REQUIRES: a value that was scored.
BacktestDay WorstDay(const Backtest& backtest, std::span<const double> history, Timestamp first,
                     const BacktestOptions& options);

struct BacktestPage {
  std::string title;                            // what was forecast
  std::string summary;                          // of how much, and how
  std::vector<std::vector<std::string>> table;  // the first row is the header
};

// The table, and a plot of the worst day: what came, the median and the band of quantiles. Well-formed XML, too.
std::string FormatBacktestPage(const BacktestPage& page, const BacktestDay& day, std::span<const double> history,
                               Timestamp first, const BacktestOptions& options);

}  // namespace loadline

#endif  // LOADLINE_CLI_BACKTEST_PAGE_H_
