// Situations and notifications to try things on.
#ifndef LOADLINE_TESTS_UNIT_NOTIFY_SAMPLES_H_
#define LOADLINE_TESTS_UNIT_NOTIFY_SAMPLES_H_

#include <string>

#include "base/text.h"
#include "notify/notification.h"
#include "support/random_world.h"

namespace loadline::testing {

inline const Timestamp kNoon{std::chrono::hours(12)};

// What data/orders-cdc asks for.
inline Situation Asks(double replicas, Timestamp time = kNoon, const std::string& object = "orders-cdc") {
  Situation situation;
  situation.kind = EventKind::kScaled;
  situation.key = "scaled " + object;
  situation.subject = "data/" + object;
  situation.object_namespace = "data";
  situation.object = object;
  situation.policy = "cdc-worker";
  situation.metadata = {{"pipeline", "orders"}};
  situation.value = FormatNumber(replicas);
  situation.replicas = replicas;
  situation.reason = "lag wants 4.133: 1240 at 300 each";
  situation.time = situation.since = time;
  return situation;
}

inline Situation SourceIs(const std::string& value, Timestamp time = kNoon) {
  Situation situation;
  situation.kind = EventKind::kSource;
  situation.key = situation.subject = "source default";
  situation.value = value;
  situation.urgency = value == kWell ? Urgency::kInfo : Urgency::kError;
  situation.reason = value == kWell ? "" : "prom:9090: connection refused";
  situation.time = situation.since = time;
  return situation;
}

// Any bytes at all: quotes, backslashes, control characters, half of a character, a placeholder.
inline std::string AnyText(Chance& chance) {
  static const std::vector<std::string> pieces = {
      "\"",         "\\",    "\n",   std::string(1, '\0'), "\x01", "\x7f", "{{to}}", "}}",        "{",          "}",
      "\u2028",     "\xff",  "\xc3", "\xed\xa0\x80",       "a",    "1240", " ",      "</script>", "<!channel>", "ü",
      "\U0001F600", "\\u00", "\r\n"};
  std::string text;
  for (int i = chance.Between(0, 30); i > 0; --i) text += chance.Of(pieces);
  return text;
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_NOTIFY_SAMPLES_H_
