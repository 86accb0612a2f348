// The course of a binding over a span of the journal, as a plot wants it: not more decisions than it can show, and what
// stood in which part of it.
#ifndef LOADLINE_API_TIMELINE_H_
#define LOADLINE_API_TIMELINE_H_

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "api/span_summary.h"
#include "scaling/decision_record.h"

namespace loadline {

// Something that held over a part of the span: a rule that fired, a signal without a reading, an override.
struct TimelineMark {
  std::string kind;  // "rule", "override", "missing", "limit", "slowed", "gate", "mode", "error"; "unknown": no record
  std::string reason;  // the code of why, as of the step or the signal (reason.h); of an error its code
  std::string name;    // of the signal, rule or override; may be empty
  Timestamp from;
  Timestamp until;
  std::size_t records = 0;

  friend bool operator==(const TimelineMark&, const TimelineMark&) = default;
};

// Takes records, the latest first, and keeps that one, and of each stretch of the span those with the highest and the
// lowest number, so that no peak is lost; where there is no number, one that failed. So it needs no more memory than it
// keeps.
class Timeline {
 public:
  // `stands`: how long a record stands where none follows. `points`: how many decisions are kept, about.
  Timeline(TimeSpan span, Duration stands, std::size_t points);

  // A signal's state, where it is known: of those without a reading there is a mark.
  using Signals = std::vector<std::pair<std::string, Reason>>;  // by name
  void Take(DecisionRecord record, const Signals& signals);

  // The records, the earliest first, with what stood at the span's begin. To be called once, at the end.
  std::vector<DecisionRecord> Kept();
  // The earliest first; what is less apart than a stretch, and stood for the same reason, is one.
  std::vector<TimelineMark> Marks();
  std::size_t taken() const { return taken_; }

 private:
  void Mark(const std::string& kind, const std::string& reason, const std::string& name, TimeSpan stood);
  void Keep(DecisionRecord record);

  const TimeSpan span_;
  const Duration stands_;
  const Duration stretch_;
  Timestamp next_;  // the begin of the record that follows, or the span's end
  std::size_t taken_ = 0;
  struct Stretch {
    std::optional<DecisionRecord> highest;
    std::optional<DecisionRecord> lowest;
  };
  std::map<Timestamp, Stretch> stretches_;
  // By kind, name and reason, the latest first: of one limit both ends are told.
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<TimelineMark>> marks_;
};

}  // namespace loadline

#endif  // LOADLINE_API_TIMELINE_H_
