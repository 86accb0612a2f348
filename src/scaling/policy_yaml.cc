#include "scaling/policy_yaml.h"

#include <algorithm>

#include "scaling/combine_yaml.h"
#include "scaling/envelope.h"
#include "scaling/policy_check.h"
#include "scaling/policy_fields.h"

namespace loadline {

PolicyDocument ParsePolicy(const DocumentText& document) {
  Regexes regexes;
  return ReadPolicy(ParseDocument(document), document, regexes);
}

PolicyDocument ReadPolicy(ParsedDocument parsed, const DocumentText& document, Regexes& regexes) {
  PolicyDocument result;
  result.problems = std::move(parsed.problems);
  if (HasErrors(result.problems) && parsed.root.kind != Node::Kind::kMap) return result;

  Envelope<Policy> envelope;
  ReadFields(parsed.root, "", result.problems, envelope);
  Policy& policy = envelope.spec;
  result.name = policy.name = envelope.metadata.name;
  result.policy_namespace = policy.policy_namespace = envelope.metadata.document_namespace;
  policy.hash = HashText(document.text);
  for (auto& [_, parameter] : policy.parameters) {
    if (parameter.pattern) parameter.compiled = regexes.Compile(*parameter.pattern);
  }
  // A dependency's minimum is a floor, whatever the demands are combined by.
  for (Signal& signal : policy.signals) {
    const bool minimum = signal.depends_on && signal.depends_on->relation == DependsOn::Relation::kMinimum;
    if (minimum && signal.role == Role::kDemand) signal.role = Role::kFloor;
  }
  if (const Node* spec = parsed.root.Find("spec"); spec != nullptr && spec->kind == Node::Kind::kMap) {
    ParseExpression(policy, *spec, result.problems);
    const Problems more = CheckPolicy(policy, *spec);
    result.problems.insert(result.problems.end(), more.begin(), more.end());
  }
  std::stable_sort(result.problems.begin(), result.problems.end(),
                   [](const Problem& a, const Problem& b) { return a.at < b.at; });
  if (!HasErrors(result.problems)) result.policy = std::move(policy);
  return result;
}

}  // namespace loadline
