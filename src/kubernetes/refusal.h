// What the API server's refusal of a request means, for people.
#ifndef LOADLINE_KUBERNETES_REFUSAL_H_
#define LOADLINE_KUBERNETES_REFUSAL_H_

#include <cstddef>
#include <string>

namespace loadline {

// Bytes, of what a server said, that people are told.
inline constexpr std::size_t kMostTold = 300;

// By name of verb, resource, group and namespace; `body`: the Status that came, or what came in its place.
std::string RefusalText(int status, const std::string& body, const std::string& verb, const std::string& resource,
                        const std::string& group, const std::string& object_namespace);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_REFUSAL_H_
