#include "api/decided_again.h"

#include <string_view>

#include "scaling/redecide.h"

namespace loadline {

bool MayLackReadings(const DecisionRecord& record) {
  for (const std::string_view word :
       {"\"problem\"", "\"empty\"", "\"failed\"", "\"partial\"", "\"several\"", "\"notFinite\"", "\"refused\""}) {
    if (record.seen.find(word) != std::string::npos) return true;
  }
  return false;
}

std::shared_ptr<const Policy> Redecider::Find(std::uint64_t hash) {
  const auto [place, is_new] = known_.try_emplace(hash);
  if (!is_new) return place->second;
  const Result<PolicyRevision> revision = journal_.FindPolicy(hash);
  const auto policy = revision ? PolicyOf(*revision) : Fail(revision.error());
  if (policy) place->second = *policy;
  return place->second;
}

std::optional<DecidedAgain> Redecider::Decide(const DecisionRecord& record) {
  if (record.plan.empty()) return std::nullopt;
  const auto policy = Find(record.policy_hash);
  if (policy == nullptr) return std::nullopt;
  Result<Decision> decision = Redecide(*policy, record);
  if (!decision) return std::nullopt;
  return DecidedAgain{policy, *std::move(decision)};
}

}  // namespace loadline
