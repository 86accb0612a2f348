// What is asked for over the API, as the Override document that comes of it:
//   {"namespace": "data", "object": "orders-cdc", "kind": "pin", "replicas": 6, "for": "2h", "reason": "migration"}
#ifndef LOADLINE_SCALING_OVERRIDE_REQUEST_H_
#define LOADLINE_SCALING_OVERRIDE_REQUEST_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "document/problem.h"
#include "scaling/override.h"

namespace loadline {

struct RequestedOverride {
  std::optional<Override> content;  // none where there are errors
  Problems problems;                // by field; a place in the text is not told
};

// `body` is JSON. Without a name it gets one of whom it is for and what it does: the same asked for twice is one
// override. The author is `token`, the name of the token that it was asked with, which also stands before any other
// author that is claimed. `now`: what `for` begins at, and before which nothing ends.
RequestedOverride ReadOverrideRequest(const std::string& body, std::string_view token, Timestamp now);

// The document of an override.
std::string OverrideText(const Override& each);

// "pin", "floor", "ceiling", "hold".
std::string_view KindWord(Override::Kind kind);

}  // namespace loadline

#endif  // LOADLINE_SCALING_OVERRIDE_REQUEST_H_
