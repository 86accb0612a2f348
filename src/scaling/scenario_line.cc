#include "scaling/scenario_line.h"

namespace loadline {

std::size_t CommentOf(std::string_view line, bool quotes) {
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == '\\') ++i;
      if (c == quote) quote = 0;
    } else if (quotes && (c == '"' || c == '\'' || c == '`')) {
      quote = c;
    } else if (c == '#' && (i == 0 || kScenarioBlanks.find(line[i - 1]) != std::string_view::npos)) {
      return i;
    }
  }
  return line.size();
}

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kScenarioBlanks);
  if (begin == std::string_view::npos) return text.substr(text.size());
  return text.substr(begin, text.find_last_not_of(kScenarioBlanks) - begin + 1);
}

}  // namespace loadline
