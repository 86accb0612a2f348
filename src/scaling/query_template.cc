#include "scaling/query_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace loadline {
namespace {

bool IsNameChar(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; }

bool IsBare(std::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':' || c == '.';
  });
}

// For a PromQL string literal in `quote`s (Go's rules: prometheus.io/docs/prometheus/latest/querying/basics).
std::string EscapeForString(std::string_view value, char quote) {
  std::string escaped;
  for (const char c : value) {
    if (c == '\\' || c == quote) {
      escaped += '\\';
      escaped += c;
    } else if (c == '\n') {
      escaped += "\\n";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string EscapeForPattern(std::string_view value) {
  std::string escaped;
  for (const char c : value) {
    if (std::string_view(R"(\.+*?()|[]{}^$)").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// In a template of label_replace "$1" is a group, "$$" a $ (Go's regexp.Expand).
std::string EscapeForReplacement(std::string_view value) {
  std::string escaped;
  for (const char c : value) escaped += c == '$' ? "$$" : std::string(1, c);
  return escaped;
}

// Follows a query from left to right, to know whether one stands in a literal, and what that literal is.
class Scanner {
 public:
  void Pass(char c) {
    if (comment_) {
      comment_ = c != '\n';
    } else if (quote_ != 0) {
      PassInLiteral(c);
    } else {
      PassOutside(c);
    }
  }
  // A name that is put together with a parameter is no function's.
  void PassParameter() {
    word_.clear();
    word_ended_ = false;
  }

  char quote() const { return quote_; }      // the literal's, while in one; else 0
  bool comment() const { return comment_; }  // from # to the end of the line
  bool pattern() const { return last_operator_ == "=~" || last_operator_ == "!~" || IsArgument(4); }
  bool replacement() const { return IsArgument(2); }

 private:
  // What is open: a call, or another bracket, and how many commas it has had.
  struct Open {
    std::string function;
    int argument = 0;
  };

  bool IsArgument(int argument) const {
    return !open_.empty() && open_.back().function == "label_replace" && open_.back().argument == argument;
  }

  void PassInLiteral(char c) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\' && quote_ != '`') {
      escaped_ = true;
    } else if (c == quote_) {
      quote_ = 0;
      last_operator_.clear();
    }
  }

  void PassOutside(char c) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (c == '#') {
      comment_ = true;
    } else if (c == '"' || c == '\'' || c == '`') {
      quote_ = c;
    } else if (c == '=' || c == '~' || c == '!') {
      last_operator_ += c;
    } else if (!space) {
      last_operator_.clear();
    }
    if (c == '(' || c == '{' || c == '[') open_.push_back({c == '(' ? word_ : ""});
    if ((c == ')' || c == '}' || c == ']') && !open_.empty()) open_.pop_back();
    if (c == ',' && !open_.empty()) ++open_.back().argument;
    if (c != '#' && !space) Spell(c);
    word_ended_ = space || c == '#';
  }

  void Spell(char c) {
    if (word_ended_) word_.clear();
    if (IsNameChar(c) || c == ':') {
      word_ += c;
    } else {
      word_.clear();
    }
  }

  char quote_ = 0;
  bool escaped_ = false;
  bool comment_ = false;
  std::string last_operator_;
  std::string word_;  // the name that was passed last
  bool word_ended_ = false;
  std::vector<Open> open_;
};

}  // namespace

Result<QueryTemplate> QueryTemplate::Parse(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return Fail(Code::kInvalidArgument, "want a PromQL query; found an empty one");
  }
  QueryTemplate result;
  result.text_ = text;
  Scanner scanner;
  std::string literal;
  auto flush = [&] {
    if (!literal.empty()) result.pieces_.push_back({Place::kLiteral, literal, 0});
    literal.clear();
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at, 2) != "${") {
      scanner.Pass(text[at]);
      literal += text[at];
      continue;
    }
    const std::size_t end = text.find('}', at);
    const std::string_view name = end == std::string_view::npos ? "" : text.substr(at + 2, end - at - 2);
    if (name.empty() || !std::all_of(name.begin(), name.end(), IsNameChar)) {
      return Fail(Code::kInvalidArgument, fmt::format("a place for a parameter is written ${{name}}; found \"{}\"",
                                                      OneLine(text.substr(at), 20)));
    }
    if (scanner.comment())
      return Fail(Code::kInvalidArgument, fmt::format("no parameter in a comment; found ${{{}}}", name));
    flush();
    const Place place = scanner.quote() == 0    ? Place::kBare
                        : scanner.pattern()     ? Place::kPattern
                        : scanner.replacement() ? Place::kReplacement
                                                : Place::kString;
    result.pieces_.push_back({place, std::string(name), scanner.quote()});
    scanner.PassParameter();
    at = end;
  }
  flush();
  return result;
}

std::vector<std::string> QueryTemplate::Names() const {
  std::vector<std::string> names;
  for (const Piece& piece : pieces_) {
    if (piece.place == Place::kLiteral) continue;
    if (std::find(names.begin(), names.end(), piece.text) == names.end()) names.push_back(piece.text);
  }
  return names;
}

Result<std::string> QueryTemplate::Fill(const Parameters& values) const {
  std::string query;
  for (const Piece& piece : pieces_) {
    if (piece.place == Place::kLiteral) {
      query += piece.text;
      continue;
    }
    const auto found = values.find(piece.text);
    if (found == values.end()) {
      return Fail(Code::kInvalidArgument, fmt::format("parameter {} has no value", piece.text));
    }
    std::string value = found->second;
    if (piece.place == Place::kBare) {
      if (!IsBare(value)) {
        return Fail(
            Code::kInvalidArgument,
            fmt::format("parameter {}: outside of quotes a query takes only letters, digits, _ : and .; found \"{}\"",
                        piece.text, OneLine(value, 60)));
      }
      query += value;
      continue;
    }
    if (piece.place == Place::kPattern) value = EscapeForPattern(value);
    if (piece.place == Place::kReplacement) value = EscapeForReplacement(value);
    if (piece.quote != '`') {
      query += EscapeForString(value, piece.quote);
    } else if (value.find('`') == std::string::npos) {
      query += value;
    } else {
      return Fail(Code::kInvalidArgument, fmt::format("parameter {}: nothing escapes ` between `...`; found \"{}\"",
                                                      piece.text, OneLine(value, 60)));
    }
  }
  return query;
}

}  // namespace loadline
