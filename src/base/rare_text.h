// A text that is nearly always empty, in the room of a pointer. For what is kept by the ten thousand.
#ifndef LOADLINE_BASE_RARE_TEXT_H_
#define LOADLINE_BASE_RARE_TEXT_H_

#include <memory>
#include <string>
#include <utility>

namespace loadline {

class RareText {
 public:
  RareText() = default;
  RareText(std::string text) : text_(text.empty() ? nullptr : std::make_unique<const std::string>(std::move(text))) {}
  RareText(const RareText& other)
      : text_(other.empty() ? nullptr : std::make_unique<const std::string>(*other.text_)) {}
  RareText(RareText&&) noexcept = default;
  RareText& operator=(const RareText& other) { return *this = RareText(other); }
  RareText& operator=(RareText&&) noexcept = default;
  ~RareText() = default;

  bool empty() const { return text_ == nullptr; }
  const std::string& text() const {
    static const std::string kEmpty;
    return empty() ? kEmpty : *text_;
  }

 private:
  std::unique_ptr<const std::string> text_;  // null: empty
};

}  // namespace loadline

#endif  // LOADLINE_BASE_RARE_TEXT_H_
