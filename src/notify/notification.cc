#include "notify/notification.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/uuid.h"

namespace loadline {
namespace {

std::string Gathered(const Notification& notification) {
  if (notification.changes == 1) return "";
  const std::string between =
      notification.now.replicas
          ? fmt::format(" between {} and {}", FormatNumber(notification.lowest), FormatNumber(notification.highest))
          : "";
  return fmt::format(" ({} changes{} within {})", notification.changes, between, FormatDuration(notification.gathered));
}

std::string Predicate(const Notification& notification) {
  const Situation& now = notification.now;
  if (now.replicas) return fmt::format(": {} to {} replicas", notification.from, now.value);
  if (now.kind == EventKind::kDigest) return "";
  if (now.well()) return fmt::format(" is well again (was: {})", notification.from);
  if (now.value == "holding") return " has no new reading, and holds what it last asked for";
  if (now.value == "missing") return " lacks a reading";
  if (now.value == "error") return " is answered with an error";
  if (now.value == "refused") return " is refused";
  if (now.value == "lastGood") return " is refused, and its last good version stays in force";
  return " fails";
}

}  // namespace

std::string TypeOf(const Notification& notification) {
  const Situation& now = notification.now;
  const std::string kind(EventKindName(now.kind));
  if (now.replicas || now.kind == EventKind::kDigest) return kind;
  if (now.kind == EventKind::kPolicy) return kind + (now.well() ? ".mended" : ".refused");
  return kind + "." + (now.well() ? "recovered" : now.value);
}

std::string IdOf(const Notification& notification) {
  Fingerprint print;
  print.Add(std::string_view("notification"));
  print.Add(notification.now.key);
  print.Add(notification.now.value);
  print.Add(static_cast<std::uint64_t>(notification.now.since.time_since_epoch().count()));
  print.Add(static_cast<std::uint64_t>(notification.gathered.count()));
  if (notification.again > 0) print.Add(static_cast<std::uint64_t>(notification.again));
  return FormatUuid(print.Value());
}

std::string TextOf(const Notification& notification) {
  std::string text = notification.now.subject + Predicate(notification) + Gathered(notification);
  if (!notification.now.reason.empty()) text += ": " + notification.now.reason;
  return text;
}

}  // namespace loadline
