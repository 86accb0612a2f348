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

// Follows a query from left to right, to know whether one stands in a literal, and in which.
struct Scanner {
  char quote = 0;        // the literal's, while in one
  bool pattern = false;  // whether the literal stands after =~ or !~
  bool escaped = false;
  bool comment = false;  // from # to the end of the line
  std::string last_operator;

  void Pass(char c) {
    if (comment) {
      comment = c != '\n';
      return;
    }
    if (quote != 0) {
      if (escaped) {
        escaped = false;
      } else if (c == '\\' && quote != '`') {
        escaped = true;
      } else if (c == quote) {
        quote = 0;
        last_operator.clear();
      }
      return;
    }
    if (c == '#') {
      comment = true;
    } else if (c == '"' || c == '\'' || c == '`') {
      quote = c;
      pattern = last_operator == "=~" || last_operator == "!~";
    } else if (c == '=' || c == '~' || c == '!') {
      last_operator += c;
    } else if (c != ' ' && c != '\n' && c != '\t') {
      last_operator.clear();
    }
  }
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
    if (scanner.comment)
      return Fail(Code::kInvalidArgument, fmt::format("no parameter in a comment; found ${{{}}}", name));
    flush();
    const Place place = scanner.quote == 0     ? Place::kBare
                        : scanner.quote == '`' ? (scanner.pattern ? Place::kPattern : Place::kRaw)
                        : scanner.pattern      ? Place::kPattern
                                               : Place::kString;
    result.pieces_.push_back({place, std::string(name), scanner.quote});
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
