// A journal to read, beside the one that is written.
#ifndef LOADLINE_JOURNAL_JOURNAL_READER_H_
#define LOADLINE_JOURNAL_JOURNAL_READER_H_

#include <functional>
#include <memory>

#include "scaling/ports.h"

namespace loadline {

// Opens the journal with the first call, and anew after a call that failed as it was away: so it recovers by itself.
// Calls wait for each other. Append and DeleteOldest fail with kFailedPrecondition. Thread-safe.
std::unique_ptr<DecisionJournal> MakeJournalReader(std::function<Result<std::unique_ptr<DecisionJournal>>()> open);

// The same journal for several users: what a journal in memory needs, of which there is only this one.
std::unique_ptr<DecisionJournal> ShareJournal(std::shared_ptr<DecisionJournal> journal);

}  // namespace loadline

#endif  // LOADLINE_JOURNAL_JOURNAL_READER_H_
