// A source of numbers with faults, one for each pod: what it says is the truth or a fault, by seed, turn and query.
#ifndef LOADLINE_TESTS_SIMULATION_FAULTY_SOURCE_H_
#define LOADLINE_TESTS_SIMULATION_FAULTY_SOURCE_H_

#include "scaling/ports.h"
#include "simulation/fault_kinds.h"
#include "simulation/heard.h"
#include "simulation/load.h"

namespace loadline::simulation {

// How often something goes wrong with a question of a tick, of 10,000.
struct SourceRates {
  unsigned outage = 0;      // of ticks without one: that one begins
  unsigned stays_away = 0;  // of ticks with one: that it goes on
  unsigned question = 0;    // that one question meets one of the kinds

  bool Calm() const { return outage == 0 && question == 0; }
};

// Thrown out of Ask: the process ends there.
struct Killed {};

class FaultySource : public MetricSource {
 public:
  FaultySource(std::uint64_t seed, const Load& load, Heard& heard, FaultCounts& counts)
      : seed_(seed), load_(load), heard_(heard), counts_(counts) {}

  // Each turn has faults of its own: within one, a question that is asked again fails again.
  void BeginTurn(Timestamp now, const SourceRates& rates);
  void KillAtNextQuestion() { kills_ = true; }

  std::vector<Answer> Ask(const std::vector<Question>& questions, Duration budget) override;

 private:
  Answer AnswerOne(const Question& question);
  Fault FaultOf(const std::string& query) const;

  const std::uint64_t seed_;
  const Load& load_;
  Heard& heard_;
  FaultCounts& counts_;
  SourceRates rates_;
  Timestamp now_;
  std::uint64_t turn_ = 0;
  bool away_ = false;
  bool kills_ = false;
};

}  // namespace loadline::simulation

#endif  // LOADLINE_TESTS_SIMULATION_FAULTY_SOURCE_H_
