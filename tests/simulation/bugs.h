// Deliberate bugs: what shows that an invariant can fail. Each stands in bugs.txt with the invariant that must find it.
#ifndef LOADLINE_TESTS_SIMULATION_BUGS_H_
#define LOADLINE_TESTS_SIMULATION_BUGS_H_

#include <optional>
#include <string>

#include "scaling/decision_record.h"
#include "simulation/cluster.h"

namespace loadline::simulation {

class Bugs {
 public:
  explicit Bugs(std::string name) : name_(std::move(name)) {}
  static bool Knows(const std::string& name);

  bool Is(std::string_view name) const { return name_ == name; }

  // What a pod with this bug decides instead. `pod`: its place among the pods.
  void Spoil(const std::string& pod, MadeDecision& made) const;

 private:
  const std::string name_;
};

}  // namespace loadline::simulation

#endif  // LOADLINE_TESTS_SIMULATION_BUGS_H_
