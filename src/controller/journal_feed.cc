#include "controller/journal_feed.h"

namespace loadline {

std::optional<RecordKind> JournaledDecision::Advance(const PublishedAnswer& answer, const LoggedDecision& logged,
                                                     Duration heartbeat) {
  if (state_ && answer.time == time_) return std::nullopt;
  const std::uint64_t policy_hash = answer.policy == nullptr ? 0 : answer.policy->hash;
  const bool changed = !state_ || state_ != logged.state || policy_hash_ != policy_hash;
  const bool beats = heartbeat > Duration::zero() && time_ < AlignDown(answer.time, heartbeat);
  if (!changed && !beats) return std::nullopt;
  state_ = logged.state;
  policy_hash_ = policy_hash;
  time_ = answer.time;
  return changed ? RecordKind::kChange : RecordKind::kHeartbeat;
}

BindingRecord BindingRecordOf(const BindingKey& key) {
  return MakeBindingRecord(key.object_namespace, key.object_name, std::string(key.policy()), key.metadata);
}

}  // namespace loadline
