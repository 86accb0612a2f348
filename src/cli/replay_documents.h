// The files that a replay names.
#ifndef LOADLINE_CLI_REPLAY_DOCUMENTS_H_
#define LOADLINE_CLI_REPLAY_DOCUMENTS_H_

#include <memory>
#include <string>
#include <vector>

#include "cli/replay_input.h"

namespace loadline {

// The policy of `path`, a file with one, or FILE#NAME of a file with several; not bound yet. Fails with
// kInvalidArgument: all that is wrong with the file, by line.
Result<LoadedPolicy> ReadPolicyOf(const std::string& path);

// Adds the Calendars of a file; *.ics is one. Likewise.
Status ReadCalendars(const std::string& file, std::vector<std::shared_ptr<const Calendar>>& calendars);

}  // namespace loadline

#endif  // LOADLINE_CLI_REPLAY_DOCUMENTS_H_
