#include "scaling/replay_judge.h"

#include <algorithm>
#include <limits>

namespace loadline {
namespace {

constexpr Duration kDay = std::chrono::hours(24);
constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

}  // namespace

ReplayJudge::ReplayJudge(const Recording& recording, const WorkloadModel& model, const Policy& policy, Timestamp begin,
                         Timestamp end)
    : recording_(recording),
      model_(model),
      load_(recording, model),
      min_(policy.replicas.min),
      max_(policy.Most()),
      starting_(DelayInTicks(model.start_delay, recording.interval)),
      first_(recording.TickAt(begin)),
      end_(recording.TickAt(end)) {
  result_.name = policy.name;
  result_.is_queue = model.is_queue();
  result_.begin = recording.TimeAt(first_);
  result_.interval = recording.interval;
  const std::size_t ticks = end_ > first_ ? end_ - first_ : 0;
  for (auto* series : {&result_.series.load, &result_.series.needed, &result_.series.wanted, &result_.series.replicas,
                       &result_.series.ready, &result_.series.waiting})
    series->reserve(ticks);
  if (!model.is_queue()) return;
  const auto looks_back = static_cast<std::size_t>(std::chrono::minutes(5) / recording.interval);
  auto depth = LatestUntil(first_, looks_back, [&](std::size_t tick) { return load_.Depth(tick); });
  if (!depth) {
    const auto lag = LatestUntil(first_, looks_back, [&](std::size_t tick) { return load_.LagSeconds(tick); });
    const auto load = LatestUntil(first_, looks_back, [&](std::size_t tick) { return load_.Load(tick); });
    if (lag && load) depth = *lag * *load;
  }
  waiting_.emplace(recording.interval, *model.deadline, std::max(depth.value_or(0), 0.0));
}

void ReplayJudge::Tick(std::size_t tick, std::optional<int> replicas, float wanted, bool really,
                       const std::function<std::string()>& say) {
  const Timestamp now = recording_.TimeAt(tick);
  const double seconds = ToSeconds(recording_.interval);
  if (result_.days.empty() || now >= result_.days.back().begin + kDay)
    result_.days.push_back({AlignDown(now, kDay), {}});
  tally_ = &result_.days.back().tally;
  tally_->seconds += seconds;
  const auto load = load_.Load(tick);
  const auto capacity = load_.Capacity(tick);
  std::optional<int> ready;
  if (replicas) {
    tally_->counted_seconds += seconds;
    tally_->replica_seconds += *replicas * seconds;
    if (*replicas <= min_) tally_->min_seconds += seconds;
    if (max_ && *replicas >= *max_) tally_->max_seconds += seconds;
    if (last_ && *last_ != *replicas) ++tally_->changes;
    last_ = replicas;
    ready = starting_.Step(*replicas);
  }
  const double need = load.value_or(0) / capacity.value_or(1);
  const auto number = [](const auto& value) { return value ? static_cast<float>(*value) : kUnknown; };
  result_.series.needed.push_back(load && capacity ? static_cast<float>(need) : kUnknown);
  result_.series.load.push_back(number(load));
  result_.series.wanted.push_back(wanted);
  result_.series.replicas.push_back(number(replicas));
  result_.series.ready.push_back(number(ready));
  double late = 0;
  if (load && capacity && ready) {
    ReplayMoment moment;
    moment.begin = moment.peak = now;
    moment.end = now + recording_.interval;
    moment.load = load.value_or(0);
    moment.needed = need;
    moment.ready = ready.value_or(0);
    moment.replicas = replicas.value_or(0);
    moment.severity = SeverityOf(moment, tick, capacity.value_or(0), really);
    if (moment.severity > 0 && moments_.Add(moment)) moments_.Said(say());
    late = moment.severity;
  }
  if (!waiting_) return;
  result_.series.waiting.push_back(static_cast<float>(waiting_->depth()));
  result_.series.late.push_back(static_cast<float>(late));
}

double ReplayJudge::SeverityOf(const ReplayMoment& moment, std::size_t tick, double capacity, bool really) {
  const double seconds = ToSeconds(recording_.interval);
  tally_->judged_seconds += seconds;
  const double missing = moment.needed > moment.ready + 1e-9 ? moment.needed - moment.ready : 0;
  if (missing > 0) tally_->short_seconds += seconds;
  if (!waiting_) return missing * seconds;
  return Wait(tick, moment.load * seconds, moment.ready * capacity * seconds, really);
}

double ReplayJudge::Wait(std::size_t tick, double arrivals, double can_serve, bool really) {
  // Those that wait at first may become late, too: they count with the items of the first tick.
  if (!has_waited_) tally_->items += waiting_->depth();
  has_waited_ = true;
  double late = 0;
  if (!really) {
    late = waiting_->Step(arrivals, can_serve);
  } else if (model_.queue >= 0) {
    const auto after = load_.Depth(tick + 1);
    late = waiting_->StepTo(arrivals, after.value_or(waiting_->depth()));
    if (!after) return 0;  // it is not known how many waited: what came counts as neither
  } else {
    const auto lag = load_.LagSeconds(tick);
    if (!lag) return 0;
    late = *lag > ToSeconds(*model_.deadline) ? arrivals : 0;
  }
  tally_->items += arrivals;
  tally_->late += late;
  return late;
}

}  // namespace loadline
