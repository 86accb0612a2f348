// A PromQL query with places for parameters: max(lag_seconds{pipeline="${pipeline}"}).
#ifndef LOADLINE_SCALING_QUERY_TEMPLATE_H_
#define LOADLINE_SCALING_QUERY_TEMPLATE_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline {

using Parameters = std::map<std::string, std::string>;  // name -> value

// A value is escaped for the place where it stands, so that it can never become syntax:
//   in "..." or '...'          backslashes, the quote and line breaks are escaped
//   there, as a pattern        it matches itself only: regular expression characters are escaped, too. Patterns stand
//                              after =~ and !~, and last in label_replace
//   there, as a replacement    of label_replace: $ is doubled, so that it refers to no group
//   in `...`                   a value with ` is refused, as nothing escapes there
//   elsewhere                  only letters, digits, _ : and . are let through (a metric's name, a number, 5m)
class QueryTemplate {
 public:
  QueryTemplate() = default;

  // Fails with kInvalidArgument: an empty query, a "${" without "}", a name that is no parameter name.
  static Result<QueryTemplate> Parse(std::string_view text);

  // The names that stand in it, each once, in order of appearance.
  std::vector<std::string> Names() const;

  // The query with the values in their places. Fails with kInvalidArgument if a value is missing or may not
  // stand where it should; the message names the parameter.
  Result<std::string> Fill(const Parameters& values) const;

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend bool operator==(const QueryTemplate& a, const QueryTemplate& b) { return a.text_ == b.text_; }

 private:
  enum class Place { kLiteral, kString, kPattern, kReplacement, kBare };
  struct Piece {
    Place place;
    std::string text;  // of a literal; else the parameter's name
    char quote = 0;
  };

  std::string text_;
  std::vector<Piece> pieces_;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_QUERY_TEMPLATE_H_
