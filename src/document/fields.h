// A field of a document is declared once, with its name, type, unit, default, bounds and help:
//
//   template <class Visitor>
//   void DescribeFields(Visitor& visit, Backlog& backlog) {
//     visit({.name = "drainWithin", .help = "...", .required = true, .above = 0}, backlog.drain_within);
//   }
//
// Visitors then do with it what they are for: FieldReader (below) parses and checks, FieldLister (field_list.h) yields
// names, defaults and help. Declared structs nest; DescribeFields is found in the struct's namespace.
#ifndef LOADLINE_DOCUMENT_FIELDS_H_
#define LOADLINE_DOCUMENT_FIELDS_H_

#include <array>
#include <concepts>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "document/node.h"

namespace re2 {
class RE2;
}

namespace loadline {

struct Field {
  std::string_view name;
  std::string_view help;  // one sentence or two, for the reference and --help
  std::string_view unit = {};
  std::string_view example = {};
  bool required = false;
  std::optional<double> above = {};     // numbers; durations in seconds
  std::optional<double> at_least = {};  // likewise
  std::optional<double> at_most = {};   // likewise
  std::string_view pattern = {};        // texts: RE2, the whole must match
  std::string_view pattern_help = {};   // what the pattern means, for people
  const re2::RE2* compiled = nullptr;   // of `pattern`; FieldReader sets it
};

// An enum that may stand in a document has this function beside it: its values with the words for them.
//   constexpr auto EnumWords(OnEmpty) { return std::array{std::pair{OnEmpty::kMissing, "missing"}, ...}; }
template <class T>
concept WordedEnum = std::is_enum_v<T> && requires(T value) {
  EnumWords(value);
};

// A type with a syntax of its own has this function beside it; it reports what is wrong by AddProblem.
template <class T>
concept SelfReading = requires(const Node& node, const Field& field, const std::string& path, Problems& problems,
                               T& value) {
  ReadValue(node, field, path, problems, value);
};

// The bounds in words: "above 0", "from 1 to 10"; empty without bounds. Those of durations are `seconds`.
std::string BoundsText(const Field& field, bool seconds);

void AddProblem(Problems& problems, const Node& node, const std::string& path, std::string rule, std::string hint = {});

// The scalars. Each leaves `value` as it was where there is a problem.
void ReadScalar(const Node& node, const Field& field, const std::string& path, Problems& problems, std::string& value);
void ReadScalar(const Node& node, const Field& field, const std::string& path, Problems& problems, double& value);
void ReadScalar(const Node& node, const Field& field, const std::string& path, Problems& problems, int& value);
void ReadScalar(const Node& node, const Field& field, const std::string& path, Problems& problems, bool& value);
void ReadScalar(const Node& node, const Field& field, const std::string& path, Problems& problems, Duration& value);
// Which of the words it is; nothing where it is none, which then has been reported.
std::optional<std::size_t> ReadWord(const Node& node, const std::string& path, Problems& problems,
                                    const std::vector<std::string>& words);
bool WantKind(const Node& node, Node::Kind kind, const std::string& path, Problems& problems);

class FieldReader;
template <class T>
void ReadFields(const Node& node, const std::string& path, Problems& problems, T& value);

namespace internal {
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsNamed : std::false_type {};
template <class T>
struct IsNamed<std::map<std::string, T>> : std::true_type {};
}  // namespace internal

// Reads `node` into `value`, whatever it is, and adds what is wrong to `problems`.
template <class T>
void ReadAny(const Node& node, const Field& field, const std::string& path, Problems& problems, T& value) {
  if constexpr (SelfReading<T>) {
    ReadValue(node, field, path, problems, value);
  } else if constexpr (internal::IsOptional<T>::value) {
    // Set even where the value is bad: that was reported, and "is required" beside it would mislead.
    ReadAny(node, field, path, problems, value.emplace());
  } else if constexpr (internal::IsVector<T>::value) {
    if (!WantKind(node, Node::Kind::kList, path, problems)) return;
    value.clear();
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      typename T::value_type inner{};
      ReadAny(node.items[i], field, path + "[" + std::to_string(i) + "]", problems, inner);
      value.push_back(std::move(inner));
    }
  } else if constexpr (internal::IsNamed<T>::value) {
    if (!WantKind(node, Node::Kind::kMap, path, problems)) return;
    for (const Entry& entry : node.entries)
      ReadAny(entry.value, field, path + "." + entry.key, problems, value[entry.key]);
  } else if constexpr (WordedEnum<T>) {
    std::vector<std::string> words;
    for (const auto& [_, word] : EnumWords(T{})) words.emplace_back(word);
    if (const auto index = ReadWord(node, path, problems, words)) value = EnumWords(T{})[*index].first;
  } else if constexpr (requires { ReadScalar(node, field, path, problems, value); }) {
    ReadScalar(node, field, path, problems, value);
  } else {
    ReadFields(node, path, problems, value);
  }
}

// Field patterns, compiled: that takes a thousand times as long as a match, and 10,000 documents have the same fields.
class CompiledPatterns {
 public:
  CompiledPatterns();
  ~CompiledPatterns();

  // As a visitor it compiles the patterns of the fields that it is shown.
  template <class T>
  void operator()(const Field& field, T&) {
    if (!field.pattern.empty()) Compile(field.pattern);
  }
  // Null for one that was not shown.
  const re2::RE2* Find(std::string_view pattern) const;

 private:
  void Compile(std::string_view pattern);

  std::map<std::string_view, std::unique_ptr<re2::RE2>> patterns_;
};

template <class T>
struct PatternsOf : CompiledPatterns {
  PatternsOf() {
    T shown{};
    DescribeFields(*this, shown);
  }
};

// Reads the fields of one map.
class FieldReader {
 public:
  FieldReader(const Node& node, std::string path, Problems& problems, const CompiledPatterns& patterns)
      : node_(node), path_(std::move(path)), problems_(problems), patterns_(patterns) {}

  template <class T>
  void operator()(const Field& field, T& value) {
    known_.emplace_back(field.name);
    const Node* found = node_.Find(field.name);
    if (found == nullptr) {
      if (field.required) ReportMissing(field);
      return;
    }
    if (field.pattern.empty()) return ReadAny(*found, field, Path(field.name), problems_, value);
    Field with_pattern = field;
    with_pattern.compiled = patterns_.Find(field.pattern);
    ReadAny(*found, with_pattern, Path(field.name), problems_, value);
  }

  // Reports what is in the map and was not asked for.
  void Finish();

 private:
  std::string Path(std::string_view name) const {
    return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
  }
  void ReportMissing(const Field& field);

  const Node& node_;
  std::string path_;
  Problems& problems_;
  const CompiledPatterns& patterns_;
  std::vector<std::string> known_;
};

template <class T>
void ReadFields(const Node& node, const std::string& path, Problems& problems, T& value) {
  if (!WantKind(node, Node::Kind::kMap, path, problems)) return;
  static const PatternsOf<T> patterns;
  FieldReader reader(node, path, problems, patterns);
  DescribeFields(reader, value);
  reader.Finish();
}

}  // namespace loadline

#endif  // LOADLINE_DOCUMENT_FIELDS_H_
