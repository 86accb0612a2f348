#include "scaling/policy_yaml.h"

#include <utility>

#include "scaling/combine_yaml.h"
#include "scaling/policy_check.h"
#include "scaling/policy_fields.h"
#include "scaling/read_enveloped.h"

namespace loadline {
namespace {

// A dependency's minimum is a floor, whatever the demands are combined by.
void MakeMinimaFloors(Policy& policy) {
  for (Signal& signal : policy.signals) {
    const bool minimum = signal.depends_on && signal.depends_on->relation == DependsOn::Relation::kMinimum;
    if (minimum && signal.role == Role::kDemand) signal.role = Role::kFloor;
  }
}

}  // namespace

PolicyDocument ParsePolicy(const DocumentText& document) {
  Regexes regexes;
  return ReadPolicy(ParseDocument(document), document, regexes);
}

PolicyDocument ReadPolicy(ParsedDocument parsed, const DocumentText& document, Regexes& regexes) {
  return ReadEnveloped<Policy>(
      std::move(parsed), [&](const DocumentMetadata& metadata, Policy& policy, const Node* node, Problems& problems) {
        policy.name = metadata.name;
        policy.policy_namespace = metadata.document_namespace;
        policy.hash = HashText(document.text);
        policy.text = std::make_shared<const std::string>(document.text);
        for (auto& [_, parameter] : policy.parameters) {
          if (parameter.pattern) parameter.compiled = regexes.Compile(*parameter.pattern);
        }
        MakeMinimaFloors(policy);
        if (node != nullptr) {
          ParseExpression(policy, *node, problems);
          const Problems more = CheckPolicy(policy, *node);
          problems.insert(problems.end(), more.begin(), more.end());
        }
        return std::move(policy);
      });
}

}  // namespace loadline
