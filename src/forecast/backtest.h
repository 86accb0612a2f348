// What forecasts would have been worth: made at earlier points in time from what was known then, and held against what
// came.
#ifndef LOADLINE_FORECAST_BACKTEST_H_
#define LOADLINE_FORECAST_BACKTEST_H_

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace loadline {

struct BacktestOptions {
  Duration step{60'000};              // between two values
  int horizon = 30;                   // steps ahead, all of which are scored
  double quantile = 0.95;             // the upper edge; the lower one lies as far from the other end
  Duration spacing{15 * 60'000};      // between origins, at least; never less than the horizon
  Duration most{7 * 24 * 3'600'000};  // of the end of the history that is forecast: a third of it, and at most so much
};

// One way to forecast, over all values that were scored.
struct BacktestScore {
  std::string_view name;  // a model, or kMixtureName: what Loadline uses
  double error = 0;       // mean absolute, of the median
  double pinball = 0;     // mean loss of the quantile: q * what is above it, 1 - q times what is below
  double coverage = 0;    // share that lay at or below it
  int origins = 0;        // at which it could be used: fewer where it wants more history than there was
};
inline constexpr std::string_view kMixtureName = "loadline";

// A forecast of one value, by what Loadline uses.
struct BacktestPoint {
  int index = 0;  // of the value
  double lower = 0;
  double middle = 0;
  double upper = 0;
};

struct Backtest {
  std::vector<BacktestScore> scores;  // the mixture first; then the models that were judged at all origins, then the
                                      // others, the least pinball loss first
  std::vector<BacktestPoint> points;  // in the order of time
  int origins = 0;
};

// Called after each origin.
using BacktestProgress = std::function<void(int done, int origins)>;

// `history` by step, oldest first, NaN where not known. A forecast from an origin knows nothing that came after it: it
// is given no more. Fails with kInvalidArgument (options) and kFailedPrecondition (too little to go by).
Result<Backtest> MakeBacktest(std::span<const double> history, const BacktestOptions& options,
                              const BacktestProgress& progress = nullptr);

}  // namespace loadline

#endif  // LOADLINE_FORECAST_BACKTEST_H_
