#include "migrate/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "base/quantity.h"
#include "base/text.h"
#include "migrate/reading.h"

namespace loadline {
namespace {

constexpr double kLargest = 1e15;  // what doubles and a scenario's decimals can still tell apart
constexpr double kLongestSeconds = 366.0 * 24 * 3600;

std::string CamelCase(std::string_view name) {
  std::string camel;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '_' && i + 1 < name.size()) {
      camel += static_cast<char>(std::toupper(static_cast<unsigned char>(name[++i])));
    } else {
      camel += name[i];
    }
  }
  return camel;
}

const Entry* FindEntry(const Node& map, std::string_view name) {
  const std::string camel = CamelCase(name);
  for (const Entry& entry : map.entries) {
    if (entry.key == name || entry.key == camel) return &entry;
  }
  return nullptr;
}

// Kubernetes' notation, and numbers below 0.
std::optional<double> NumberOf(const Node& node) {
  if (node.kind != Node::Kind::kScalar) return std::nullopt;
  if (const auto plain = ParseNumber(node.text)) return *plain;
  return ParseQuantity(node.text);
}

}  // namespace

bool HasField(const Node& map, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return FindEntry(map, name) != nullptr; });
}

Fields::Fields(const Node& map, std::string path, Migration& migration)
    : map_(map), path_(std::move(path)), migration_(migration) {}

std::string Fields::Spelled(std::string_view name) const {
  if (const Entry* entry = FindEntry(map_, name)) return entry->key;
  const bool snake = std::any_of(map_.entries.begin(), map_.entries.end(),
                                 [](const Entry& entry) { return entry.key.find('_') != std::string::npos; });
  return snake ? std::string(name) : CamelCase(name);
}

std::string Fields::Path(std::string_view field) const {
  if (path_.empty() || field.empty()) return path_.empty() ? Spelled(field) : path_;
  return fmt::format("{}.{}", path_, Spelled(field));
}

const Node* Fields::Take(std::initializer_list<std::string_view> names) {
  taken_as_ = Spelled(*names.begin());
  for (const std::string_view name : names) {
    const Entry* entry = FindEntry(map_, name);
    if (entry == nullptr) continue;
    taken_as_ = entry->key;
    taken_.push_back(entry->key);
    return entry->value.kind == Node::Kind::kNull ? nullptr : &entry->value;
  }
  return nullptr;
}

void Fields::Refuse(std::string_view rule, const Node& found) {
  Tell(Fate::kNotCarried, fmt::format("is {}; found {}", rule, DescribeNode(found)));
}

std::string Fields::Text(std::initializer_list<std::string_view> names) {
  const Node* found = Take(names);
  if (found == nullptr) return "";
  if (found->kind != Node::Kind::kScalar) Refuse("a text", *found);
  return found->text;
}

std::optional<double> Fields::Number(std::initializer_list<std::string_view> names) {
  const Node* found = Take(names);
  if (found == nullptr) return std::nullopt;
  const auto number = NumberOf(*found);
  if (!number || std::abs(*number) > kLargest) {
    Refuse(number ? "at most 1e15" : "a number", *found);
    return std::nullopt;
  }
  return number;
}

std::optional<bool> Fields::Truth(std::initializer_list<std::string_view> names) {
  const Node* found = Take(names);
  if (found == nullptr) return std::nullopt;
  if (found->text == "true") return true;
  if (found->text == "false") return false;
  Refuse("true or false", *found);
  return std::nullopt;
}

std::optional<Duration> Fields::Time(std::initializer_list<std::string_view> names) {
  const Node* found = Take(names);
  if (found == nullptr) return std::nullopt;
  // 5m is a duration here, not the quantity that Kubernetes would take it for.
  if (const auto parsed = ParseDuration(found->text); parsed && *parsed >= Duration::zero()) return *parsed;
  if (const auto seconds = NumberOf(*found); seconds && *seconds >= 0 && *seconds <= kLongestSeconds)
    return Duration(static_cast<std::int64_t>(std::llround(*seconds * 1000)));
  Refuse("a number of seconds, or a duration such as 5m", *found);
  return std::nullopt;
}

const Node& Fields::Map(std::initializer_list<std::string_view> names) {
  static const Node kNone;
  const Node* found = Take(names);
  return found != nullptr ? *found : kNone;
}

const std::vector<Node>& Fields::List(std::initializer_list<std::string_view> names) {
  static const std::vector<Node> kNone;
  const Node* found = Take(names);
  if (found == nullptr) return kNone;
  if (found->kind != Node::Kind::kList) Refuse("a list", *found);
  return found->items;
}

void Fields::Each(std::initializer_list<std::string_view> names, const ReadItem& read) {
  const std::vector<Node>& items = List(names);
  const std::string path = Path();
  for (std::size_t i = 0; i < items.size(); ++i) read(items[i], fmt::format("{}[{}]", path, i));
}

void Fields::Leave(std::initializer_list<std::string_view> names, std::string_view why) {
  std::vector<std::string> there;
  for (const std::string_view name : names) {
    if (Take({name}) != nullptr) there.push_back(taken_as_);
  }
  if (there.empty()) return;
  const std::string of = there.size() > 1 ? JoinWords(there) + ": " : "";
  migration_.Tell(Fate::kNotCarried,
                  there.size() == 1 ? Path(there.front())
                  : path_.empty()   ? "document"
                                    : path_,
                  of + std::string(why));
}

void Fields::TellRest() {
  for (const Entry& entry : map_.entries) {
    if (std::find(taken_.begin(), taken_.end(), entry.key) != taken_.end()) continue;
    migration_.Tell(Fate::kNotCarried, Path(entry.key), "is not known here");
  }
}

}  // namespace loadline
