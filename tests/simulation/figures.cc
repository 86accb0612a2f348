#include "simulation/figures.h"

#include <fmt/format.h>

namespace loadline::simulation {

void Figures::Add(const Figures& other) {
  days += other.days;
  worlds += other.worlds;
  ticks += other.ticks;
  decisions += other.decisions;
  errors += other.errors;
  calls += other.calls;
  faults.Add(other.faults);
  for (const auto& [name, count] : other.checks) checks[name] += count;
}

std::string Figures::Text() const {
  std::string text = fmt::format("{:.1f} days in {} worlds: {} ticks, {} decisions ({} of them errors), {} calls\n",
                                 days, worlds, ticks, decisions, errors, calls);
  text += "faults:\n";
  for (std::size_t i = 0; i < kFaults; ++i)
    text += fmt::format("  {:32}{:>12}\n", FaultName(static_cast<Fault>(i)), faults.of[i]);
  text += "checks:\n";
  for (const auto& [name, count] : checks) text += fmt::format("  {:32}{:>12}\n", name, count);
  return text;
}

}  // namespace loadline::simulation
