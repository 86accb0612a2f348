#include "migrate/reading.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "base/quantity.h"
#include "base/text.h"

namespace loadline {
namespace {

constexpr std::size_t kLongestName = 63;

bool IsWordLetter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':'; }

// What may stand in a query where a metric's name may. Source: prometheus promql/parser/lex.go (key), functions.go.
bool IsPromqlWord(std::string_view word) {
  constexpr std::array<std::string_view, 34> kWords = {
      "sum",     "avg",          "count",       "min",         "max",    "group",  "stddev", "stdvar", "topk",
      "bottomk", "count_values", "quantile",    "and",         "or",     "unless", "atan2",  "by",     "without",
      "on",      "ignoring",     "group_left",  "group_right", "offset", "bool",   "start",  "end",    "inf",
      "nan",     "limitk",       "limit_ratio", "scalar",      "vector", "time",   "absent"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

// Behind the text in quotes, brackets or braces that begins at `at`.
std::size_t SkipEnclosed(std::string_view query, std::size_t at) {
  const char open = query[at];
  const char close = open == '{' ? '}' : open == '[' ? ']' : open;
  for (++at; at < query.size() && query[at] != close; ++at) {
    if (query[at] == '\\' && open != '`') ++at;
    if (open == '{' && (query[at] == '"' || query[at] == '\'')) at = SkipEnclosed(query, at) - 1;
  }
  return at + 1;
}

}  // namespace

const Node* FindPath(const Node& root, std::initializer_list<std::string_view> keys) {
  const Node* at = &root;
  for (const std::string_view key : keys) {
    at = at->Find(key);
    if (at == nullptr) return nullptr;
  }
  return at;
}

const Node& NodeAt(const Node& map, std::string_view key) {
  static const Node kNothing;
  const Node* found = map.Find(key);
  return found != nullptr ? *found : kNothing;
}

std::string TextAt(const Node& map, std::string_view key) {
  const Node* found = map.Find(key);
  return found != nullptr && found->kind == Node::Kind::kScalar ? found->text : "";
}

std::optional<double> NumberAt(const Node& map, std::string_view key) { return ParseQuantity(TextAt(map, key)); }

std::optional<double> PlainNumberAt(const Node& map, std::string_view key) {
  const std::string text = TextAt(map, key);
  const Result<double> number = ParseNumber(text.starts_with('+') ? text.substr(1) : text);
  if (!number) return std::nullopt;
  return *number;
}

std::optional<int> CountAt(const Node& map, std::string_view key) {
  constexpr double kMost = 100'000;
  const std::optional<double> number = NumberAt(map, key);
  if (!number || *number < 0 || *number > kMost || *number != std::floor(*number)) return std::nullopt;
  return static_cast<int>(*number);
}

std::string MergeKeyIn(const Node& node, const std::string& path) {
  for (const Entry& entry : node.entries) {
    const std::string inner = path.empty() ? entry.key : path + "." + entry.key;
    if (entry.key == "<<") return inner;
    if (std::string found = MergeKeyIn(entry.value, inner); !found.empty()) return found;
  }
  for (const Node& item : node.items) {
    if (std::string found = MergeKeyIn(item, path + "[]"); !found.empty()) return found;
  }
  return "";
}

std::optional<bool> TruthAt(const Node& map, std::string_view key) {
  const std::string text = TextAt(map, key);
  if (text == "true" || text == "True" || text == "TRUE" || text == "1" || text == "t" || text == "T") return true;
  if (text == "false" || text == "False" || text == "FALSE" || text == "0" || text == "f" || text == "F") return false;
  return std::nullopt;
}

const std::vector<Node>& ListAt(const Node& map, std::string_view key) {
  static const std::vector<Node> kNone;
  const Node* found = map.Find(key);
  return found != nullptr ? found->items : kNone;
}

const std::vector<Entry>& EntriesAt(const Node& map, std::string_view key) {
  static const std::vector<Entry> kNone;
  const Node* found = map.Find(key);
  return found != nullptr ? found->entries : kNone;
}

std::string NameFrom(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isalnum(letter) != 0 && letter < 0x80) {
      name += static_cast<char>(std::tolower(letter));
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
    if (name.size() == kLongestName) break;
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name.empty() ? "x" : name;
}

std::string FreeName(std::string_view text, std::vector<std::string>& taken) {
  const std::string base = NameFrom(text);
  std::string name = base;
  for (int number = 2; std::find(taken.begin(), taken.end(), name) != taken.end(); ++number) {
    const std::string suffix = "-" + std::to_string(number);
    name = base.substr(0, kLongestName - suffix.size()) + suffix;
  }
  taken.push_back(name);
  return name;
}

std::string MetricIn(std::string_view query) {
  for (std::size_t at = 0; at < query.size();) {
    const char c = query[at];
    if (c == '"' || c == '\'' || c == '`' || c == '{' || c == '[') {
      at = SkipEnclosed(query, at);
    } else if (c == '#') {
      at = std::min(query.find('\n', at), query.size());  // a comment
    } else if (!IsWordLetter(c)) {
      ++at;
    } else {
      const std::size_t begin = at;
      while (at < query.size() && IsWordLetter(query[at])) ++at;
      const std::string_view word = query.substr(begin, at - begin);
      std::size_t next = at;
      while (next < query.size() && query[next] == ' ') ++next;
      const bool grouping = word == "by" || word == "without" || word == "on" || word == "ignoring" ||
                            word == "group_left" || word == "group_right";
      if (grouping && next < query.size() && query[next] == '(') {
        at = std::min(query.find(')', next), query.size());  // labels, not metrics
        continue;
      }
      const bool called = next < query.size() && query[next] == '(';
      if (!called && std::isdigit(static_cast<unsigned char>(word[0])) == 0 && !IsPromqlWord(word))
        return std::string(word);
    }
  }
  return "query";
}

}  // namespace loadline
