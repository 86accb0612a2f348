#include "notify/cloud_event.h"

#include <nlohmann/json.hpp>

namespace loadline {
namespace {

using EventJson = nlohmann::ordered_json;

EventJson DataOf(const Notification& notification) {
  const Situation& now = notification.now;
  EventJson data = {{"kind", EventKindName(now.kind)}, {"severity", UrgencyName(now.urgency)}};
  if (!now.object_namespace.empty()) data["namespace"] = now.object_namespace;
  if (!now.object.empty()) data["object"] = now.object;
  if (!now.policy.empty()) data["policy"] = now.policy;
  if (!now.metadata.empty()) data["metadata"] = now.metadata;
  data["from"] = notification.from;
  data["to"] = now.value;
  data["reason"] = now.reason;
  data["text"] = TextOf(notification);
  if (notification.gathered > Duration(0)) {
    data["changes"] = notification.changes;
    data["gathered_seconds"] = ToSeconds(notification.gathered);
  }
  if (now.replicas) {
    data["from"] = EventJson::parse(notification.from);
    data["to"] = *now.replicas;
    if (notification.changes > 1) data["lowest"] = notification.lowest;
    if (notification.changes > 1) data["highest"] = notification.highest;
  }
  return data;
}

}  // namespace

std::string CloudEventOf(const Notification& notification, const std::string& source) {
  const EventJson event = {{"specversion", "1.0"},
                           {"id", IdOf(notification)},
                           {"source", source},
                           {"type", "dev.loadline." + TypeOf(notification)},
                           {"subject", notification.now.subject},
                           {"time", FormatTimestamp(notification.now.time)},
                           {"datacontenttype", "application/json"},
                           {"data", DataOf(notification)}};
  return event.dump(-1, ' ', false, EventJson::error_handler_t::replace);
}

}  // namespace loadline
