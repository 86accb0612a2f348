#include "journal/pending_batch.h"

namespace loadline {

void PendingBatch::Add(const MadeDecision& made, Timestamp now) {
  if (made.policy != nullptr) Add(*made.policy, now);
  RecordedDecision recorded = RecordOf(made);
  const Uuid& id = recorded.binding.id;
  if (!written_bindings_.contains(id) && pending_bindings_.insert(id).second)
    batch_.bindings.push_back(std::move(recorded.binding));
  batch_.decisions.push_back(std::move(recorded.record));
}

void PendingBatch::Add(const Policy& policy, Timestamp now) {
  if (policy.text == nullptr || written_policies_.contains(policy.hash)) return;
  if (!pending_policies_.insert(policy.hash).second) return;
  batch_.policies.push_back({policy.hash, policy.policy_namespace, policy.name, Mended(*policy.text), now});
}

void PendingBatch::Written() {
  if (written_bindings_.size() > kMostRemembered) written_bindings_.clear();
  written_bindings_.merge(pending_bindings_);
  written_policies_.merge(pending_policies_);
  pending_bindings_.clear();
  pending_policies_.clear();
  batch_ = JournalBatch();
}

void PendingBatch::ForgetWritten() {
  // Of those that are forgotten each comes back with its next decision, and policies are few.
  written_bindings_.clear();
  written_policies_.clear();
}

}  // namespace loadline
