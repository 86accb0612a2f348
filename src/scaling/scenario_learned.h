// What a scenario says of a number that is learned: at each step that it is not known yet, that too little is known, or
// what it is.
#ifndef LOADLINE_SCALING_SCENARIO_LEARNED_H_
#define LOADLINE_SCALING_SCENARIO_LEARNED_H_

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scaling/learned_number.h"

namespace loadline {

// Words such as 20x5 (items per second), 2m15s (a time), few, _ (not known yet) and failed (its history is not there),
// each with "xN" for so many steps. Fails with kInvalidArgument; the message shows the word.
Result<std::vector<std::optional<LearnedNumber>>> ParseLearned(std::string_view text);

struct ScenarioLearned {
  int needed = 0;  // rises or stretches: so many are known, or none. 0: nothing is learned
  Duration step{0};
  std::vector<std::optional<LearnedNumber>> values;  // empty: too little is known, at all times

  // As it is known `now` after time 0, which is `begin`; null where that is not known yet.
  std::shared_ptr<const LearnedNumber> At(Timestamp begin, Duration now) const;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_SCENARIO_LEARNED_H_
