#include "simulation/shared_journal.h"

#include <fmt/format.h>

#include "journal/journal.h"
#include "scaling/redecide.h"

namespace loadline::simulation {

SharedJournal::SharedJournal(Kind kind, bool loses, Chance& chance, FaultCounts& counts)
    : loses_(loses), chance_(chance), counts_(counts) {
  url_ = "memory:";
  if (kind == Kind::kSqliteOnFailingDisk) {
    dir_ = std::make_unique<testing::TempDir>();
    disk_ = std::make_unique<testing::FailingVfs>();
    url_ = "sqlite:" + *dir_ / "journal.db";
  }
  Open();
}

SharedJournal::~SharedJournal() { journal_.reset(); }  // before its disk

bool SharedJournal::Open() {
  auto opened = OpenJournal({url_, "", false});
  if (opened) journal_ = std::move(*opened);
  return opened.has_value();
}

void SharedJournal::Add(const std::string& pod, const MadeDecision& made, Timestamp now) {
  if (made.policy != nullptr && made.policy->text == nullptr) return;
  Pending& pending = pending_[pod];
  pending.batch.Add(made, now);
  const Uuid binding = pending.batch.batch().decisions.back().binding;
  pending.keys.emplace(binding, made.tick);
  if (loses_) pending.keys.emplace(binding, made.tick + Duration(1));
}

std::string SharedJournal::Write(bool stormy) {
  for (auto& [pod, pending] : pending_) {
    if (pending.batch.empty()) continue;
    const bool fails = stormy && chance_.In(10);
    if (fails && disk_ == nullptr) {
      counts_.Note(Fault::kJournalFails);
      continue;
    }
    if (fails) disk_->FailAfter(chance_.Between(0, 30), chance_.In(30));
    Result<AppendOutcome> outcome = Fail(Code::kUnavailable, "not open");
    if (journal_ != nullptr || Open()) outcome = journal_->Append(pending.batch.batch());
    if (disk_ != nullptr) {
      if (fails && disk_->has_failed()) counts_.Note(Fault::kJournalFails);
      disk_->FailNoMore();
    }
    if (!outcome) {
      if (!fails) return fmt::format("{} could not write: {}", pod, outcome.error().message);
      pending.batch.ForgetWritten();
      journal_.reset();
      continue;
    }
    if (!outcome->disagreements.empty())
      return fmt::format("{} disagrees with what is stored: {} instead of {}", pod,
                         outcome->disagreements[0].refused.summary, outcome->disagreements[0].stored.summary);
    pending.batch.Written();
    stored_.merge(pending.keys);
    pending.keys.clear();
  }
  return "";
}

std::string SharedJournal::CheckAll(std::uint64_t& checked) {
  if (journal_ == nullptr && !Open()) return "cannot be opened again";
  std::map<std::uint64_t, std::shared_ptr<const Policy>> policies;
  std::int64_t after = 0;
  while (true) {
    const auto page = journal_->ReadAll(after, 500);
    if (!page) return page.error().message;
    if (page->empty()) break;
    after = page->back().sequence;
    for (const DecisionRecord& record : *page) {
      stored_.erase({record.binding, record.tick});
      if (record.plan.empty()) continue;
      auto& policy = policies[record.policy_hash];
      if (policy == nullptr) {
        const auto revision = journal_->FindPolicy(record.policy_hash);
        if (!revision) return "a record without its policy: " + revision.error().message;
        const auto parsed = PolicyOf(*revision);
        if (!parsed) return parsed.error().message;
        policy = *parsed;
      }
      const auto again = Redecide(*policy, record);
      if (!again) return again.error().message;
      ++checked;
      if (const std::string difference = DifferenceOf(*policy, record, *again); !difference.empty()) return difference;
    }
  }
  if (!stored_.empty()) return fmt::format("{} decisions are gone that were said to be stored", stored_.size());
  return "";
}

}  // namespace loadline::simulation
