// A formula of scalingModifiers as a policy: each trigger a signal without a law, the formula how they combine.
#ifndef LOADLINE_MIGRATE_FORMULA_POLICY_H_
#define LOADLINE_MIGRATE_FORMULA_POLICY_H_

#include <vector>

#include "base/result.h"
#include "document/node.h"
#include "migrate/keda_triggers.h"
#include "migrate/measured.h"
#include "migrate/migration.h"

namespace loadline {

struct FormulaPolicy {
  Node spec;
  std::vector<Story> stories;
};

// `modifiers` is spec.advanced.scalingModifiers. Fails with kInvalidArgument where a policy cannot say it: by a word of
// the language that is not known here, or as it names a trigger that only KEDA reads.
Result<FormulaPolicy> SayFormula(const Node& modifiers, const ReadTriggers& triggers, const CountBounds& bounds,
                                 Migration& migration);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_FORMULA_POLICY_H_
