// A journal of which the n-th call fails: those that read, or those that write.
#ifndef LOADLINE_TESTS_FAULTS_NTH_JOURNAL_H_
#define LOADLINE_TESTS_FAULTS_NTH_JOURNAL_H_

#include <string>
#include <vector>

#include "faults/nth.h"
#include "scaling/ports.h"

namespace loadline::testing {

struct JournalFault {
  enum class Of { kReads, kWrites };
  Of of = Of::kReads;
  Error error;
  bool afterwards = false;  // the call did what it should, and its answer was lost
};

// Both must outlive it. How much there is, is asked for by who writes.
class NthJournal : public DecisionJournal {
 public:
  NthJournal(DecisionJournal& real, NthCall& call, JournalFault fault)
      : real_(real), call_(call), fault_(std::move(fault)) {}

  Result<AppendOutcome> Append(const JournalBatch& batch) override {
    return Write([&] { return real_.Append(batch); });
  }
  Result<JournalSize> Size() override {
    return Write([&] { return real_.Size(); });
  }
  Result<std::size_t> DeleteOldest(Timestamp before, std::size_t limit) override {
    return Write([&] { return real_.DeleteOldest(before, limit); });
  }
  Result<std::vector<BindingRecord>> FindBindings(const std::string& in, const std::string& of) override {
    return Read([&] { return real_.FindBindings(in, of); });
  }
  Result<PolicyRevision> FindPolicy(std::uint64_t hash) override {
    return Read([&] { return real_.FindPolicy(hash); });
  }
  Result<std::vector<PolicyRevision>> Policies() override {
    return Read([&] { return real_.Policies(); });
  }
  Result<std::vector<DecisionRecord>> ReadBinding(const Uuid& binding, Timestamp until, std::size_t limit) override {
    return Read([&] { return real_.ReadBinding(binding, until, limit); });
  }
  Result<std::vector<DecisionRecord>> ReadAll(std::int64_t after, std::size_t limit) override {
    return Read([&] { return real_.ReadAll(after, limit); });
  }
  void Interrupt() override {}

 private:
  template <class Call>
  auto Read(const Call& call) -> decltype(call()) {
    return fault_.of == JournalFault::Of::kReads ? Try(call) : call();
  }
  template <class Call>
  auto Write(const Call& call) -> decltype(call()) {
    return fault_.of == JournalFault::Of::kWrites ? Try(call) : call();
  }
  template <class Call>
  auto Try(const Call& call) -> decltype(call()) {
    if (!call_.Fails()) return call();
    if (fault_.afterwards) call();
    return Fail(fault_.error);
  }

  DecisionJournal& real_;
  NthCall& call_;
  const JournalFault fault_;
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_FAULTS_NTH_JOURNAL_H_
