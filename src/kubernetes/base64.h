// What Kubernetes keeps bytes in.
#ifndef LOADLINE_KUBERNETES_BASE64_H_
#define LOADLINE_KUBERNETES_BASE64_H_

#include <optional>
#include <string>
#include <string_view>

namespace loadline {

// The bytes of standard base64 (RFC 4648), line ends let through; none where it is not that.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_BASE64_H_
