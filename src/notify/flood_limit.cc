#include "notify/flood_limit.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"

namespace loadline {

// REQUIRES that Close was called for `now` before: a window that has ended is told of first.
bool FloodLimit::Admit(const Notification& notification, Timestamp now) {
  window_ = AlignDown(now, length_);
  if (++admitted_[notification.now.kind] <= most_) return true;
  ++left_out_by_type_[TypeOf(notification)];
  ++left_out_;
  return false;
}

std::optional<Notification> FloodLimit::Close(Timestamp now) {
  if (AlignDown(now, length_) == window_) return std::nullopt;
  admitted_.clear();
  if (left_out_by_type_.empty()) return std::nullopt;
  int count = 0;
  std::vector<std::string> parts;
  for (const auto& [type, left_out] : left_out_by_type_) {
    count += left_out;
    parts.push_back(fmt::format("{} {}", left_out, type));
  }
  left_out_by_type_.clear();
  Notification digest;
  digest.now.kind = EventKind::kDigest;
  digest.now.key = "digest";
  digest.now.subject = fmt::format("{} more messages within {} were left out", count, FormatDuration(length_));
  digest.now.value = std::to_string(count);
  digest.now.urgency = Urgency::kWarning;
  digest.now.reason = JoinWords(parts);
  digest.now.time = digest.now.since = window_ + length_;
  digest.from = "0";
  return digest;
}

}  // namespace loadline
