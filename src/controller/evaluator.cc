#include "controller/evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace loadline {

Evaluator::Evaluator(const ControllerOptions& options, PolicyBoard& policies, ReadingBoard& readings, Log& log,
                     Instruments& instruments)
    : options_(options), policies_(policies), readings_(readings), log_(log), instruments_(instruments) {}

std::shared_ptr<const Evaluator::Prepared> Evaluator::MakePrepared(const BindingKey& key, std::uint64_t generation,
                                                                   const std::shared_ptr<const Prepared>& before) {
  auto prepared = std::make_shared<Prepared>();
  prepared->generation = generation;
  auto fail = [&](Error error) {
    prepared->error = std::move(error);
    return prepared;
  };
  Result<std::shared_ptr<const Policy>> policy = policies_.Find(key.object_namespace, std::string(key.policy()));
  if (!policy) return fail(policy.error());
  if (before != nullptr && before->policy == *policy && !before->error) {
    *prepared = *before;
    prepared->generation = generation;
    return prepared;
  }
  prepared->policy = *policy;
  const Result<Parameters> parameters = BindParameters(**policy, key.object_namespace, key.object_name, key.metadata);
  if (!parameters) return fail(parameters.error());
  Result<QueryPlan> plan = PlanQueries(**policy, *parameters);
  if (!plan) return fail(plan.error());
  for (const PlannedQuery& query : plan->queries) {
    if (const Status allowed = readings_.MayUse(query.source, key.object_namespace); !allowed)
      return fail(allowed.error());
  }
  for (const PlannedQuery& query : plan->queries) prepared->readings.push_back(readings_.Use(query));
  prepared->plan = std::move(*plan);
  // The text is with the readings, which bindings share: a second copy for each binding would be most of its memory.
  for (PlannedQuery& query : prepared->plan.queries) {
    query.text = std::string();
    query.source = std::string();
  }
  return prepared;
}

Evaluator::Tracked& Evaluator::TrackedOf(const std::shared_ptr<Binding>& binding) {
  Tracked& tracked = tracked_[binding.get()];
  if (tracked.owner.lock() != binding) {
    tracked = Tracked();
    tracked.owner = binding;
  }
  return tracked;
}

std::shared_ptr<const Evaluator::Prepared> Evaluator::Prepare(const std::shared_ptr<Binding>& binding) {
  const std::uint64_t generation = policies_.generation();
  std::shared_ptr<const Prepared> before;
  {
    const MutexLock lock(mutex_);
    before = TrackedOf(binding).prepared;
  }
  if (before != nullptr && before->generation == generation) return before;
  std::shared_ptr<const Prepared> prepared = MakePrepared(binding->key(), generation, before);
  const MutexLock lock(mutex_);
  return TrackedOf(binding).prepared = std::move(prepared);
}

std::shared_ptr<const PublishedAnswer> Evaluator::Answer(const Prepared& prepared, Timestamp now,
                                                         std::uint64_t era) const {
  auto answer = std::make_shared<PublishedAnswer>();
  answer->time = now;
  answer->era = era;
  answer->generation = prepared.generation;
  answer->policy = prepared.policy;
  answer->error = prepared.error;
  Duration hold{0};
  if (!prepared.error) {
    const Policy& policy = *prepared.policy;
    hold = policy.LongestHold();
    std::vector<QueryReadings::Window> windows;
    Observation seen{now, options_.interval, {}};
    windows.reserve(prepared.readings.size());
    for (std::size_t i = 0; i < prepared.readings.size(); ++i) {
      windows.push_back(prepared.readings[i]->At(now, prepared.plan.queries[i].window));
      seen.windows.push_back({windows.back().ticks, windows.back().problem});
    }
    answer->decision = Decide(policy, prepared.plan, seen);
    if (answer->decision.error) {
      answer->error = Error{answer->decision.error->code,
                            fmt::format("policy {}: {}", PolicyId(policy.policy_namespace, policy.name),
                                        answer->decision.error->message)};
    }
  }
  // However short the hold, an answer stands until the next tick's can be there.
  answer->valid_until = now + std::max(hold, options_.interval + options_.budget) + options_.delay;
  if (options_.encode) answer->encoded = options_.encode(*answer);
  return answer;
}

std::vector<std::string> Evaluator::SourcesOf(const Prepared& prepared) {
  std::vector<std::string> sources;
  for (const auto& readings : prepared.readings) sources.push_back(readings->source());
  std::sort(sources.begin(), sources.end());
  sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
  return sources;
}

std::vector<std::string> Evaluator::SourcesOf(const std::shared_ptr<Binding>& binding) {
  return SourcesOf(*Prepare(binding));
}

Evaluator::Round Evaluator::Gather(const Bindings& bindings) {
  Round round;
  std::unordered_set<const QueryReadings*> seen;
  for (const auto& binding : bindings) {
    Asked asked{binding, Prepare(binding)};
    for (const auto& readings : asked.prepared->readings) {
      if (seen.insert(readings.get()).second) round.readings.push_back(readings);
    }
    round.groups[SourcesOf(*asked.prepared)].asked.push_back(std::move(asked));
  }
  for (auto& [sources, group] : round.groups) group.sources_left = sources.size();
  return round;
}

void Evaluator::Evaluate(const Bindings& bindings, Timestamp now, std::uint64_t era) {
  Round round = Gather(bindings);
  if (const auto unasked = round.groups.find({}); unasked != round.groups.end()) Publish(unasked->second, now, era);
  Mutex mutex;  // of the groups' sources_left
  readings_.Fill(round.readings, now, options_.budget, [&](const std::string& source) {
    std::vector<const Group*> complete;
    {
      const MutexLock lock(mutex);
      for (auto& [sources, group] : round.groups) {
        if (std::binary_search(sources.begin(), sources.end(), source) && --group.sources_left == 0)
          complete.push_back(&group);
      }
    }
    for (const Group* group : complete) Publish(*group, now, era);
  });
  // All that could be read at `now` has been read: what has to see all bindings of a tick together has its place here.
}

void Evaluator::Publish(const Group& group, Timestamp now, std::uint64_t era) {
  for (const Asked& asked : group.asked) Publish(asked, now, era);
}

void Evaluator::Publish(const Asked& asked, Timestamp now, std::uint64_t era) {
  // Other policies may have changed meanwhile; with this one as it was, it is decided as of now.
  const auto prepared = Prepare(asked.binding);
  if (prepared->policy != asked.prepared->policy || prepared->readings != asked.prepared->readings) return;
  const auto answer = Answer(*prepared, now, era);
  instruments_.CountDecision(!answer->error);
  if (asked.binding->Publish(answer)) LogChange(asked.binding, *answer);
}

void Evaluator::Forget(const Bindings& bindings) {
  const MutexLock lock(mutex_);
  for (const auto& binding : bindings) tracked_.erase(binding.get());
  // What the other thread evaluated when it had already been forgotten.
  std::erase_if(tracked_, [](const auto& entry) { return entry.second.owner.expired(); });
}

void Evaluator::LogChange(const std::shared_ptr<Binding>& binding, const PublishedAnswer& answer) {
  const LoggedDecision logged(answer);
  LoggedDecision before;
  {
    const MutexLock lock(mutex_);
    LoggedDecision& latest = TrackedOf(binding).logged;
    if (!logged.IsDueAfter(latest)) return;
    before = std::exchange(latest, logged);
  }
  LogDecision(log_, binding->key(), answer, before);
}

}  // namespace loadline
