#include "scaling/expression_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "scaling/expression.h"

namespace loadline {
namespace {

// Of ASCII, whatever the locale.
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool BeginsName(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool GoesOn(char c) { return BeginsName(c) || IsDigit(c) || c == '.'; }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool Has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Scanner {
 public:
  Scanner(std::string_view text, const std::vector<std::string>& variables, const std::vector<std::string>& functions)
      : text_(text), variables_(variables), functions_(functions) {}

  Result<ExpressionText> Run() {
    if (text_.size() > Expression::kLongest) {
      return Fail(Code::kInvalidArgument,
                  fmt::format("an expression has at most {} characters; found {}", Expression::kLongest, text_.size()));
    }
    while (!problem_ && at_ < text_.size()) Next();
    if (!problem_ && open_.size() > 1) Problem(open_.back().at, "( is not closed");
    if (!problem_ && scanned_.text.find_first_not_of(' ') == std::string::npos)
      problem_ = "want an expression; found nothing";
    if (problem_) return Fail(Code::kInvalidArgument, *problem_);
    return std::move(scanned_);
  }

 private:
  struct Part {
    std::size_t at = 0;     // of its "("
    bool compares = false;  // since its last && || ? : or comma
  };

  void Next() {
    const char c = text_[at_];
    if (IsBlank(c)) {
      scanned_.text += ' ';
      ++at_;
    } else if (BeginsName(c)) {
      Name();
    } else if (IsDigit(c) || c == '.') {
      Number();
    } else {
      Sign(c);
    }
  }

  void Name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && GoesOn(text_[at_])) ++at_;
    const std::string name(text_.substr(begin, at_ - begin));
    scanned_.text += name;
    std::size_t next = at_;
    while (next < text_.size() && IsBlank(text_[next])) ++next;
    if (next < text_.size() && text_[next] == '(') {
      if (!Has(functions_, name)) return Unknown(begin, "function", name, functions_);
      // muparser sees a call only where nothing is in between: the blanks go behind the "(".
      Open(next);
      scanned_.text.append(next - at_, ' ');
      at_ = next + 1;
    } else if (Has(variables_, name)) {
      scanned_.variables.insert(name);
    } else if (Has(functions_, name)) {
      Problem(begin, fmt::format("{} is a function: want {}(...)", name, name));
    } else {
      Unknown(begin, "name", name, variables_);
    }
  }

  void Number() {
    double number = 0;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), number);
    const std::size_t after = at_ + static_cast<std::size_t>(end - begin);
    if (error != std::errc() || (after < text_.size() && GoesOn(text_[after]))) {
      std::size_t last = at_;
      while (last < text_.size() && GoesOn(text_[last])) ++last;
      return Problem(at_, fmt::format("want a number, such as 0.25 or 1e6; found \"{}\"",
                                      OneLine(text_.substr(at_, last - at_), 40)));
    }
    scanned_.text += text_.substr(at_, after - at_);
    at_ = after;
  }

  void Sign(char c) {
    const std::string_view two = text_.substr(at_, 2);
    if (two == "==" || two == "!=" || two == "<=" || two == ">=") return Comparison(2);
    if (c == '<' || c == '>') return Comparison(1);
    if (c == '=') return Problem(at_, "nothing is assigned here; to compare, write ==");
    if (two == "&&" || two == "||") return Separator(2);
    if (c == '&' || c == '|') return Problem(at_, fmt::format("want {}{}; found {}", c, c, c));
    switch (c) {
      case '+':
      case '-':
      case '*':
      case '/':
      case '^':
      case '!': return Take(1);
      case '?':
      case ':':
      case ',': return Separator(1);
      case '(': return Open(at_++);
      case ')': return Close();
      default: Problem(at_, fmt::format("want a number, a name or a sign; found \"{}\"", OneLine(FirstLetter(), 8)));
    }
  }

  // 1 < 2 < 3 would be (1 < 2) < 3, which nobody means.
  void Comparison(std::size_t length) {
    if (open_.back().compares) return Problem(at_, "comparisons do not chain: want a < b && b < c, or parentheses");
    open_.back().compares = true;
    Take(length);
  }

  void Separator(std::size_t length) {
    open_.back().compares = false;
    Take(length);
  }

  // All bytes of it, as UTF-8 has them.
  std::string_view FirstLetter() const {
    std::size_t end = at_ + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) ++end;
    return text_.substr(at_, end - at_);
  }

  void Take(std::size_t count) {
    scanned_.text += text_.substr(at_, count);
    at_ += count;
  }

  void Open(std::size_t at) {
    scanned_.text += '(';
    open_.push_back({at});
    if (open_.size() > Expression::kDeepest + 1)
      Problem(at, fmt::format("want at most {} parentheses within each other", Expression::kDeepest));
  }

  void Close() {
    if (open_.size() == 1) return Problem(at_, ") closes nothing");
    open_.pop_back();
    Take(1);
  }

  void Unknown(std::size_t at, std::string_view what, const std::string& name, const std::vector<std::string>& known) {
    const std::optional<std::string> meant = DidYouMean(name, known);
    Problem(at, fmt::format("unknown {} {}{}", what, OneLine(name, 60),
                            meant ? fmt::format(" (did you mean {}?)", *meant) : ""));
  }

  void Problem(std::size_t at, const std::string& rule) { problem_ = fmt::format("at character {}: {}", at + 1, rule); }

  const std::string_view text_;
  const std::vector<std::string>& variables_;
  const std::vector<std::string>& functions_;
  std::size_t at_ = 0;
  std::vector<Part> open_ = {{}};  // the whole, and what is in parentheses that are still open
  ExpressionText scanned_;
  std::optional<std::string> problem_;
};

}  // namespace

Result<ExpressionText> ScanExpression(std::string_view text, const std::vector<std::string>& variables,
                                      const std::vector<std::string>& functions) {
  return Scanner(text, variables, functions).Run();
}

bool IsExpressionName(std::string_view name) {
  return !name.empty() && name.size() <= 200 && BeginsName(name.front()) &&
         std::all_of(name.begin(), name.end(), GoesOn);
}

}  // namespace loadline
