#include "kubernetes/watch_events.h"

#include <fmt/format.h>

#include "base/text.h"
#include "kubernetes/json_reading.h"
#include "kubernetes/refusal.h"

namespace loadline {
namespace {

constexpr std::size_t kLongestEvent = 16u << 20;  // etcd takes objects of 1.5 MiB

// An event that says that the watch has failed.
WatchEnd Failed(const nlohmann::json& status) {
  const bool is_gone = NumberIn(status, "code") == kGone || TextIn(status, "reason") == "Expired";
  if (is_gone) return {WatchEnd::Next::kList, ""};
  return {WatchEnd::Next::kWatch, "a watch failed: " + OneLine(TextIn(status, "message"), kMostTold)};
}

}  // namespace

bool WatchEvents::Take(std::string_view chunk) {
  unread_ += chunk;
  std::size_t begin = 0;
  for (std::size_t end = unread_.find('\n'); end != std::string::npos; end = unread_.find('\n', begin)) {
    if (end > begin) end_ = TakeEvent({unread_.data() + begin, end - begin});
    if (end_) return false;
    begin = end + 1;
  }
  unread_.erase(0, begin);
  if (unread_.size() > kLongestEvent) {
    end_ = {WatchEnd::Next::kList, fmt::format("an event of a watch has more than {} bytes", kLongestEvent)};
  }
  return !end_;
}

std::optional<WatchEnd> WatchEvents::TakeEvent(std::string_view line) {
  const std::optional<nlohmann::json> event = ParseMap(line);
  if (!event) return WatchEnd{WatchEnd::Next::kWatch, "an event of a watch is no JSON: " + OneLine(line, kMostTold)};
  const std::string type = TextIn(*event, "type");
  const nlohmann::json& object = MapIn(*event, "object");
  if (type == "ERROR") return Failed(object);
  const nlohmann::json& metadata = MapIn(object, "metadata");
  const std::string version = TextIn(metadata, "resourceVersion");
  const std::string name = TextIn(metadata, "name");
  const bool is_change = type == "ADDED" || type == "MODIFIED" || type == "DELETED";
  if (version.empty() || (!is_change && type != "BOOKMARK") || (is_change && name.empty())) {
    return WatchEnd{WatchEnd::Next::kList, "an event of a watch is not understood: " + OneLine(line, kMostTold)};
  }
  if (type == "DELETED") {
    sink_.Remove(TextIn(metadata, "namespace"), name);
  } else if (is_change) {
    sink_.Put(object);
  }
  on_version_(version);
  return std::nullopt;
}

}  // namespace loadline
