// What `replay` on history, `record` and `recommend` begin with: policies, bound to an object, and what their queries
// said, from a Prometheus, a journal or a recording.
#ifndef LOADLINE_REPLAY_REPLAY_INPUT_H_
#define LOADLINE_REPLAY_REPLAY_INPUT_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "document/node.h"
#include "replay/progress.h"
#include "replay/source_history.h"
#include "scaling/ports.h"
#include "scaling/recording.h"
#include "scaling/workload_model.h"
#include "schedule/calendar.h"
#include "schedule/schedule.h"

namespace loadline {

using OpenDecisionJournal = std::function<Result<std::shared_ptr<DecisionJournal>>()>;

struct ReplayInput {
  std::vector<std::string> policies;  // files with one policy each, or FILE#NAME; and
  std::vector<std::string> texts;     // texts with one each
  std::vector<std::string> with;      // files with Calendars; *.ics too; and
  std::vector<std::shared_ptr<const Calendar>> calendars;
  std::string object;  // NAMESPACE/NAME; empty: the recording's, else default/app
  std::map<std::string, std::string> parameters;
  // One of:
  std::string recording;                         // a file
  std::string prometheus;                        // a server's URL, with `from`
  OpenDecisionJournal open_journal;              // with `object`
  SourceLookup sources;                          // sources that are there, with `from`
  Duration heartbeat = std::chrono::minutes(5);  // the journal's: how often a decision is kept that changes nothing
  std::string from;                              // RFC 3339, or -14d: before now
  std::string to;                                // likewise; empty: now
  std::vector<std::string> queries;              // PromQL that is to be recorded, too
  // Likewise, where it is no signal's name, NAME.arrivals or NAME.depth.
  std::vector<std::string> queries_or_signals;
  Duration interval{15000};         // of ticks, from Prometheus
  std::optional<Duration> history;  // from Prometheus: before `from`; else what the policies look back on
  std::string ca_file;
  std::string bearer_token_file;
  std::size_t most_readings = 200'000'000;  // ticks times queries
  std::size_t most_ticks = kMostRecordedTicks;
  std::optional<Duration> longest_range;  // without `from` that much of a journal
  // What counts instead of what the policies say.
  std::optional<int> min;
  std::optional<int> max;
};

struct LoadedPolicy {
  std::string file;
  std::string label;  // by which it is told from the others
  Node spec;          // as it was written
  Policy policy;
  Parameters parameters;
  QueryPlan plan;
};

struct LoadedReplay {
  std::vector<std::unique_ptr<const LoadedPolicy>> policies;
  std::vector<std::shared_ptr<const Calendar>> calendars;
  Recording recording;
  Timestamp begin;  // what is to be replayed of it: [begin, end)
  Timestamp end;
  std::vector<std::string> warnings;

  std::vector<ReplayMember> Members() const;
  CalendarLookup Lookup() const;  // refers to this
};

// Fails with kInvalidArgument where the request, a file or the server's answer is bad, with kFailedPrecondition where
// there is no data in the range, and with kCancelled where it was stopped; the message says how to mend it.
Result<LoadedReplay> LoadReplay(const ReplayInput& input, Timestamp now, Progress& progress);

}  // namespace loadline

#endif  // LOADLINE_REPLAY_REPLAY_INPUT_H_
