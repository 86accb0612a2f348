// The journal of `serve`, made from its options.
#ifndef LOADLINE_CLI_JOURNAL_WIRING_H_
#define LOADLINE_CLI_JOURNAL_WIRING_H_

#include <memory>

#include "cli/serve_options.h"
#include "journal/journal_writer.h"
#include "scaling/ports.h"
#include "system/log.h"

namespace loadline {

// The journal as it is written, and as it is read. Each opens it by itself: one that is not there yet, or full, or
// read-only, keeps nothing from starting.
struct Journals {
  std::unique_ptr<JournalWriter> writer;
  std::unique_ptr<DecisionJournal> reader;
};

// `log` must outlive it.
Journals StartJournal(const ServeOptions& options, Log& log);

}  // namespace loadline

#endif  // LOADLINE_CLI_JOURNAL_WIRING_H_
