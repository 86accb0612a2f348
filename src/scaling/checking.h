// What the checks of a policy's parts share: where they report, and what queries may name.
#ifndef LOADLINE_SCALING_CHECKING_H_
#define LOADLINE_SCALING_CHECKING_H_

#include <string>
#include <string_view>
#include <vector>

#include "document/node.h"
#include "scaling/policy.h"

namespace loadline {

struct Checking {
  const Policy& policy;
  Problems& problems;

  void Error(const Node& node, std::string field, std::string rule, std::string found = "",
             std::string hint = "") const;
  void Warn(const Node& node, std::string field, std::string rule, std::string hint = "") const;

  // A query uses declared parameters only.
  void Query(const QueryTemplate& query, const Node& node, const std::string& field) const;
  // A name is one of the policy's signals; with `score` it may be that of its score, too.
  void SignalName(const std::string& name, const Node& node, const std::string& field, bool score = false) const;
  // assumeHigh needs replicas.max.
  void Missing(const OnMissing& on_missing, const Node& node, const std::string& field) const;
};

// The child of that key; the node itself where there is none.
const Node& Child(const Node& node, std::string_view key);

void CheckSignal(const Checking& checking, const Signal& signal, const Node& node, const std::string& field);
// `node`: of spec.objective.
void CheckObjective(const Checking& checking, const Node& node, const Node& spec);
void CheckRule(const Checking& checking, const Rule& rule, const Node& node, const std::string& field);
// Rules of which one adds and another removes at one value of a signal, in so far as a single test shows it.
void WarnOfContraryRules(const Checking& checking, const std::vector<Rule>& rules, const Node& list);

}  // namespace loadline

#endif  // LOADLINE_SCALING_CHECKING_H_
