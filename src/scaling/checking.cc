#include "scaling/checking.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace loadline {

const Node& Child(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found != nullptr ? *found : node;
}

void Checking::Error(const Node& node, std::string field, std::string rule, std::string found, std::string hint) const {
  problems.push_back({node.at, std::move(field), std::move(rule), std::move(found), std::move(hint), Severity::kError});
}

void Checking::Warn(const Node& node, std::string field, std::string rule, std::string hint) const {
  problems.push_back({node.at, std::move(field), std::move(rule), "", std::move(hint), Severity::kWarning});
}

void Checking::Query(const QueryTemplate& query, const Node& node, const std::string& field) const {
  for (const std::string& name : query.Names()) {
    if (name == "namespace" || name == "name" || policy.parameters.contains(name)) continue;
    std::vector<std::string> known = {"namespace", "name"};
    for (const auto& [parameter, _] : policy.parameters) known.push_back(parameter);
    const auto meant = DidYouMean(name, known);
    Error(node, field, "a query uses declared parameters", fmt::format("${{{}}}", name),
          meant ? fmt::format("did you mean ${{{}}}?", *meant) : "declare it in spec.parameters");
  }
}

void Checking::SignalName(const std::string& name, const Node& node, const std::string& field, bool score) const {
  std::vector<std::string> names;
  bool has_score = false;
  for (const Signal& signal : policy.signals) {
    if (!signal.name.empty()) names.push_back(signal.name);  // a bad one was left empty, and reported
    has_score = has_score || signal.score_at;
  }
  if (score && has_score) names.emplace_back(kScoreName);
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  if (score && name == kScoreName)
    return Error(node, field, "the score is made of signals with scoreAt", "none",
                 "give one or more of them a scoreAt");
  const auto meant = DidYouMean(name, names);
  const std::string known = names.empty() ? "" : (names.size() == 1 ? "there is " : "they are ") + JoinWords(names);
  Error(node, field, "want one of the policy's signals", fmt::format("\"{}\"", OneLine(name, 63)),
        meant ? fmt::format("did you mean {}?", *meant) : known);
}

void Checking::Missing(const OnMissing& on_missing, const Node& node, const std::string& field) const {
  const auto* answer = std::get_if<MissingAnswer>(&on_missing.then);
  if (answer != nullptr && *answer == MissingAnswer::kAssumeHigh && !policy.replicas.max) {
    Error(node, field + ".then", "assumeHigh answers with replicas.max", "no replicas.max", "set spec.replicas.max");
  }
}

}  // namespace loadline
