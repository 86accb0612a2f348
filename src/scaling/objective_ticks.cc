#include "scaling/objective_ticks.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "scaling/signal_readings.h"
#include "scaling/virtual_run.h"

namespace loadline {
namespace {

std::vector<int> CountsUntil(std::span<const Reading> observed, std::size_t ticks_ago, std::size_t most) {
  std::vector<int> counts;
  const std::size_t end = observed.size() - std::min(ticks_ago, observed.size());
  for (const Reading& reading : observed.first(end).last(std::min(most, end))) {
    const auto count = NumberOf(reading, OnEmpty::kMissing);
    if (count) counts.push_back(static_cast<int>(std::clamp(*count, 0.0, kMostReplicas)));
    if (!count && !counts.empty()) counts.push_back(counts.back());
  }
  return counts;
}

}  // namespace

ObjectiveTicks::ObjectiveTicks(std::shared_ptr<const ObjectiveModel> model, LoadReadings readings,
                               const ObjectiveQuestion& question, OnEmpty on_empty)
    : model_(std::move(model)), readings_(std::move(readings)), question_(question), on_empty_(on_empty) {}

void ObjectiveTicks::Push(const Reading& load) {
  const auto value = NumberOf(load, on_empty_);
  readings_.Push(value ? std::optional(*value / question_.terms.capacity) : std::nullopt);
  is_known_ = value.has_value();
}

Levels ObjectiveTicks::Wanted(std::size_t ago, std::span<const Reading> depth,
                              std::span<const Reading> observed) const {
  constexpr Levels kNotKnown{0, 0};
  if (!is_known_) return kNotKnown;
  if (question_.objective.violations) return model_->LevelsAt(readings_, {});
  const auto waits = ago < depth.size() ? NumberOf(depth[depth.size() - 1 - ago], on_empty_) : std::nullopt;
  const auto delay =
      static_cast<std::size_t>(std::max(DelayInTicks(question_.terms.start_delay, question_.terms.tick), 1));
  const std::vector<int> counts = CountsUntil(observed, ago, delay);
  if (!waits || counts.empty()) return kNotKnown;
  return model_->LevelsAt(readings_, {std::max(*waits, 0.0), counts});
}

}  // namespace loadline
