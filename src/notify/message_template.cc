#include "notify/message_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"

namespace loadline {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestShown = 60;

struct Placeholder {
  std::string_view name;
  std::function<std::string(const Notification&)> value;
  bool may_be_number = false;
};

const std::vector<Placeholder>& Placeholders() {
  static const std::vector<Placeholder> placeholders = {
      {"id", IdOf},
      {"type", TypeOf},
      {"kind", [](const Notification& each) { return std::string(EventKindName(each.now.kind)); }},
      {"severity", [](const Notification& each) { return std::string(UrgencyName(each.now.urgency)); }},
      {"subject", [](const Notification& each) { return each.now.subject; }},
      {"namespace", [](const Notification& each) { return each.now.object_namespace; }},
      {"object", [](const Notification& each) { return each.now.object; }},
      {"policy", [](const Notification& each) { return each.now.policy; }},
      {"from", [](const Notification& each) { return each.from; }, true},
      {"to", [](const Notification& each) { return each.now.value; }, true},
      {"changes", [](const Notification& each) { return std::to_string(each.changes); }, true},
      {"reason", [](const Notification& each) { return each.now.reason; }},
      {"text", TextOf},
      {"time", [](const Notification& each) { return FormatTimestamp(each.now.time); }},
  };
  return placeholders;
}

const Placeholder* FindPlaceholder(std::string_view name) {
  const auto found = std::ranges::find(Placeholders(), name, &Placeholder::name);
  return found == Placeholders().end() ? nullptr : &*found;
}

std::string Quoted(const std::string& text) { return json(text).dump(-1, ' ', false, json::error_handler_t::replace); }

std::string ValueText(const Placeholder& placeholder, const std::string& value) {
  // "05" and ".5" are numbers to us alone.
  return placeholder.may_be_number && ParseNumber(value) && json::accept(value) ? value : Quoted(value);
}

// Where the end of a literal is: whether within a JSON string, and there within an escape that it has begun.
struct End {
  bool in_string = false;
  bool in_escape = false;
};
End EndOf(std::string_view literal, bool in_string) {
  for (std::size_t i = 0; i < literal.size(); ++i) {
    if (in_string && literal[i] == '\\') {
      i += literal.substr(i + 1, 1) == "u" ? 5 : 1;  // \u00e4
      if (i >= literal.size()) return {true, true};
    } else if (literal[i] == '"') {
      in_string = !in_string;
    }
  }
  return {in_string, false};
}

// What nlohmann says, without its own number of the error: "parse error at line 1, column 9: ..."
std::string ParseErrorOf(const std::string& text) {
  try {
    [[maybe_unused]] const json parsed = json::parse(text);
    return "";
  } catch (const json::exception& error) {  // also a number that is too large
    const std::string_view what = error.what();
    const std::size_t end = what.find("] ");
    return OneLine(end == std::string_view::npos ? what : what.substr(end + 2), 200);
  }
}

// Both kinds of values that may stand outside of strings.
std::vector<Notification> Samples() {
  Notification numbers;
  numbers.now.value = "5";
  numbers.from = "3";
  Notification words;
  words.now.value = "holding";
  words.from = std::string(kWell);
  return {numbers, words};
}

}  // namespace

const std::vector<std::string>& PlaceholderNames() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Placeholder& each : Placeholders()) all.emplace_back(each.name);
    return all;
  }();
  return names;
}

Result<MessageTemplate> MessageTemplate::Parse(std::string_view text) {
  MessageTemplate parsed;
  bool in_string = false;
  while (!text.empty()) {
    const std::size_t begin = std::min(text.find("{{"), text.size());
    const std::string_view literal = text.substr(0, begin);
    const End literal_end = EndOf(literal, in_string);
    in_string = literal_end.in_string;
    parsed.pieces_.push_back({Place::kLiteral, std::string(literal)});
    text.remove_prefix(begin);
    if (text.empty()) break;
    if (literal_end.in_escape) {
      return Fail(Code::kInvalidArgument, fmt::format("a {{{{ stands in the escape that a \\ begins: found \"{}\"",
                                                      OneLine(text, kLongestShown)));
    }
    const std::size_t end = text.find("}}");
    if (end == std::string_view::npos) {
      return Fail(Code::kInvalidArgument,
                  fmt::format("a {{{{ has no }}}} after it: found \"{}\"", OneLine(text, kLongestShown)));
    }
    const std::string name = FoldBlanks(text.substr(2, end - 2));
    if (FindPlaceholder(name) == nullptr) {
      const auto meant = DidYouMean(name, PlaceholderNames());
      return Fail(Code::kInvalidArgument, fmt::format("there is no placeholder {{{{{}}}}}; want {}{}",
                                                      OneLine(name, kLongestShown), JoinWords(PlaceholderNames(), "or"),
                                                      meant ? fmt::format(" (did you mean {{{{{}}}}}?)", *meant) : ""));
    }
    parsed.pieces_.push_back({in_string ? Place::kInString : Place::kValue, name});
    text.remove_prefix(end + 2);
  }
  for (const Notification& sample : Samples()) {
    const std::string problem = ParseErrorOf(parsed.Fill(sample));
    if (!problem.empty()) {
      return Fail(Code::kInvalidArgument,
                  fmt::format("is no JSON once it is filled: {}; want something like {}", problem, kPlainTemplate));
    }
  }
  return parsed;
}

std::string MessageTemplate::Fill(const Notification& notification) const {
  std::string text;
  for (const Piece& piece : pieces_) {
    if (piece.place == Place::kLiteral) {
      text += piece.text;
      continue;
    }
    const Placeholder& placeholder = *FindPlaceholder(piece.text);
    const std::string value = placeholder.value(notification);
    const std::string quoted = piece.place == Place::kInString ? Quoted(value) : ValueText(placeholder, value);
    text += piece.place == Place::kInString ? quoted.substr(1, quoted.size() - 2) : quoted;
  }
  return text;
}

}  // namespace loadline
