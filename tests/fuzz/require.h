// What a fuzzer asks for: where it does not hold, the input is a finding.
#ifndef LOADLINE_TESTS_FUZZ_REQUIRE_H_
#define LOADLINE_TESTS_FUZZ_REQUIRE_H_

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace loadline::fuzz {

inline void Require(bool holds) {
  if (!holds) std::abort();
}

// Words for people, as they stand in a line of a log or of an Event.
inline void RequireOneLine(std::string_view text, std::size_t most) {
  Require(text.size() <= most);
  for (const char c : text) Require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

// An input from its begin on.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  // 0 where nothing is left.
  std::uint8_t Byte() {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }
  // Up to the next zero byte, or the end.
  std::string_view Part() {
    const std::string_view part = rest_.substr(0, rest_.find('\0'));
    rest_.remove_prefix(part.size() == rest_.size() ? part.size() : part.size() + 1);
    return part;
  }
  std::string_view Rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace loadline::fuzz

#endif  // LOADLINE_TESTS_FUZZ_REQUIRE_H_
