// Replays over the API: /api/v1/replays.
#ifndef LOADLINE_API_REPLAY_PAGES_H_
#define LOADLINE_API_REPLAY_PAGES_H_

#include "api/admin_api.h"

namespace loadline {

// A body as ParseReplayRequest reads it. 202 with the job and where it is found; 429 where too many wait, 503 where
// there is no journal.
ServerResponse PostReplay(const AdminSources& sources, const ServerRequest& request);

// Those that this pod was asked for and remembers, without results, the latest first.
ServerResponse ReplaysPage(const AdminSources& sources);

// /ID[?as=page]: how far it is, and its result; as a page for people, 404 until it is done. 404 where there is none.
ServerResponse ReplayPage(const AdminSources& sources, const ServerRequest& request);

// /ID: stops and forgets it.
ServerResponse RemoveReplay(const AdminSources& sources, const ServerRequest& request);

}  // namespace loadline

#endif  // LOADLINE_API_REPLAY_PAGES_H_
