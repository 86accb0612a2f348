// What must hold did not: thrown where it is found, told by the driver.
#ifndef LOADLINE_TESTS_SIMULATION_VIOLATION_H_
#define LOADLINE_TESTS_SIMULATION_VIOLATION_H_

#include <string>

namespace loadline::simulation {

struct Violation {
  std::string invariant;  // its name in invariants.h
  std::string where;      // tick, pod, object, policy
  std::string seen;
  std::string wanted;
};

}  // namespace loadline::simulation

#endif  // LOADLINE_TESTS_SIMULATION_VIOLATION_H_
