// Regular expressions that people write (RE2), compiled once for all documents that hold the same one.
#ifndef LOADLINE_DOCUMENT_REGEX_H_
#define LOADLINE_DOCUMENT_REGEX_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace loadline {

// Immutable, and so thread-safe.
class Regex {
 public:
  explicit Regex(std::string_view text);
  ~Regex();

  // Why it is no regular expression; empty where it is one.
  std::string Problem() const;
  // Whether all of `text` matches. REQUIRES: it has no problem.
  bool Matches(std::string_view text) const;

 private:
  const std::unique_ptr<const re2::RE2> compiled_;
};

// To compile "[A-Za-z0-9._-]{1,249}" takes 480 us, to match it 0.04 us; and 10,000 documents hold few different ones.
class Regexes {
 public:
  std::shared_ptr<const Regex> Compile(const std::string& text);

 private:
  std::map<std::string, std::shared_ptr<const Regex>> known_;
};

}  // namespace loadline

#endif  // LOADLINE_DOCUMENT_REGEX_H_
