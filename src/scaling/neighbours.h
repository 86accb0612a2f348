// What is to be said of a document by those that stand beside it.
#ifndef LOADLINE_SCALING_NEIGHBOURS_H_
#define LOADLINE_SCALING_NEIGHBOURS_H_

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "document/problem.h"
#include "scaling/budget_yaml.h"
#include "scaling/override.h"
#include "scaling/policy.h"

namespace loadline {

// A warning at `at` where `each` holds, and some of the policies that it is for ask for no count to be held at. Which
// policy an object has is not known from documents: of an override for one object nothing is said.
std::optional<Problem> WarnOfHold(const Override& each, std::span<const std::shared_ptr<const Policy>> policies,
                                  Position at);

// What stands beside a policy, as far as policies name it.
struct Neighbours {
  std::vector<std::shared_ptr<const Budget>> budgets;
  std::set<std::string> calendars;
};

// Warnings at `at` of a Budget or Calendars that the policy names and that are not there: without the one it answers
// with an error, without the other its windows open on all days, or its forecasts
// know no holidays.
Problems WarnOfUnknown(const Policy& policy, const Neighbours& beside, Position at);

}  // namespace loadline

#endif  // LOADLINE_SCALING_NEIGHBOURS_H_
