// What a simulation did: the figures that are told at its end.
#ifndef LOADLINE_TESTS_SIMULATION_FIGURES_H_
#define LOADLINE_TESTS_SIMULATION_FIGURES_H_

#include <cstdint>
#include <map>
#include <string>

#include "simulation/fault_kinds.h"

namespace loadline::simulation {

struct Figures {
  double days = 0;
  std::uint64_t worlds = 0;
  std::uint64_t ticks = 0;      // of the world
  std::uint64_t decisions = 0;  // made, by all pods
  std::uint64_t errors = 0;     // of them: errors
  std::uint64_t calls = 0;      // of KEDA
  FaultCounts faults;
  std::map<std::string, std::uint64_t> checks;  // by invariant

  void Add(const Figures& other);
  std::string Text() const;
};

}  // namespace loadline::simulation

#endif  // LOADLINE_TESTS_SIMULATION_FIGURES_H_
