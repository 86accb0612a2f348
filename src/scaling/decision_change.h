// What changed from one decision to the next, in words.
#ifndef LOADLINE_SCALING_DECISION_CHANGE_H_
#define LOADLINE_SCALING_DECISION_CHANGE_H_

#include <string>
#include <vector>

#include "scaling/decide.h"

namespace loadline {

struct DecidedBy {
  const Policy& policy;
  const Decision& decision;
};

// "replicas 3, was 2", "lag wins, was cpu", "lag is 1240 (Measured), was 620", "the policy is another version". What is
// as it was is left out; signals are matched by their names. Empty: nothing changed.
std::vector<std::string> ChangesBetween(const DecidedBy& before, const DecidedBy& after);

}  // namespace loadline

#endif  // LOADLINE_SCALING_DECISION_CHANGE_H_
