// What must not be in a value that goes into a line of somebody else's: there it would begin another one.
#ifndef LOADLINE_BASE_CONTROL_CHARACTERS_H_
#define LOADLINE_BASE_CONTROL_CHARACTERS_H_

#include <algorithm>
#include <string_view>

namespace loadline {

// Line breaks and the others of ASCII.
inline bool HasControlCharacters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace loadline

#endif  // LOADLINE_BASE_CONTROL_CHARACTERS_H_
