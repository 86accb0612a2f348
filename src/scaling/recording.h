// What queries said over a stretch of time: what a policy can be replayed on (replay_run.h). As text one file, which a
// spreadsheet reads too (docs/replay.md):
//
//   # loadline recording 1
//   # object payments/payments-worker
//   # parameter topic=payments
//   # interval 15s
//   # from 2026-11-24T06:00:00Z
//   # query q1 default sum(kafka_consumergroup_lag{topic="payments"})
//   time,q1
//   2026-11-24T05:59:45Z,80
//   2026-11-24T06:00:00Z,empty
#ifndef LOADLINE_SCALING_RECORDING_H_
#define LOADLINE_SCALING_RECORDING_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "scaling/reading.h"

namespace loadline {

// The most ticks of one: a gap of years is a typing error.
inline constexpr std::size_t kMostRecordedTicks = 10'000'000;

struct RecordedQuery {
  std::string source;
  std::string text;               // PromQL, parameters filled in; line breaks and runs of blanks count as one blank
  std::vector<Reading> readings;  // one for each tick; kFailed where nothing is known
};

struct Recording {
  std::string object_namespace = "default";  // of the ScaledObject
  std::string object = "app";
  std::map<std::string, std::string> parameters;  // what its trigger set
  Timestamp begin;                                // of the first tick, a multiple of the interval
  Duration interval{15000};
  std::size_t ticks = 0;
  Timestamp from;  // what lies before is to look back on: windows and forecasts begin with it
  std::vector<RecordedQuery> queries;

  Timestamp TimeAt(std::size_t tick) const { return begin + interval * static_cast<Duration::rep>(tick); }
  // The first tick at or after `time`; `ticks` where there is none.
  std::size_t TickAt(Timestamp time) const;
  // -1 where it was not recorded.
  int Find(std::string_view source, std::string_view text) const;
  // A copy that ends before `end`: what was known by then.
  Recording Until(Timestamp end) const;
};

// Complete, and without loss: ParseRecording reads back an equal one, but for blanks in queries.
std::string FormatRecording(const Recording& recording);

// Rows may be missing: nothing is known of their ticks. A cell is a number, one of the words empty, several, notFinite,
// failed and refused, or partial:NUMBER; an empty cell means failed. A time is RFC 3339 or seconds since 1970. Fails
// with kInvalidArgument: the line, the rule and what was found.
Result<Recording> ParseRecording(std::string_view text);

}  // namespace loadline

#endif  // LOADLINE_SCALING_RECORDING_H_
