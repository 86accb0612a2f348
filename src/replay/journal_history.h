// What queries said in the past, as a journal's decisions saw it.
#ifndef LOADLINE_REPLAY_JOURNAL_HISTORY_H_
#define LOADLINE_REPLAY_JOURNAL_HISTORY_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "replay/progress.h"
#include "scaling/ports.h"
#include "scaling/recording.h"

namespace loadline {

// What of a journal is read.
struct JournalRange {
  Timestamp begin;
  Timestamp end;
  Duration heartbeat{0};      // a decision was kept so often at least
  std::size_t most_readings;  // of one for each tick and query; as many as are kept need ten times the memory
};

class JournalHistory {
 public:
  // Fails with kFailedPrecondition where the object has no decision, and as the journal's calls.
  static Result<JournalHistory> Of(std::shared_ptr<DecisionJournal> journal, const std::string& object_namespace,
                                   const std::string& object);

  // What the triggers with one of these policies set of `names`, or, where there is none, all of the object's. Fails
  // with kInvalidArgument where two of them set different values, or the journal hides one.
  Result<std::map<std::string, std::string>> Parameters(const std::vector<std::string>& policies,
                                                        const std::vector<std::string>& names) const;

  // Whether a trigger of the object sets this parameter, and the journal hides to what.
  bool Hides(const std::string& parameter) const;

  // What the decisions of all the object's triggers in [begin, end) of `range` saw; `parameters` say what the journal
  // hides of their metadata. What could not be used of it is added to `warnings`. Fails with kInvalidArgument, with
  // kCancelled where it was stopped, and as the journal's calls.
  Result<Recording> Read(const JournalRange& range, const std::map<std::string, std::string>& parameters,
                         std::vector<std::string>& warnings, Progress& progress);

 private:
  explicit JournalHistory(std::shared_ptr<DecisionJournal> journal) : journal_(std::move(journal)) {}

  std::shared_ptr<DecisionJournal> journal_;
  std::vector<BindingRecord> bindings_;
};

}  // namespace loadline

#endif  // LOADLINE_REPLAY_JOURNAL_HISTORY_H_
