// Whether a forecast may be used: by what it would have said of the workload's own past, against what the naive rules
// would have said.
//
// A pure function of the history, the hysteresis too: it judges as the last refits would have judged, from the oldest
// on. So it is the same on every pod, after a restart and in a replay. docs/forecasting.md says it in words.
#ifndef LOADLINE_FORECAST_TRUST_H_
#define LOADLINE_FORECAST_TRUST_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "forecast/holidays.h"
#include "forecast/naive.h"

namespace loadline {

enum class TrustReason {
  kBetter,        // on: better than the naive rules by the margin
  kStillBetter,   // on: it was, and is not worse
  kNotBetter,     // off: not better by the margin
  kWorse,         // off: it was on, and is worse
  kShortHistory,  // off: too little to be judged by
  kGaps,          // off: too much of the history is not known
  kOutage,        // off: the history ends in an outage, or is not known at its end
  kClockJump,     // off: the clock was set since; said by who fetches the history
};

struct Trust {
  bool on = false;
  TrustReason reason = TrustReason::kShortHistory;
  double ours = 0;             // mean pinball loss in units of a usual change; 0 where it could not be judged
  double naive = 0;            // the same of the best naive rule
  std::string_view rule = "";  // its name: "last value", "same time yesterday", "same time last week"
  double coverage = 0;         // share of the judged past that lay at or below the stated quantile, as it was forecast
  double shift = 0;            // what is to be added to the quantile, in the series' own unit, to cover what it states
  double corrected = 0;        // the share that would have been covered, had each been shifted by what was known then
  int origins = 0;             // earlier points in time that were judged by

  friend bool operator==(const Trust&, const Trust&) = default;
};

struct TrustOptions {
  Duration step{60'000};      // between two values
  Duration refit{3'600'000};  // between two refits: a whole number of steps
  int horizon = 1;            // steps ahead that are judged, the last of them
  int ahead = 0;           // the first of them, which is as far ahead as a decision looks: the naive rules know what is
                           // known then. 0: all, and they know what was known at the refit
  double quantile = 0.95;  // the stated one
  int refits = 8;          // that the hysteresis looks back
  int origins = 24;        // that each refit is judged by
  double margin = 0.05;    // better by this share turns on; worse than the naive rule turns off
  double most_missing = 0.2;           // share of the history that may be unknown
  std::vector<Holiday> holidays = {};  // from the end of the history, as far as it is judged
  int window = 0;                      // values that each earlier forecast is made from; 0: all that were there
};

// From the oldest origin on to the end of the history: what it has beyond a window.
int StepsJudged(const TrustOptions& options);

// What came of the forecast of one origin, and of the naive rules'.
struct JudgedOrigin {
  std::vector<double> missed_by;                                // truth less forecast, of each value that was judged
  std::array<std::optional<double>, kNaiveRules.size()> naive;  // loss, summed; none: the rule had too little to go by
};

// Origins that were judged before, each by a hash of all that its result is a function of: so that remembering changes
// no result, whatever became of the history. With a fixed window all but one of an hour's origins were those of the
// hour before.
using TrustMemo = std::unordered_map<std::uint64_t, JudgedOrigin>;

// `history` by step, oldest first, ending at the refit time; NaN: not known. Cost: a forecast for each origin of each
// refit, 31 by default, that is not in `memo`, which has them afterwards. REQUIRES: step, refit, horizon, refits and
// origins above 0.
Trust JudgeTrust(std::span<const double> history, const TrustOptions& options, TrustMemo& memo);
Trust JudgeTrust(std::span<const double> history, const TrustOptions& options);

// As it stands in JSON and metrics: "Better"; and back.
std::string_view TrustCode(TrustReason reason);
std::optional<TrustReason> ParseTrustCode(std::string_view code);
// A rule's name as Trust has it, which outlives all; none where no rule is named so.
std::optional<std::string_view> ParseNaiveRule(std::string_view name);

// The same in words: "better than the naive rules by the margin".
std::string_view TrustSentence(TrustReason reason);

}  // namespace loadline

#endif  // LOADLINE_FORECAST_TRUST_H_
