// A notification as CloudEvents 1.0, structured JSON.
// Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
#ifndef LOADLINE_NOTIFY_CLOUD_EVENT_H_
#define LOADLINE_NOTIFY_CLOUD_EVENT_H_

#include <string>

#include "notify/notification.h"

namespace loadline {

inline constexpr char kCloudEventType[] = "application/cloudevents+json";

// `source`: a URI reference that names this Loadline. With the id it names the event, whichever pod sends it.
std::string CloudEventOf(const Notification& notification, const std::string& source);

}  // namespace loadline

#endif  // LOADLINE_NOTIFY_CLOUD_EVENT_H_
