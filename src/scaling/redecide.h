// A recorded decision, made again.
#ifndef LOADLINE_SCALING_REDECIDE_H_
#define LOADLINE_SCALING_REDECIDE_H_

#include <memory>
#include <string>

#include "scaling/decision_record.h"

namespace loadline {

// The policy of a revision, parsed as it was. Fails with kInvalidArgument where today's rules refuse it.
Result<std::shared_ptr<const Policy>> PolicyOf(const PolicyRevision& revision);

// Decides again what `record` was decided from. Fails with kInvalidArgument where plan or readings cannot be read, or
// do not go together. REQUIRES: `record` has a plan; `policy` is that of its hash.
Result<Decision> Redecide(const Policy& policy, const DecisionRecord& record);

// What differs between the record and the decision made again, as "replicas 3, was 2"; empty: nothing.
std::string DifferenceOf(const Policy& policy, const DecisionRecord& record, const Decision& again);

}  // namespace loadline

#endif  // LOADLINE_SCALING_REDECIDE_H_
