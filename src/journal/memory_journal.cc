// The simplest journal: what the others are measured by, and what is used where nothing shall be kept.
#include <algorithm>
#include <map>

#include "journal/backends.h"
#include "system/mutex.h"

namespace loadline {
namespace {

std::int64_t BytesOf(const DecisionRecord& record) {
  return static_cast<std::int64_t>(sizeof(record) + record.winner.size() + record.summary.size() + record.steps.size() +
                                   record.plan.size() + record.seen.size() + record.version.size());
}

class MemoryJournal : public DecisionJournal {
 public:
  Result<AppendOutcome> Append(const JournalBatch& batch) override {
    const MutexLock lock(mutex_);
    for (const BindingRecord& each : batch.bindings) bindings_.emplace(each.id, each);
    for (const PolicyRevision& each : batch.policies) policies_.emplace(each.hash, each);
    AppendOutcome outcome;
    for (const DecisionRecord& each : batch.decisions) {
      const auto [found, is_new] = by_tick_.emplace(Key(each.binding, each.tick), next_);
      if (!is_new) {
        CountRefused(decisions_.at(found->second), each, outcome);
        continue;
      }
      DecisionRecord& stored = decisions_[next_] = each;
      stored.sequence = next_++;
      bytes_ += BytesOf(stored);
      ++outcome.stored;
    }
    return outcome;
  }

  Result<std::vector<BindingRecord>> FindBindings(const std::string& object_namespace,
                                                  const std::string& object) override {
    const MutexLock lock(mutex_);
    std::vector<BindingRecord> found;
    for (const auto& [_, each] : bindings_) {
      const bool meant = (object_namespace.empty() || each.object_namespace == object_namespace) &&
                         (object.empty() || each.object == object);
      if (meant) found.push_back(each);
    }
    return found;
  }

  Result<PolicyRevision> FindPolicy(std::uint64_t hash) override {
    const MutexLock lock(mutex_);
    const auto found = policies_.find(hash);
    if (found == policies_.end()) return Fail(Code::kNotFound, "the journal has no such policy");
    return found->second;
  }

  Result<std::vector<PolicyRevision>> Policies() override {
    const MutexLock lock(mutex_);
    std::vector<PolicyRevision> all;
    for (const auto& [_, each] : policies_) all.push_back(each);
    std::sort(all.begin(), all.end(), [](const PolicyRevision& a, const PolicyRevision& b) {
      return std::pair(a.first_seen, a.hash) < std::pair(b.first_seen, b.hash);
    });
    return all;
  }

  Result<std::vector<DecisionRecord>> ReadBinding(const Uuid& binding, Timestamp until, std::size_t limit) override {
    const MutexLock lock(mutex_);
    std::vector<DecisionRecord> found;
    for (auto each = by_tick_.upper_bound(Key(binding, until)); each != by_tick_.begin() && found.size() < limit;) {
      --each;
      if (each->first.first != binding) break;
      found.push_back(decisions_.at(each->second));
    }
    return found;
  }

  Result<std::vector<DecisionRecord>> ReadAll(std::int64_t after, std::size_t limit) override {
    const MutexLock lock(mutex_);
    std::vector<DecisionRecord> found;
    for (auto each = decisions_.upper_bound(after); each != decisions_.end() && found.size() < limit; ++each)
      found.push_back(each->second);
    return found;
  }

  Result<JournalSize> Size() override {
    const MutexLock lock(mutex_);
    JournalSize size{bytes_, std::nullopt};
    if (!decisions_.empty()) size.oldest = decisions_.begin()->second.tick;
    return size;
  }

  Result<std::size_t> DeleteOldest(Timestamp before, std::size_t limit) override {
    const MutexLock lock(mutex_);
    std::size_t deleted = 0;
    for (auto each = decisions_.begin(); each != decisions_.end() && limit > 0; --limit) {
      const DecisionRecord& record = each->second;
      if (record.tick >= before) {
        ++each;
        continue;
      }
      bytes_ -= BytesOf(record);
      by_tick_.erase(Key(record.binding, record.tick));
      each = decisions_.erase(each);
      ++deleted;
    }
    return deleted;
  }

  void Interrupt() override {}

 private:
  using Key = std::pair<Uuid, Timestamp>;

  Mutex mutex_;
  std::map<Uuid, BindingRecord> bindings_ LOADLINE_GUARDED_BY(mutex_);
  std::map<std::uint64_t, PolicyRevision> policies_ LOADLINE_GUARDED_BY(mutex_);
  std::map<std::int64_t, DecisionRecord> decisions_ LOADLINE_GUARDED_BY(mutex_);  // by sequence
  std::map<Key, std::int64_t> by_tick_ LOADLINE_GUARDED_BY(mutex_);
  std::int64_t next_ LOADLINE_GUARDED_BY(mutex_) = 1;
  std::int64_t bytes_ LOADLINE_GUARDED_BY(mutex_) = 0;
};

}  // namespace

Result<std::unique_ptr<DecisionJournal>> OpenMemoryJournal() { return std::make_unique<MemoryJournal>(); }

}  // namespace loadline
