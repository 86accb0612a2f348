// Which decisions go to the journal: those that changed, and one at each heartbeat.
#ifndef LOADLINE_CONTROLLER_JOURNAL_FEED_H_
#define LOADLINE_CONTROLLER_JOURNAL_FEED_H_

#include <cstddef>
#include <memory>
#include <optional>

#include "controller/binding.h"
#include "controller/decision_log.h"
#include "scaling/decision_record.h"

namespace loadline {

// What was journaled last of a binding.
class JournaledDecision {
 public:
  // Whether `answer` is to be journaled after this, and why; then it is the last from now on. `logged` is what the log
  // would call its state. Heartbeats are at multiples of `heartbeat`, so that all pods have them at the same ticks; 0:
  // none. Of a tick that is decided twice, as policies changed, the first decision is kept, and the change comes with
  // the next tick: of a binding and tick there is one record, on all pods.
  std::optional<RecordKind> Advance(const PublishedAnswer& answer, const LoggedDecision& logged, Duration heartbeat);

 private:
  std::optional<std::size_t> state_;
  std::uint64_t policy_hash_ = 0;
  Timestamp time_;
};

// As it may be shown to anybody. Copies the key's metadata: not for each decision.
BindingRecord BindingRecordOf(const BindingKey& key);

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_JOURNAL_FEED_H_
