// What the queries of a policy say in a replay: as recorded, or, where they depend on the replicas, by the models.
#ifndef LOADLINE_SCALING_REPLAY_QUERIES_H_
#define LOADLINE_SCALING_REPLAY_QUERIES_H_

#include <cstddef>
#include <vector>

#include "scaling/query_plan.h"
#include "scaling/recorded_load.h"
#include "scaling/workload.h"

namespace loadline {

class ReplayQueries {
 public:
  // Before `first`, the tick at which `count` replicas are there, all is as it was recorded. All must outlive it.
  ReplayQueries(const Recording& recording, const ReplayMember& member, const WorkloadModel& workload, bool open_loop,
                std::size_t first, int count);

  // The windows that a decision at `tick` sees, with `count` replicas now, and where `waiting` is not null that queue.
  // They refer to this. REQUIRES: ticks rise one by one from `first`.
  void See(std::size_t tick, int count, const RecordedLoad& load, const WaitingItems* waiting,
           std::vector<ReadingWindow>& windows);

 private:
  // A query of the plan, and what it says.
  struct Input {
    const std::vector<Reading>* recorded = nullptr;  // null: it was not
    std::vector<Reading> modelled;                   // where a model has a say: up to the present tick
    enum class By { kRecording, kCount, kDepth, kLag, kMean } by = By::kRecording;
    std::size_t ticks = 1;  // how many of them a decision sees
    bool was_known = false;
  };

  Input::By ModelOf(std::size_t query, int recorded, const WorkloadModel& workload) const;
  void BeginModel(Input& input, std::size_t first, int count) const;
  static Reading Modelled(Input& input, std::size_t tick, int count, std::optional<double> observed,
                          const WaitingItems* waiting);

  const Recording& recording_;
  const Policy& policy_;
  const QueryPlan& plan_;
  std::vector<Input> inputs_;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_REPLAY_QUERIES_H_
