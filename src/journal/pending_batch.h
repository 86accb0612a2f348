// What is about to be written: decisions as records, with the bindings and policies that the journal may not have yet.
#ifndef LOADLINE_JOURNAL_PENDING_BATCH_H_
#define LOADLINE_JOURNAL_PENDING_BATCH_H_

#include <cstdint>
#include <memory>
#include <set>
#include <unordered_set>
#include <utility>
#include <vector>

#include "scaling/ports.h"

namespace loadline {

// Not thread-safe.
class PendingBatch {
 public:
  bool empty() const { return batch_.decisions.empty() && batch_.policies.empty(); }
  const JournalBatch& batch() const { return batch_; }

  void Add(const MadeDecision& made, Timestamp now);
  void Add(const Policy& policy, Timestamp now);

  // It is written: what was in it need not be written again.
  void Written();
  // Nothing is known of what the journal has: it may be another one.
  void ForgetWritten();

 private:
  // Enough for the bindings that live; more are those of objects that are gone.
  static constexpr std::size_t kMostRemembered = 1'000'000;

  JournalBatch batch_;
  std::set<Uuid> written_bindings_;
  std::set<Uuid> pending_bindings_;
  std::unordered_set<std::uint64_t> written_policies_;
  std::unordered_set<std::uint64_t> pending_policies_;
};

}  // namespace loadline

#endif  // LOADLINE_JOURNAL_PENDING_BATCH_H_
