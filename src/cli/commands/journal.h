// `loadline journal`: what was decided, and whether it would be decided again.
#ifndef LOADLINE_CLI_COMMANDS_JOURNAL_H_
#define LOADLINE_CLI_COMMANDS_JOURNAL_H_

#include <string>

namespace loadline {

struct JournalCommand {
  std::string url;            // as journal.url, or a path to a file of SQLite
  std::string password_file;  // of a PostgreSQL
};

struct JournalShowCommand {
  JournalCommand journal;
  std::string binding;          // "NAMESPACE/NAME"
  std::string policy;           // only triggers that use it; empty: any
  std::string at;               // RFC 3339; empty: now
  int count = 1;                // decisions up to it
  std::string output = "text";  // or "json": one object a line
};

// Decides every record again. Returns the exit code: 0 all came out the same, 1 one did not, or could not be decided
// again, 2 the journal cannot be read.
int RunJournalVerify(const JournalCommand& command);

// Prints the decisions of an object up to a time, the latest first. Returns the exit code: 0 shown, 1 there is none,
// 2 the journal cannot be read, or the request is bad.
int RunJournalShow(const JournalShowCommand& command);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_JOURNAL_H_
