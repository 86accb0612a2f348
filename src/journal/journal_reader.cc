#include "journal/journal_reader.h"

#include <utility>

#include "system/mutex.h"

namespace loadline {
namespace {

Error ReadOnly() { return {Code::kFailedPrecondition, "this journal is for reading"}; }

class JournalReader : public DecisionJournal {
 public:
  explicit JournalReader(std::function<Result<std::unique_ptr<DecisionJournal>>()> open) : open_(std::move(open)) {}

  Result<AppendOutcome> Append(const JournalBatch&) override { return Fail(ReadOnly()); }
  Result<std::size_t> DeleteOldest(Timestamp, std::size_t) override { return Fail(ReadOnly()); }
  void Interrupt() override {}

  Result<std::vector<BindingRecord>> FindBindings(const std::string& object_namespace,
                                                  const std::string& object) override {
    return Read([&](DecisionJournal& journal) { return journal.FindBindings(object_namespace, object); });
  }
  Result<PolicyRevision> FindPolicy(std::uint64_t hash) override {
    return Read([&](DecisionJournal& journal) { return journal.FindPolicy(hash); });
  }
  Result<std::vector<PolicyRevision>> Policies() override {
    return Read([](DecisionJournal& journal) { return journal.Policies(); });
  }
  Result<std::vector<DecisionRecord>> ReadBinding(const Uuid& binding, Timestamp until, std::size_t limit) override {
    return Read([&](DecisionJournal& journal) { return journal.ReadBinding(binding, until, limit); });
  }
  Result<std::vector<DecisionRecord>> ReadAll(std::int64_t after, std::size_t limit) override {
    return Read([&](DecisionJournal& journal) { return journal.ReadAll(after, limit); });
  }
  Result<JournalSize> Size() override {
    return Read([](DecisionJournal& journal) { return journal.Size(); });
  }

 private:
  template <class Call>
  auto Read(const Call& call) -> decltype(call(std::declval<DecisionJournal&>())) {
    const MutexLock lock(mutex_);
    if (journal_ == nullptr) {
      auto opened = open_();
      if (!opened) return Fail(opened.error());
      journal_ = *std::move(opened);
    }
    auto result = call(*journal_);
    if (!result && result.error().code != Code::kNotFound) journal_.reset();
    return result;
  }

  const std::function<Result<std::unique_ptr<DecisionJournal>>()> open_;
  Mutex mutex_;
  std::unique_ptr<DecisionJournal> journal_ LOADLINE_GUARDED_BY(mutex_);
};

class SharedJournal : public DecisionJournal {
 public:
  explicit SharedJournal(std::shared_ptr<DecisionJournal> journal) : journal_(std::move(journal)) {}

  Result<AppendOutcome> Append(const JournalBatch& batch) override { return journal_->Append(batch); }
  Result<std::vector<BindingRecord>> FindBindings(const std::string& object_namespace,
                                                  const std::string& object) override {
    return journal_->FindBindings(object_namespace, object);
  }
  Result<PolicyRevision> FindPolicy(std::uint64_t hash) override { return journal_->FindPolicy(hash); }
  Result<std::vector<PolicyRevision>> Policies() override { return journal_->Policies(); }
  Result<std::vector<DecisionRecord>> ReadBinding(const Uuid& binding, Timestamp until, std::size_t limit) override {
    return journal_->ReadBinding(binding, until, limit);
  }
  Result<std::vector<DecisionRecord>> ReadAll(std::int64_t after, std::size_t limit) override {
    return journal_->ReadAll(after, limit);
  }
  Result<JournalSize> Size() override { return journal_->Size(); }
  Result<std::size_t> DeleteOldest(Timestamp before, std::size_t limit) override {
    return journal_->DeleteOldest(before, limit);
  }
  void Interrupt() override { journal_->Interrupt(); }

 private:
  const std::shared_ptr<DecisionJournal> journal_;
};

}  // namespace

std::unique_ptr<DecisionJournal> MakeJournalReader(std::function<Result<std::unique_ptr<DecisionJournal>>()> open) {
  return std::make_unique<JournalReader>(std::move(open));
}

std::unique_ptr<DecisionJournal> ShareJournal(std::shared_ptr<DecisionJournal> journal) {
  return std::make_unique<SharedJournal>(std::move(journal));
}

}  // namespace loadline
