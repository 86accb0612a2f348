// What has to be known of the past before a number can be learned, and when that is done.
#ifndef LOADLINE_SCALING_PLANNED_NUMBER_H_
#define LOADLINE_SCALING_PLANNED_NUMBER_H_

#include <string>
#include <vector>

#include "base/time.h"

namespace loadline {

// Two numbers, of whatever bindings, that are equal in all of this are the same.
struct PlannedNumber {
  enum class Kind { kStartDelay, kThroughput };
  struct Query {
    std::string text;            // PromQL, parameters filled in
    bool empty_is_zero = false;  // the policy's word for an empty result; of a count of replicas never

    friend auto operator<=>(const Query&, const Query&) = default;
  };

  Kind kind = Kind::kStartDelay;
  std::string source;
  std::vector<Query> queries;  // wanted and ready; or depth, replicas and what arrives or is done
  bool by_done = false;        // of a throughput: which of the two
  Duration history{0};
  double quantile = 0;  // of a start delay

  friend auto operator<=>(const PlannedNumber&, const PlannedNumber&) = default;
};

// When a number is learned anew, and on which grid: the same on every pod and in a replay.
struct NumberTimes {
  Duration step;    // of the history
  Duration refit;   // at multiples of it since 1970
  int history = 0;  // steps of it that are looked at
};

// The step is one of 15s, 30s, 1m, 5m, 10m, 15m, 30m and 1h: the shortest that is no shorter than a tick, and by which
// the history has at most 40,320 values (7 days of 15s). It is done once an hour, as it changes slowly.
NumberTimes TimesOf(const PlannedNumber& number, Duration tick);

}  // namespace loadline

#endif  // LOADLINE_SCALING_PLANNED_NUMBER_H_
