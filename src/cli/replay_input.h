// What `replay` on history, `record` and `recommend` begin with: policies, bound to an object, and what their queries
// said, from a Prometheus, a journal or a recording.
#ifndef LOADLINE_CLI_REPLAY_INPUT_H_
#define LOADLINE_CLI_REPLAY_INPUT_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/progress.h"
#include "document/node.h"
#include "scaling/recording.h"
#include "scaling/workload_model.h"
#include "schedule/calendar.h"
#include "schedule/schedule.h"

namespace loadline {

struct ReplayInput {
  std::vector<std::string> policies;  // files with one policy each, or FILE#NAME
  std::vector<std::string> with;      // files with Calendars; *.ics too
  std::string object;                 // NAMESPACE/NAME; empty: the recording's, else default/app
  std::map<std::string, std::string> parameters;
  // One of:
  std::string recording;   // a file
  std::string prometheus;  // a server's URL, with `from`
  std::string journal;     // a file of SQLite, or a URL as in journal.url, with `object`
  std::string journal_password_file;
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

// Fails with kInvalidArgument where the request, a file or the server's answer is bad, and with kFailedPrecondition
// where there is no data in the range; the message says how to mend it.
Result<LoadedReplay> LoadReplay(const ReplayInput& input, Timestamp now, Progress& progress);

// RFC 3339; "-14d": so long before `now`; "now". Fails with kInvalidArgument.
Result<Timestamp> ParseTime(const std::string& text, Timestamp now);

}  // namespace loadline

#endif  // LOADLINE_CLI_REPLAY_INPUT_H_
