// What is about to be written: decisions as records, with the bindings and policies that the journal may not have yet.
#ifndef LOADLINE_JOURNAL_PENDING_BATCH_H_
#define LOADLINE_JOURNAL_PENDING_BATCH_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>

#include "scaling/ports.h"

namespace loadline {

// Not thread-safe.
class PendingBatch {
 public:
  bool empty() const { return batch_.decisions.empty() && batch_.policies.empty(); }
  // Its bindings and policies are those that were not written before.
  const JournalBatch& batch() const { return batch_; }

  void Add(const MadeDecision& made, Timestamp now);
  void Add(const std::shared_ptr<const Policy>& policy, Timestamp now);

  // It is written: what was in it need not be written again.
  void Written();
  // Nothing is known of what the journal has: it may be another one. So the batch has all that its decisions need.
  void ForgetWritten();

 private:
  // Enough for the bindings that live; more are those of objects that are gone.
  static constexpr std::size_t kMostRemembered = 1'000'000;

  struct Seen {
    std::shared_ptr<const Policy> policy;
    Timestamp first;
  };

  JournalBatch batch_;
  std::map<Uuid, BindingRecord> bindings_;  // of all decisions of the batch, written or not
  std::map<std::uint64_t, Seen> policies_;  // likewise
  std::set<Uuid> written_bindings_;
  std::set<std::uint64_t> written_policies_;
};

}  // namespace loadline

#endif  // LOADLINE_JOURNAL_PENDING_BATCH_H_
