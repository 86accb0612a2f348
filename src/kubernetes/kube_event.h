// An Event of an object of KEDA's, as Kubernetes takes it.
#ifndef LOADLINE_KUBERNETES_KUBE_EVENT_H_
#define LOADLINE_KUBERNETES_KUBE_EVENT_H_

#include <memory>
#include <string>
#include <string_view>

#include "kubernetes/kube_objects.h"
#include "system/http_client.h"

namespace loadline {

struct KubeEvent {
  std::shared_ptr<const KedaObject> object;  // whose it is
  std::string name;                          // its own
  std::string reason;                        // "PolicyMissing"
  std::string message;
  bool is_warning = false;
};

// "NAME.loadline-0123456789abcdef": equal on every pod for as long as the object is the same and `what` is.
std::string KubeEventName(const KedaObject& object, std::string_view what);

// Creates it. `server` as in KubeConfig.
HttpRequest EventRequest(const std::string& server, const KubeEvent& event, Timestamp now);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_KUBE_EVENT_H_
