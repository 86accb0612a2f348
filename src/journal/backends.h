// What OpenJournal chooses from.
#ifndef LOADLINE_JOURNAL_BACKENDS_H_
#define LOADLINE_JOURNAL_BACKENDS_H_

#include <memory>
#include <string>

#include "scaling/ports.h"

namespace loadline {

Result<std::unique_ptr<DecisionJournal>> OpenMemoryJournal();
Result<std::unique_ptr<DecisionJournal>> OpenSqliteJournal(const std::string& path, bool read_only);
// `url` as libpq takes it; `password` may be empty.
Result<std::unique_ptr<DecisionJournal>> OpenPostgresJournal(const std::string& url, const std::string& password,
                                                             bool read_only);

// Which of two records of one binding and tick counts as what: adds to `outcome`.
void CountRefused(const DecisionRecord& stored, const DecisionRecord& refused, AppendOutcome& outcome);

}  // namespace loadline

#endif  // LOADLINE_JOURNAL_BACKENDS_H_
