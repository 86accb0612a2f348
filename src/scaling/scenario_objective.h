// What a scenario says of an objective: the levels that its law wants, from time 0 on.
#ifndef LOADLINE_SCALING_SCENARIO_OBJECTIVE_H_
#define LOADLINE_SCALING_SCENARIO_OBJECTIVE_H_

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scaling/objective.h"

namespace loadline {

struct ScenarioLevels {
  bool is_fitted = true;
  Levels levels;
};

// Words such as 3, 3..5, 3..5x4 (four times) and _ (not fitted yet). Fails with kInvalidArgument; the message shows the
// word.
Result<std::vector<ScenarioLevels>> ParseLevels(std::string_view text);

struct ScenarioObjective {
  Duration step{0};
  std::vector<ScenarioLevels> said;

  // Null where nothing is said of that time, or that it is not fitted yet.
  std::shared_ptr<const ObjectiveReport> ReportAt(Duration time, const Objective& objective) const;
  // Not known before time 0, and after what is said.
  Levels LevelsAt(Duration time) const;

 private:
  const ScenarioLevels* At(Duration time) const;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_SCENARIO_OBJECTIVE_H_
