// Where decisions are kept: a file of SQLite, a PostgreSQL, or memory.
#ifndef LOADLINE_JOURNAL_JOURNAL_H_
#define LOADLINE_JOURNAL_JOURNAL_H_

#include <memory>
#include <string>

#include "base/result.h"
#include "scaling/ports.h"

namespace loadline {

struct JournalOptions {
  // "sqlite:PATH", "postgresql://[USER@]HOST[:PORT]/DATABASE[?sslmode=...]", "memory:".
  std::string url = "memory:";
  std::string password_file;  // of PostgreSQL's user; read at each connect; empty: none
  bool read_only = false;     // to look at it: nothing is made, and nothing migrated
};

// What is wrong with a URL, in words; empty: nothing. A password has no place in one: processes and logs show it.
std::string CheckJournalUrl(const std::string& url);
// A path to a file of SQLite as a URL; a URL as it is.
std::string JournalUrlOf(const std::string& path_or_url);
// The URL to show: without the user.
std::string ShownJournalUrl(const std::string& url);

// Opens it, makes it where it is new, and brings its schema up to date. Fails with kInvalidArgument (the URL),
// kNotFound (read_only, and there is none), kFailedPrecondition (a newer Loadline has written it) and as
// DecisionJournal's calls.
Result<std::unique_ptr<DecisionJournal>> OpenJournal(const JournalOptions& options);

}  // namespace loadline

#endif  // LOADLINE_JOURNAL_JOURNAL_H_
