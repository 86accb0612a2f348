// What a binding's records of a span of time come to.
#ifndef LOADLINE_API_SPAN_SUMMARY_H_
#define LOADLINE_API_SPAN_SUMMARY_H_

#include <optional>
#include <span>

#include "scaling/decision_record.h"

namespace loadline {

struct TimeSpan {
  Timestamp from;
  Timestamp until;  // not included
};

// What a summary goes by of a record: readings are large.
struct SummedRecord {
  Timestamp tick;
  RecordKind kind = RecordKind::kChange;
  std::optional<double> replicas;
  bool failed = false;
  bool held = false;  // a signal had no reading, and what it last asked for stood
};

struct SpanSummary {
  int changes = 0;             // records of a change
  Duration known{0};           // how long there was a number
  Duration error{0};           // how long there was none, by an error
  Duration held{0};            // of `known`: how long a signal had no reading and was held
  std::optional<double> mean;  // replicas, over the time that they are known
  std::optional<double> highest;
};

// `records`: of one binding, the latest first; the last of them may be from before the span. A record stands until the
// next one, but not for longer than `stands`: past that nothing is known. 0: for as long as it takes.
SpanSummary Summarize(std::span<const SummedRecord> records, TimeSpan span, Duration stands);

}  // namespace loadline

#endif  // LOADLINE_API_SPAN_SUMMARY_H_
