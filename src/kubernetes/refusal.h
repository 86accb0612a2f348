// What the API server's refusal of a request means, for people.
#ifndef LOADLINE_KUBERNETES_REFUSAL_H_
#define LOADLINE_KUBERNETES_REFUSAL_H_

#include <string>

namespace loadline {

// By name of verb, resource, group and namespace; `body`: the Status that came, or what came in its place.
std::string RefusalText(int status, const std::string& body, const std::string& verb, const std::string& resource,
                        const std::string& group, const std::string& object_namespace);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_REFUSAL_H_
