// The documents of a simulated world, drawn, and how they change.
#ifndef LOADLINE_TESTS_SIMULATION_DOCUMENTS_H_
#define LOADLINE_TESTS_SIMULATION_DOCUMENTS_H_

#include <memory>
#include <string>
#include <vector>

#include "scaling/ports.h"
#include "simulation/fault_kinds.h"
#include "support/random_world.h"

namespace loadline::simulation {

using loadline::testing::Chance;

// Of object i: data/o0, data/o1 ...; of its policy: p0, p1 ...
std::string ObjectName(std::size_t index);
std::string PolicyName(std::size_t index);

// Whether a policy is so plain that the simulation says by itself what each signal asks for (plain_law.h).
bool IsPlain(const Policy& policy);

class Documents {
 public:
  Documents(Chance& chance, FaultCounts& counts, std::size_t policies, Duration interval, Timestamp now);

  // As in force now. Equal versions are one set.
  const std::shared_ptr<const PolicySet>& Current() const { return current_; }

  // Something of them changes, breaks or goes.
  void Change(Timestamp now);
  // All that is broken, gone or not read is back.
  void Mend();

 private:
  struct Slot {
    std::shared_ptr<const Policy> policy;
    enum class State { kGood, kBroken, kBrokenWithLastGood, kRemoved } state = State::kGood;
  };
  std::shared_ptr<const Policy> DrawPolicy(std::size_t index);
  std::string DrawPlainSpec(std::size_t index);
  std::string DrawAnySpec(std::size_t index);
  void DrawOverrides(Timestamp now);
  void DrawBudgets();
  void Assemble();

  Chance& chance_;
  FaultCounts& counts_;
  const Duration interval_;
  std::vector<Slot> slots_;
  std::vector<std::shared_ptr<const Override>> overrides_;
  std::vector<std::shared_ptr<const Budget>> budgets_;
  std::vector<std::shared_ptr<const Calendar>> calendars_;
  bool unread_ = false;
  std::shared_ptr<const PolicySet> current_;
};

}  // namespace loadline::simulation

#endif  // LOADLINE_TESTS_SIMULATION_DOCUMENTS_H_
