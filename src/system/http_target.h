// What a request asks for: the target of its first line, taken apart.
#ifndef LOADLINE_SYSTEM_HTTP_TARGET_H_
#define LOADLINE_SYSTEM_HTTP_TARGET_H_

#include <map>
#include <string>
#include <string_view>

namespace loadline {

struct HttpTarget {
  std::string path;                          // percent-decoded, once, and otherwise as it was sent
  std::map<std::string, std::string> query;  // decoded; of a repeated key the last
};

HttpTarget ParseTarget(std::string_view target);

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_HTTP_TARGET_H_
