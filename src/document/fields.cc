#include "document/fields.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace loadline {

std::string BoundsText(const Field& field, bool seconds) {
  auto number = [&](double value) {
    return seconds ? FormatDuration(Duration(static_cast<std::int64_t>(value * 1000))) : FormatNumber(value);
  };
  if (field.above && field.at_most)
    return fmt::format("above {}, at most {}", number(*field.above), number(*field.at_most));
  if (field.at_least && field.at_most)
    return fmt::format("from {} to {}", number(*field.at_least), number(*field.at_most));
  if (field.above) return "above " + number(*field.above);
  if (field.at_least) return "of at least " + number(*field.at_least);
  if (field.at_most) return "of at most " + number(*field.at_most);
  return "";
}

namespace {

bool InBounds(const Field& field, double value) {
  return (!field.above || value > *field.above) && (!field.at_least || value >= *field.at_least) &&
         (!field.at_most || value <= *field.at_most);
}

std::string Want(std::string_view what, const Field& field, bool seconds = false) {
  const std::string bounds = BoundsText(field, seconds);
  return bounds.empty() ? fmt::format("want {}", what) : fmt::format("want {} {}", what, bounds);
}

bool Matches(const std::string& text, const Field& field) {
  if (field.compiled != nullptr) return RE2::FullMatch(text, *field.compiled);
  return RE2::FullMatch(text, RE2(re2::StringPiece(field.pattern.data(), field.pattern.size())));
}

}  // namespace

void AddProblem(Problems& problems, const Node& node, const std::string& path, std::string rule, std::string hint) {
  problems.push_back({node.at, path, std::move(rule), DescribeNode(node), std::move(hint), Severity::kError});
}

bool WantKind(const Node& node, Node::Kind kind, const std::string& path, Problems& problems) {
  if (node.kind == kind) return true;
  AddProblem(problems, node, path, kind == Node::Kind::kMap ? "want a map (name: value)" : "want a list");
  return false;
}

void ReadScalar(const Node& node, const Field& field, const std::string& path, Problems& problems, std::string& value) {
  if (node.kind != Node::Kind::kScalar) return AddProblem(problems, node, path, "want text");
  if (!field.pattern.empty() && !Matches(node.text, field)) {
    return AddProblem(problems, node, path, fmt::format("want {}", field.pattern_help));
  }
  value = node.text;
}

void ReadScalar(const Node& node, const Field& field, const std::string& path, Problems& problems, double& value) {
  const Result<double> number =
      node.kind == Node::Kind::kScalar ? ParseNumber(node.text) : Fail(Code::kInvalidArgument, "");
  if (!number || !InBounds(field, *number)) return AddProblem(problems, node, path, Want("a number", field));
  value = *number;
}

void ReadScalar(const Node& node, const Field& field, const std::string& path, Problems& problems, int& value) {
  int number = 0;
  const char* end = node.text.data() + node.text.size();
  const auto [stop, error] = std::from_chars(node.text.data(), end, number);
  const bool whole = node.kind == Node::Kind::kScalar && error == std::errc() && stop == end && !node.text.empty();
  if (!whole || !InBounds(field, number)) return AddProblem(problems, node, path, Want("a whole number", field));
  value = number;
}

void ReadScalar(const Node& node, const Field&, const std::string& path, Problems& problems, bool& value) {
  if (node.kind != Node::Kind::kScalar || (node.text != "true" && node.text != "false")) {
    return AddProblem(problems, node, path, "want true or false");
  }
  value = node.text == "true";
}

void ReadScalar(const Node& node, const Field& field, const std::string& path, Problems& problems, Duration& value) {
  const Result<Duration> duration =
      node.kind == Node::Kind::kScalar ? ParseDuration(node.text) : Fail(Code::kInvalidArgument, "");
  if (!duration || !InBounds(field, ToSeconds(*duration))) {
    return AddProblem(problems, node, path, Want("a duration", field, true), "durations look like 90s, 5m or 1h30m");
  }
  value = *duration;
}

std::optional<std::size_t> ReadWord(const Node& node, const std::string& path, Problems& problems,
                                    const std::vector<std::string>& words) {
  const auto found = std::find(words.begin(), words.end(), node.text);
  if (node.kind == Node::Kind::kScalar && found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string hint;
  if (const auto meant = DidYouMean(node.text, words)) hint = fmt::format("did you mean {}?", *meant);
  AddProblem(problems, node, path, "want " + JoinWords(words, "or"), hint);
  return std::nullopt;
}

CompiledPatterns::CompiledPatterns() = default;
CompiledPatterns::~CompiledPatterns() = default;

void CompiledPatterns::Compile(std::string_view pattern) {
  patterns_.emplace(pattern, std::make_unique<RE2>(re2::StringPiece(pattern.data(), pattern.size())));
}

const RE2* CompiledPatterns::Find(std::string_view pattern) const {
  const auto found = patterns_.find(pattern);
  return found == patterns_.end() ? nullptr : found->second.get();
}

void FieldReader::ReportMissing(const Field& field) {
  problems_.push_back({node_.at, Path(field.name), "is required", "nothing",
                       field.example.empty() ? "" : fmt::format("such as {}: {}", field.name, field.example),
                       Severity::kError});
}

void FieldReader::Finish() {
  for (const Entry& entry : node_.entries) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    Problem problem{entry.at, Path(OneLine(entry.key, 60)), "no such field", "", "", Severity::kError};
    if (problems_.size() > kMostProblems) {
      // Will not be told (LimitProblems): what was meant need not be found out 9,500 times.
    } else if (const auto meant = DidYouMean(entry.key, known_)) {
      problem.hint = fmt::format("did you mean {}?", *meant);
    } else {
      problem.hint = "here stand " + JoinWords(known_);
    }
    problems_.push_back(std::move(problem));
  }
}

}  // namespace loadline
