// A line of a scenario's text.
#ifndef LOADLINE_SCALING_SCENARIO_LINE_H_
#define LOADLINE_SCALING_SCENARIO_LINE_H_

#include <cstddef>
#include <string_view>

namespace loadline {

inline constexpr std::string_view kScenarioBlanks = " \t\r";

// Where a comment begins, or the end. In a `load` a # within quotes is the query's.
std::size_t CommentOf(std::string_view line, bool quotes);

// Without blanks at its ends.
std::string_view Trimmed(std::string_view text);

// One line, word by word.
class Words {
 public:
  explicit Words(std::string_view line) : line_(line) {}

  std::string_view Next() {
    Skip();
    const std::string_view word = line_.substr(at_, line_.substr(at_).find_first_of(kScenarioBlanks));
    at_ += word.size();
    return word;
  }
  std::string_view Rest() {
    Skip();
    return Trimmed(line_.substr(at_));
  }
  // Where the next word begins, counted from 1.
  int column() {
    Skip();
    return static_cast<int>(at_) + 1;
  }

 private:
  void Skip() {
    const std::size_t next = line_.find_first_not_of(kScenarioBlanks, at_);
    at_ = next == std::string_view::npos ? line_.size() : next;
  }

  std::string_view line_;
  std::size_t at_ = 0;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_SCENARIO_LINE_H_
