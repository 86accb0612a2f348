// Replays as one page for a browser, that needs nothing else: no script, no other file or host.
#ifndef LOADLINE_REPLAY_REPLAY_PAGE_H_
#define LOADLINE_REPLAY_REPLAY_PAGE_H_

#include <string>

#include "replay/replay_report.h"

namespace loadline {

// The results side by side, the run of each, day by day, the worst moments from near, and where they differ.
// Well-formed XML, too.
std::string FormatReplayPage(const ReplayReport& report);

}  // namespace loadline

#endif  // LOADLINE_REPLAY_REPLAY_PAGE_H_
