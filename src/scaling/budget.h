// A maximum that several bindings share: who gets how many replicas of it.
#ifndef LOADLINE_SCALING_BUDGET_H_
#define LOADLINE_SCALING_BUDGET_H_

#include <span>
#include <string>
#include <vector>

namespace loadline {

// What one binding wants of a budget. Amounts are in the budget's unit: replicas, or cost per hour.
struct BudgetMember {
  std::string id;     // decides ties; of equal ones the first of the members
  int wanted = 0;     // replicas
  int priority = 0;   // higher ones are served first
  double weight = 1;  // among members of equal priority; above 0
  int minimum = 0;    // replicas that are guaranteed, if wanted
  double unit = 1;    // what one replica takes of the budget; counted in millionths, 0 takes nothing
};

struct Grant {
  int replicas = 0;
  bool cut = false;  // fewer than wanted

  friend bool operator==(const Grant&, const Grant&) = default;
};

struct BudgetShares {
  std::vector<Grant> grants;    // in the order of the members
  bool guarantees_cut = false;  // the limit does not even reach for the guarantees

  friend bool operator==(const BudgetShares&, const BudgetShares&) = default;
};

// Shares `limit` among `members`, in whole replicas.
//
// First each gets its guarantee, min(wanted, minimum). What is left goes to the highest priority, then to the next, and
// so on; a priority is served only when the ones above it want nothing more. Within a priority one replica at a time
// goes to the member that has the least for its weight (replicas * unit / weight; ties by id), until it has what it
// wants or a replica of it no longer fits. That is weighted max-min fairness: what one does not need goes to the others
// by their weights. 10 replicas for three who want 2, 9 and 9 with weights 1, 1 and 3: 2, 2 and 6.
//
// Where the limit does not reach for the guarantees, they are shared in the same way, by priority and weight, and
// nobody gets more than that.
//
// `held` is what others of the budget have and keep, whatever their share. It comes off what the guarantees leave.
//
// So, whatever the order of the members (of different ids):
//   1. The grants never take more than the limit, nor with `held` more than that unless guarantees do, and nobody gets
//   more than wanted.
//   2. Everyone has at least its guarantee, or guarantees_cut is set and nobody has more than that.
//   3. Everyone has what it wants, or no member of the last priority served that wants more would fit in what is left.
//   4. A higher limit gives nobody fewer, if the members of each priority have equal units. Otherwise it may, because
//      of 3: a limit of 2 goes to b, a replica of which takes 2; a limit of 3 to a, a replica of which takes 3.
//
// One replica at a time, as the largest remainder breaks 4 (the Alabama paradox); for equal units it is Adams' method
// (Balinski and Young, Fair Representation, 1982). Cost: a bisection for where the limit ends, 64 divisions per member,
// then a few steps of a heap per member: 1,000 members, 1 ms. Tested against the slow way in budget_test.cc.
//
// REQUIRES: finite numbers, weights above 0. A limit below 0 counts as 0, one above 1e12 as that.
BudgetShares ShareBudget(double limit, std::span<const BudgetMember> members, double held = 0);

}  // namespace loadline

#endif  // LOADLINE_SCALING_BUDGET_H_
