#include "scaling/replay_queries.h"

#include <algorithm>

#include "scaling/scenario_series.h"

namespace loadline {
namespace {

constexpr std::string_view kNotRecorded = "not in the recording";

}  // namespace

ReplayQueries::ReplayQueries(const Recording& recording, const ReplayMember& member, const WorkloadModel& workload,
                             bool open_loop, std::size_t first, int count)
    : recording_(recording), policy_(*member.policy), plan_(*member.plan) {
  for (std::size_t q = 0; q < plan_.queries.size(); ++q) {
    const PlannedQuery& query = plan_.queries[q];
    const int recorded = recording.Find(query.source, query.text);
    Input input;
    input.recorded = ReadingsOf(recording, recorded);
    input.ticks = static_cast<std::size_t>(query.window / recording.interval) + 1;
    if (!open_loop) input.by = ModelOf(q, recorded, workload);
    if (input.by != Input::By::kRecording) BeginModel(input, first, count);
    inputs_.push_back(std::move(input));
  }
}

ReplayQueries::Input::By ReplayQueries::ModelOf(std::size_t query, int recorded, const WorkloadModel& workload) const {
  const auto is = [recorded](int of) { return recorded >= 0 && recorded == of; };
  if (static_cast<int>(query) == plan_.observed || is(workload.observed)) return Input::By::kCount;
  if (is(workload.queue)) return Input::By::kDepth;
  if (is(workload.lag)) return Input::By::kLag;
  for (std::size_t i = 0; i < policy_.signals.size(); ++i) {
    const bool is_mean = plan_.signals[i].value == static_cast<int>(query) && LawOf(policy_.signals[i]) == Law::kTarget;
    if (is_mean && workload.observed >= 0) return Input::By::kMean;
  }
  return Input::By::kRecording;
}

void ReplayQueries::BeginModel(Input& input, std::size_t first, int count) const {
  input.modelled.assign(recording_.ticks, Reading());
  for (std::size_t tick = 0; tick < first; ++tick) {
    Reading& reading = input.modelled[tick];
    if (input.recorded != nullptr) reading = (*input.recorded)[tick];
    input.was_known = input.was_known || reading.state == ReadingState::kValue;
    // As if it had been so before: no stage sees a change that is none.
    if (input.by == Input::By::kCount && !input.was_known) reading = {static_cast<double>(count), ReadingState::kValue};
  }
}

// What a query says that depends on the replicas. An outage is one whatever their count.
Reading ReplayQueries::Modelled(Input& input, std::size_t tick, int count, std::optional<double> observed,
                                const WaitingItems* waiting) {
  const Reading recorded = input.recorded != nullptr ? (*input.recorded)[tick] : Reading();
  if (input.by == Input::By::kCount) {
    input.was_known = input.was_known || recorded.state == ReadingState::kValue;
    const bool was_asked_in_vain = input.was_known && recorded.state != ReadingState::kValue;
    return was_asked_in_vain ? recorded : Reading{static_cast<double>(count), ReadingState::kValue};
  }
  const bool has_number = recorded.state == ReadingState::kValue || recorded.state == ReadingState::kPartial;
  // With the last worker its metrics went; with workers they would be there.
  const bool went = recorded.state == ReadingState::kEmpty && observed && *observed < 1 && count > 0;
  if (input.by == Input::By::kMean) {
    if (!has_number) return recorded;
    if (!observed) return {0, ReadingState::kFailed};
    if (count < 1) return {0, ReadingState::kEmpty};
    return {recorded.value * *observed / count, recorded.state};
  }
  if ((!has_number && !went) || waiting == nullptr) return recorded;
  const double value = input.by == Input::By::kDepth ? waiting->depth() : ToSeconds(waiting->oldest());
  return {value, went ? ReadingState::kValue : recorded.state};
}

void ReplayQueries::See(std::size_t tick, int count, const RecordedLoad& load, const WaitingItems* waiting,
                        std::vector<ReadingWindow>& windows) {
  windows.clear();
  const std::optional<double> observed = load.Observed(tick);
  for (Input& input : inputs_) {
    const bool is_modelled = input.by != Input::By::kRecording;
    if (is_modelled) input.modelled[tick] = Modelled(input, tick, count, observed, waiting);
    const std::vector<Reading>& readings = is_modelled || input.recorded == nullptr ? input.modelled : *input.recorded;
    const std::size_t ticks = std::min(input.ticks, tick + 1);
    const auto window = std::span(readings).subspan(tick + 1 - ticks, ticks);
    const bool silent = window.back().state == ReadingState::kFailed;
    windows.push_back({window, silent ? kNotRecorded : ProblemOf(window.back())});
  }
}

}  // namespace loadline
