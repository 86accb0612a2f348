// What a recording says of the load, of the queue and of the replicas, tick by tick.
#ifndef LOADLINE_SCALING_RECORDED_LOAD_H_
#define LOADLINE_SCALING_RECORDED_LOAD_H_

#include <algorithm>
#include <optional>
#include <vector>

#include "scaling/recording.h"
#include "scaling/signal_readings.h"
#include "scaling/workload_model.h"

namespace loadline {

// Null where the query was not recorded (-1).
inline const std::vector<Reading>* ReadingsOf(const Recording& recording, int query) {
  return query < 0 ? nullptr : &recording.queries[static_cast<std::size_t>(query)].readings;
}

inline std::optional<double> NumberAt(const std::vector<Reading>* readings, std::size_t tick,
                                      OnEmpty on_empty = OnEmpty::kMissing) {
  return readings == nullptr || tick >= readings->size() ? std::nullopt : NumberOf((*readings)[tick], on_empty);
}

// What there was to do, as it was recorded.
class RecordedLoad {
 public:
  RecordedLoad(const Recording& recording, const WorkloadModel& model)
      : model_(model),
        load_(ReadingsOf(recording, model.load)),
        observed_(ReadingsOf(recording, model.observed)),
        capacity_(ReadingsOf(recording, model.capacity_query)),
        queue_(ReadingsOf(recording, model.queue)),
        lag_(ReadingsOf(recording, model.lag)) {}

  std::optional<double> Observed(std::size_t tick) const { return NumberAt(observed_, tick); }
  std::optional<double> Depth(std::size_t tick) const { return NumberAt(queue_, tick, model_.load_on_empty); }
  std::optional<double> LagSeconds(std::size_t tick) const { return NumberAt(lag_, tick, model_.load_on_empty); }

  std::optional<double> Load(std::size_t tick) const {
    auto load = NumberAt(load_, tick, model_.load_on_empty);
    if (!load || !model_.load_is_mean) return load ? std::optional(std::max(*load, 0.0)) : load;
    const auto observed = Observed(tick);
    return observed ? std::optional(std::max(*load * *observed, 0.0)) : std::nullopt;
  }

  // Of a replica. Where a query says it, the latest that it said: it is learned, and does not jump.
  std::optional<double> Capacity(std::size_t tick) {
    if (capacity_ == nullptr) return model_.capacity > 0 ? std::optional(model_.capacity) : std::nullopt;
    if (const auto value = NumberAt(capacity_, tick); value && *value > 0) last_capacity_ = value;
    return last_capacity_;
  }

 private:
  const WorkloadModel& model_;
  const std::vector<Reading>* load_;
  const std::vector<Reading>* observed_;
  const std::vector<Reading>* capacity_;
  const std::vector<Reading>* queue_;
  const std::vector<Reading>* lag_;
  std::optional<double> last_capacity_;
};

// The latest at or before `tick` that is known.
template <class At>
std::optional<double> LatestUntil(std::size_t tick, std::size_t looks_back, const At& at) {
  for (std::size_t ago = 0; ago <= std::min(tick, looks_back); ++ago) {
    if (const auto value = at(tick - ago)) return value;
  }
  return std::nullopt;
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_RECORDED_LOAD_H_
