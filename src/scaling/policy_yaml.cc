#include "scaling/policy_yaml.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "scaling/policy_check.h"
#include "scaling/policy_fields.h"

namespace loadline {
namespace {

// What kubectl and controllers add; let through unread.
struct Unread {};
void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, Unread&) {
  if (node.kind != Node::Kind::kNull) WantKind(node, Node::Kind::kMap, path, problems);
}

struct Metadata {
  std::string name;
  std::string policy_namespace;
  Unread labels;
  Unread annotations;
};

template <class Visitor>
void DescribeFields(Visitor& visit, Metadata& metadata) {
  visit({.name = "name",
         .help = "The policy's name.",
         .example = "cdc-worker",
         .required = true,
         .pattern = kNamePattern,
         .pattern_help = kNameHelp},
        metadata.name);
  visit({.name = "namespace",
         .help = "Only ScaledObjects of this namespace may use the policy.",
         .example = "data",
         .pattern = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
         .pattern_help = "the name of a Kubernetes namespace"},
        metadata.policy_namespace);
  visit({.name = "labels", .help = "Kubernetes' labels; not read."}, metadata.labels);
  visit({.name = "annotations", .help = "Kubernetes' annotations; not read."}, metadata.annotations);
}

// Kubernetes' envelope around a policy.
struct Envelope {
  std::string api_version;
  std::string kind;
  Metadata metadata;
  Policy spec;
};

template <class Visitor>
void DescribeFields(Visitor& visit, Envelope& envelope) {
  visit({.name = "apiVersion",
         .help = "The version of this format.",
         .example = "loadline.dev/v1",
         .required = true,
         .pattern = "loadline\\.dev/v1",
         .pattern_help = "loadline.dev/v1"},
        envelope.api_version);
  visit({.name = "kind",
         .help = "What the document is.",
         .example = "ScalingPolicy",
         .required = true,
         .pattern = "ScalingPolicy",
         .pattern_help = "ScalingPolicy"},
        envelope.kind);
  visit({.name = "metadata",
         .help = "The policy's name, and who may use it.",
         .example = "{ name: cdc-worker, namespace: data }",
         .required = true},
        envelope.metadata);
  visit({.name = "spec", .help = "The policy itself.", .example = "{ signals: [...] }", .required = true},
        envelope.spec);
}

// FNV-1a: which version of a document this is, equal on every pod.
std::uint64_t HashText(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace

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

PolicyDocument ParsePolicy(const DocumentText& document) {
  PolicyDocument result;
  ParsedDocument parsed = ParseDocument(document);
  result.problems = std::move(parsed.problems);
  if (HasErrors(result.problems) && parsed.root.kind != Node::Kind::kMap) return result;

  Envelope envelope;
  ReadFields(parsed.root, "", result.problems, envelope);
  Policy& policy = envelope.spec;
  result.name = policy.name = envelope.metadata.name;
  result.policy_namespace = policy.policy_namespace = envelope.metadata.policy_namespace;
  policy.hash = HashText(document.text);
  if (const Node* spec = parsed.root.Find("spec"); spec != nullptr && spec->kind == Node::Kind::kMap) {
    const Problems more = CheckPolicy(policy, *spec);
    result.problems.insert(result.problems.end(), more.begin(), more.end());
  }
  std::stable_sort(result.problems.begin(), result.problems.end(),
                   [](const Problem& a, const Problem& b) { return a.at < b.at; });
  if (!HasErrors(result.problems)) result.policy = std::move(policy);
  return result;
}

}  // namespace loadline
