// The most messages of a while: when a source fails, a thousand bindings hold, and one message says as much.
#ifndef LOADLINE_NOTIFY_FLOOD_LIMIT_H_
#define LOADLINE_NOTIFY_FLOOD_LIMIT_H_

#include <map>
#include <optional>
#include <string>

#include "notify/notification.h"

namespace loadline {

// In a window of `length`, at multiples of it, the first `most` of each kind are admitted; of all others there is one
// digest, which says how many of what were left out.
class FloodLimit {
 public:
  FloodLimit(int most, Duration length) : most_(most), length_(length) {}

  bool Admit(const Notification& notification, Timestamp now);
  // The digest of the window before `now`'s, once, where anything was left out.
  std::optional<Notification> Close(Timestamp now);

  std::uint64_t left_out() const { return left_out_; }

 private:
  const int most_;
  const Duration length_;
  Timestamp window_;
  std::map<EventKind, int> admitted_;
  std::map<std::string, int> left_out_by_type_;
  std::uint64_t left_out_ = 0;  // ever
};

}  // namespace loadline

#endif  // LOADLINE_NOTIFY_FLOOD_LIMIT_H_
