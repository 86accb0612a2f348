// What must hold of each decision of each pod, by itself.
#ifndef LOADLINE_TESTS_SIMULATION_INVARIANTS_H_
#define LOADLINE_TESTS_SIMULATION_INVARIANTS_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "simulation/pod.h"

namespace loadline::simulation {

// A decision, and all that there is to judge it by.
struct Judged {
  const Pod& pod;
  const MadeDecision& made;
  const QueryPlan& plan;  // of its policy, with the queries' texts
  const Load& load;
  Timestamp world_now;

  const Decision& decision() const { return *made.decision; }
  const Policy& policy() const { return *made.policy; }
};

struct Finding {
  std::string seen;
  std::string wanted;
};

struct Invariant {
  std::string_view name;
  std::string_view help;  // for the driver's figures
  // Nothing where it holds. `checked` is set where there was something to check.
  std::optional<Finding> (*check)(const Judged& judged, bool& checked);
};

std::span<const Invariant> Invariants();

// In files of their own.
std::optional<Finding> CheckSeenWasHeard(const Judged& judged, bool& checked);
std::optional<Finding> CheckPlainLaw(const Judged& judged, bool& checked);
std::optional<Finding> CheckNoFaultLowers(const Judged& judged, bool& checked);
std::optional<Finding> CheckRedecides(const Judged& judged, bool& checked);

}  // namespace loadline::simulation

#endif  // LOADLINE_TESTS_SIMULATION_INVARIANTS_H_
