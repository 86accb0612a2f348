// The files that a replay names.
#ifndef LOADLINE_REPLAY_REPLAY_DOCUMENTS_H_
#define LOADLINE_REPLAY_REPLAY_DOCUMENTS_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "replay/replay_input.h"

namespace loadline {

// The policy of `path`, a file with one, or FILE#NAME of a file with several; not bound yet. Fails with
// kInvalidArgument: all that is wrong with the file, by line.
Result<LoadedPolicy> ReadPolicyOf(const std::string& path);

// All policies of `input`, each as a replay of it alone plays it; labels tell them apart. Likewise. What cannot be
// replayed of them is added to `warnings`.
Result<std::vector<LoadedPolicy>> ReadPolicies(const ReplayInput& input, std::vector<std::string>& warnings);

// The policy of a text with one, or with several the one that is `wanted`; not bound yet. `label` says in messages
// where it stands. Likewise.
Result<LoadedPolicy> PolicyOfText(const std::string& label, std::string_view text, const std::string& wanted);

// Adds the Calendars of a file; *.ics is one. Likewise.
Status ReadCalendars(const std::string& file, std::vector<std::shared_ptr<const Calendar>>& calendars);

}  // namespace loadline

#endif  // LOADLINE_REPLAY_REPLAY_DOCUMENTS_H_
