#include <fmt/format.h>

#include "base/text.h"
#include "scaling/missing_fields.h"
#include "scaling/query_fields.h"

namespace loadline {

void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, QueryTemplate& value) {
  if (node.kind != Node::Kind::kScalar) return AddProblem(problems, node, path, "want a PromQL query");
  if (node.text.size() > 8192) {
    problems.push_back(
        {node.at, path, "a query has at most 8192 bytes", std::to_string(node.text.size()), "", Severity::kError});
    return;
  }
  Result<QueryTemplate> query = QueryTemplate::Parse(node.text);
  if (query) {
    value = std::move(*query);
  } else {
    problems.push_back({node.at, path, query.error().message, "", "", Severity::kError});
  }
}

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems,
               std::variant<double, QueryTemplate>& value) {
  // Anything that begins like a number is meant to be one; a query begins with a letter, a bracket or a brace.
  const bool number = node.kind == Node::Kind::kScalar && !node.text.empty() &&
                      std::string_view("0123456789.-+").find(node.text.front()) != std::string_view::npos;
  if (number) {
    double parsed = 0;
    ReadScalar(node, field, path, problems, parsed);
    value = parsed;
    return;
  }
  QueryTemplate query;
  ReadValue(node, field, path, problems, query);
  value = std::move(query);
}

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, WhenIdle& value) {
  if (node.kind == Node::Kind::kScalar) {
    for (const auto& [answer, word] : EnumWords(IdleAnswer{})) {
      if (node.text == word) {
        value = answer;
        return;
      }
    }
    // One word that is nearly one of ours is a slip, not a metric.
    if (const auto meant = DidYouMean(node.text, {"inactive", "wake"})) {
      return AddProblem(problems, node, path, "want inactive, wake or a query",
                        fmt::format("did you mean {}?", *meant));
    }
  }
  QueryTemplate query;
  ReadValue(node, field, path, problems, query);
  value = std::move(query);
}

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems,
               std::variant<MissingAnswer, FallbackReplicas>& value) {
  if (node.kind == Node::Kind::kMap) {
    FallbackReplicas fallback;
    ReadFields(node, path, problems, fallback);
    value = fallback;
    return;
  }
  MissingAnswer answer = MissingAnswer::kError;
  const std::size_t before = problems.size();
  ReadAny(node, field, path, problems, answer);
  if (problems.size() > before) problems.back().rule = "want error, ignore, assumeHigh or { replicas: N }";
  value = answer;
}

}  // namespace loadline
