// The levels of an objective in a replay: each reading is pushed once, however many ticks are decided.
#ifndef LOADLINE_SCALING_REPLAY_LEVELS_H_
#define LOADLINE_SCALING_REPLAY_LEVELS_H_

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "scaling/fit_objective.h"
#include "scaling/objective_ticks.h"
#include "scaling/recorded_load.h"

namespace loadline {

class ReplayLevels {
 public:
  // The recording must outlive it. `plan`: of the policy's objective.
  ReplayLevels(const Recording& recording, const Policy& policy, PlannedForecast plan)
      : recording_(recording),
        plan_(std::move(plan)),
        on_empty_(OnEmptyOf(policy, policy.signals[*ObjectiveSignal(policy)])),
        load_(ReadingsOf(recording, recording.Find(plan_.source, plan_.text))) {}

  const PlannedForecast& plan() const { return plan_; }

  // By `fit`, as LevelsOf (fit_objective.h). `value`, of a queue its depth, and `observed`: what the decision sees of
  // them. REQUIRES: ticks rise.
  ObjectiveView At(std::size_t tick, const std::shared_ptr<const FittedObjective>& fit, std::span<const Reading> value,
                   std::span<const Reading> observed) {
    if (fit != fit_) {
      fit_ = fit;
      ticks_.emplace(fit->model, fit->readings, *plan_.objective, on_empty_);
      levels_.clear();
      next_ = fit->fitted < recording_.begin ? 0 : recording_.TickAt(fit->fitted + recording_.interval);
    }
    for (; next_ <= tick; ++next_) {
      const bool is_recorded = load_ != nullptr && next_ < load_->size();
      ticks_->Push(is_recorded ? (*load_)[next_] : Reading());
      if (tick - next_ < value.size()) levels_.push_back(ticks_->Wanted(tick - next_, value, observed));
    }
    return {fit_->model->report(), std::span(levels_).last(std::min(levels_.size(), value.size()))};
  }

 private:
  const Recording& recording_;
  const PlannedForecast plan_;
  const OnEmpty on_empty_;
  const std::vector<Reading>* load_;
  std::shared_ptr<const FittedObjective> fit_;
  std::optional<ObjectiveTicks> ticks_;
  std::vector<Levels> levels_;
  std::size_t next_ = 0;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_REPLAY_LEVELS_H_
