#include "journal/pending_batch.h"

#include <utility>

namespace loadline {
namespace {

PolicyRevision RevisionOf(const Policy& policy, Timestamp first_seen) {
  return {policy.hash, policy.policy_namespace, policy.name, Mended(*policy.text), first_seen};
}

}  // namespace

void PendingBatch::Add(const MadeDecision& made, Timestamp now) {
  if (made.policy != nullptr) Add(made.policy, now);
  RecordedDecision recorded = RecordOf(made);
  const Uuid id = recorded.binding.id;
  batch_.decisions.push_back(std::move(recorded.record));
  const auto [binding, is_new] = bindings_.try_emplace(id, std::move(recorded.binding));
  if (is_new && !written_bindings_.contains(id)) batch_.bindings.push_back(binding->second);
}

void PendingBatch::Add(const std::shared_ptr<const Policy>& policy, Timestamp now) {
  if (policy->text == nullptr || !policies_.try_emplace(policy->hash, Seen{policy, now}).second) return;
  if (!written_policies_.contains(policy->hash)) batch_.policies.push_back(RevisionOf(*policy, now));
}

void PendingBatch::Written() {
  if (written_bindings_.size() > kMostRemembered) written_bindings_.clear();
  for (const auto& [id, _] : bindings_) written_bindings_.insert(id);
  for (const auto& [hash, _] : policies_) written_policies_.insert(hash);
  bindings_.clear();
  policies_.clear();
  batch_ = JournalBatch();
}

void PendingBatch::ForgetWritten() {
  written_bindings_.clear();
  written_policies_.clear();
  batch_.bindings.clear();
  batch_.policies.clear();
  for (const auto& [_, binding] : bindings_) batch_.bindings.push_back(binding);
  for (const auto& [_, seen] : policies_) batch_.policies.push_back(RevisionOf(*seen.policy, seen.first));
}

}  // namespace loadline
