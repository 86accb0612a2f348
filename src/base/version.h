// Which build this is.
#ifndef LOADLINE_BASE_VERSION_H_
#define LOADLINE_BASE_VERSION_H_

#include <string_view>

namespace loadline {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace loadline

#endif  // LOADLINE_BASE_VERSION_H_
