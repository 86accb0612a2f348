// What a fitted law wants at the ticks after its fit, one after the other.
#ifndef LOADLINE_SCALING_OBJECTIVE_TICKS_H_
#define LOADLINE_SCALING_OBJECTIVE_TICKS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "scaling/objective.h"
#include "scaling/policy.h"
#include "scaling/reading.h"

namespace loadline {

class ObjectiveTicks {
 public:
  // `readings`: up to the tick of the fit. `on_empty`: of the signal that the objective is about. The question must
  // outlive it.
  ObjectiveTicks(std::shared_ptr<const ObjectiveModel> model, LoadReadings readings, const ObjectiveQuestion& question,
                 OnEmpty on_empty);

  // The next tick's load.
  void Push(const Reading& load);
  // What the law wants at that tick; not known where the load is not, or, of a queue, what waits or the count. `depth`
  // and `observed` end `ago` ticks after it; a service needs neither.
  Levels Wanted(std::size_t ago, std::span<const Reading> depth, std::span<const Reading> observed) const;

 private:
  const std::shared_ptr<const ObjectiveModel> model_;
  LoadReadings readings_;
  const ObjectiveQuestion& question_;
  const OnEmpty on_empty_;
  bool is_known_ = false;  // the load of the latest tick
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_OBJECTIVE_TICKS_H_
