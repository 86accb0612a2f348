// Bytes as text (RFC 4648, the standard alphabet).
#ifndef LOADLINE_BASE_BASE64_H_
#define LOADLINE_BASE_BASE64_H_

#include <optional>
#include <string>
#include <string_view>

namespace loadline {

// The bytes of standard base64, line ends let through; none where it is not that.
std::optional<std::string> DecodeBase64(std::string_view text);

// On one line, with padding.
std::string EncodeBase64(std::string_view bytes);

}  // namespace loadline

#endif  // LOADLINE_BASE_BASE64_H_
