// How one thing is at a time: how many replicas an object is to have, or whether something is as it should be.
#ifndef LOADLINE_NOTIFY_SITUATION_H_
#define LOADLINE_NOTIFY_SITUATION_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace loadline {

// What others are told of.
enum class EventKind : std::uint8_t {
  kScaled,   // the replicas that a decision asks for have changed
  kBinding,  // readings of a trigger are held or missing, or KEDA gets an error; and it is well again
  kPolicy,   // a document is refused, or its last good version is in force instead; and it is mended
  kSource,   // a source of numbers fails, and answers again
  kJournal,  // what is decided cannot be written, and can be again
  kDigest,   // how many messages were left out, as there were too many
};

// Those that can be asked for, by the words that stand in options and messages. A digest is about the others.
constexpr auto EnumWords(EventKind) {
  return std::array{std::pair{EventKind::kScaled, "scaled"}, std::pair{EventKind::kBinding, "binding"},
                    std::pair{EventKind::kPolicy, "policy"}, std::pair{EventKind::kSource, "source"},
                    std::pair{EventKind::kJournal, "journal"}};
}
std::string_view EventKindName(EventKind kind);

enum class Urgency : std::uint8_t { kInfo, kWarning, kError };
std::string_view UrgencyName(Urgency urgency);  // "info", "warning", "error"

inline constexpr std::string_view kWell = "ok";          // the value of what is as it should be
inline constexpr std::string_view kUnknown = "unknown";  // and of what was not seen before

struct Situation {
  EventKind kind = EventKind::kScaled;
  std::string key;               // what it is about, among all that there are
  std::string subject;           // the same for people: "data/orders-cdc", "source default"
  std::string object_namespace;  // empty: it belongs to no namespace
  std::string object;
  std::string policy;
  std::map<std::string, std::string> metadata;  // of the trigger, as it may be shown to anybody

  std::string value;               // "holding"; of kScaled the number
  std::optional<double> replicas;  // of kScaled
  Urgency urgency = Urgency::kInfo;
  std::string reason;
  Timestamp time;  // when it was so
  // The same on all pods that see the same, where there is such a time: a message's id is made of it.
  Timestamp since;

  bool well() const { return replicas || value == kWell; }
};

}  // namespace loadline

#endif  // LOADLINE_NOTIFY_SITUATION_H_
