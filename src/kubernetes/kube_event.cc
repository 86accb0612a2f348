#include "kubernetes/kube_event.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "scaling/envelope.h"
#include "system/url.h"

namespace loadline {
namespace {

using nlohmann::json;

constexpr std::size_t kMostWords = 1000;  // of a message: Kubernetes takes 1024 bytes
constexpr std::size_t kLongestName = 200;

std::string Seconds(Timestamp time) {
  const std::string text = FormatTimestamp(time);  // with milliseconds, which a Time has not
  return text.substr(0, text.find('.')) + "Z";
}

std::string EventJson(const KubeEvent& event, Timestamp now) {
  const KedaObject& object = *event.object;
  const json body = {{"apiVersion", "v1"},
                     {"kind", "Event"},
                     {"metadata", {{"name", event.name}, {"namespace", object.object_namespace}}},
                     {"involvedObject",
                      {{"apiVersion", "keda.sh/v1alpha1"},
                       {"kind", object.Kind()},
                       {"namespace", object.object_namespace},
                       {"name", object.name},
                       {"uid", object.uid}}},
                     {"reason", event.reason},
                     {"message", OneLine(event.message, kMostWords)},
                     {"type", event.is_warning ? "Warning" : "Normal"},
                     {"source", {{"component", "loadline"}}},
                     {"firstTimestamp", Seconds(now)},
                     {"lastTimestamp", Seconds(now)},
                     {"count", 1}};
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string KubeEventName(const KedaObject& object, std::string_view what) {
  return fmt::format("{}.loadline-{:016x}", object.name.substr(0, kLongestName),
                     HashText(fmt::format("{} {}", object.uid, what)));
}

HttpRequest EventRequest(const std::string& server, const KubeEvent& event, Timestamp now) {
  HttpRequest request;
  request.url = fmt::format("{}/api/v1/namespaces/{}/events", server, UrlEncode(event.object->object_namespace));
  request.body = EventJson(event, now);
  request.content_type = "application/json";
  return request;
}

}  // namespace loadline
