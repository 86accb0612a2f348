// A replay's judge: what there was to do, and whether there was enough to do it.
#ifndef LOADLINE_SCALING_REPLAY_JUDGE_H_
#define LOADLINE_SCALING_REPLAY_JUDGE_H_

#include <functional>
#include <optional>
#include <string>

#include "scaling/recorded_load.h"
#include "scaling/replay_result.h"
#include "scaling/virtual_run.h"
#include "scaling/workload.h"

namespace loadline {

// Judges tick by tick what there was against what there was to do.
class ReplayJudge {
 public:
  // Of the ticks from `begin` until before `end`. What it refers to must outlive it.
  ReplayJudge(const Recording& recording, const WorkloadModel& model, const Policy& policy, Timestamp begin,
              Timestamp end);

  std::size_t first() const { return first_; }
  std::size_t end() const { return end_; }
  RecordedLoad& load() { return load_; }
  const WaitingItems* waiting() const { return waiting_ ? &*waiting_ : nullptr; }

  // A tick's replicas, and what the policy wanted. `really`: the queue is the one recorded. `say` is called where the
  // moment is one to remember.
  void Tick(std::size_t tick, std::optional<int> replicas, float wanted, bool really,
            const std::function<std::string()>& say);

  ReplayTally& tally() { return *tally_; }
  ReplayResult& result() { return result_; }
  ReplayResult Finish() {
    result_.worst = moments_.Worst();
    return std::move(result_);
  }

 private:
  // How bad a tick is at which the load and the replicas are known.
  double SeverityOf(const ReplayMoment& moment, std::size_t tick, double capacity, bool really);
  // Returns how many items became late.
  double Wait(std::size_t tick, double arrivals, double can_serve, bool really);

  const Recording& recording_;
  const WorkloadModel& model_;
  RecordedLoad load_;
  const int min_;
  const std::optional<double> max_;
  StartingReplicas starting_;
  const std::size_t first_;
  const std::size_t end_;
  std::optional<WaitingItems> waiting_;
  bool has_waited_ = false;
  std::optional<int> last_;
  ReplayTally* tally_ = nullptr;
  MomentFinder moments_;
  ReplayResult result_;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_REPLAY_JUDGE_H_
