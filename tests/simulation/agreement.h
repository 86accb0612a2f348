// Pods whose readings are equal agree: each decision against those of other pods for the same object and tick.
#ifndef LOADLINE_TESTS_SIMULATION_AGREEMENT_H_
#define LOADLINE_TESTS_SIMULATION_AGREEMENT_H_

#include <deque>
#include <map>

#include "simulation/invariants.h"

namespace loadline::simulation {

class Agreement {
 public:
  // Nothing where all that saw the same say the same. `compared` counts those that did see the same.
  std::optional<Finding> Check(std::size_t object, const Pod& pod, const MadeDecision& made, std::uint64_t& compared);

 private:
  static constexpr std::size_t kKept = 64;  // of each object: pods may be some ticks behind
  struct Kept {
    std::string pod;
    MadeDecision made;
  };
  std::map<std::size_t, std::deque<Kept>> kept_;
};

// "3.5 replicas, active", or the error's code.
std::string AnswerText(const Decision& decision, const std::optional<Error>& error);
// What KEDA hears of it.
bool SameAnswers(const Decision& a, const std::optional<Error>& a_error, const Decision& b,
                 const std::optional<Error>& b_error);

}  // namespace loadline::simulation

#endif  // LOADLINE_TESTS_SIMULATION_AGREEMENT_H_
