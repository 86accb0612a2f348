#include "controller/evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace loadline {

Evaluator::Evaluator(const ControllerOptions& options, PolicyBoard& policies, ReadingBoard& readings,
                     ForecastBoard& forecasts, Log& log, Instruments& instruments)
    : options_(options),
      policies_(policies),
      readings_(readings),
      forecasts_(forecasts),
      log_(log),
      instruments_(instruments) {}

std::shared_ptr<const Evaluator::Prepared> Evaluator::MakePrepared(const BindingKey& key, std::uint64_t generation,
                                                                   const std::shared_ptr<const Prepared>& before) {
  auto prepared = std::make_shared<Prepared>();
  prepared->generation = generation;
  prepared->name = {key.object_namespace, key.object_name, std::string(key.policy())};
  auto fail = [&](Error error) {
    prepared->error = std::move(error);
    return prepared;
  };
  Result<std::shared_ptr<const Policy>> policy = policies_.Find(key.object_namespace, std::string(key.policy()));
  if (!policy) return fail(policy.error());
  // A calendar may have changed, and with it what is to be forecast.
  const bool has_holidays = std::ranges::any_of(
      (*policy)->signals, [](const Signal& each) { return each.forecast && !each.forecast->holidays.empty(); });
  if (before != nullptr && before->policy == *policy && !before->error && !has_holidays) {
    *prepared = *before;
    prepared->generation = generation;
    prepared->joins = Joins(*prepared, *policies_.documents());
    return prepared;
  }
  prepared->policy = *policy;
  const Result<Parameters> parameters = BindParameters(**policy, key.object_namespace, key.object_name, key.metadata);
  if (!parameters) return fail(parameters.error());
  Result<QueryPlan> plan = PlanQueries(**policy, *parameters);
  if (!plan) return fail(plan.error());
  for (const PlannedQuery& query : plan->queries) {
    if (query.desired_of) continue;
    if (const Status allowed = readings_.MayUse(query.source, key.object_namespace); !allowed)
      return fail(allowed.error());
  }
  for (const auto& each : plan->learned) {
    if (!each) continue;
    if (const Status allowed = readings_.MayUse(each->source, key.object_namespace); !allowed)
      return fail(allowed.error());
  }
  for (const PlannedQuery& query : plan->queries)
    prepared->readings.push_back(query.desired_of ? nullptr : readings_.Use(query));
  const std::vector<std::optional<PlannedForecast>> forecasts =
      PlanForecasts(**policy, *plan, policies_.documents()->Lookup());
  if (std::ranges::any_of(forecasts, [](const auto& each) { return each.has_value(); })) {
    for (const auto& each : forecasts) prepared->forecasts.push_back(each ? forecasts_.Use(*each) : nullptr);
  }
  for (const auto& each : plan->learned) prepared->learned.push_back(each ? forecasts_.Use(*each) : nullptr);
  plan->learned.clear();
  auto objective = PlanObjective(**policy, *plan, options_.interval);
  if (!objective) return fail(objective.error());
  if (*objective) {
    prepared->load = readings_.Use({(*objective)->source, (*objective)->text, LoadWindow(options_.forecasts.lead)});
    prepared->objective = forecasts_.Use(**objective);
  }
  prepared->plan = std::move(*plan);
  // The text is with the readings, which bindings share: a second copy for each binding would be most of its memory.
  for (PlannedQuery& query : prepared->plan.queries) {
    query.text = std::string();
    query.source = std::string();
  }
  prepared->joins = Joins(*prepared, *policies_.documents());
  return prepared;
}

bool Evaluator::Joins(const Prepared& prepared, const SharedDocuments& documents) {
  const Policy& policy = *prepared.policy;
  return policy.budget || prepared.plan.depends ||
         std::any_of(documents.budgets.begin(), documents.budgets.end(),
                     [&](const Budget& budget) { return budget.Lists(policy.policy_namespace, policy.name); });
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
  any_joins_ = any_joins_ || prepared->joins;
  return TrackedOf(binding).prepared = std::move(prepared);
}

void Evaluator::See(const Prepared& prepared, Timestamp now, std::size_t extra_ticks, Seen& seen) const {
  const Duration extra = options_.interval * static_cast<Duration::rep>(extra_ticks);
  Observation& observation = seen.observation;
  observation.now = now;
  observation.interval = options_.interval;
  observation.windows.clear();
  seen.windows.resize(std::max(seen.windows.size(), prepared.readings.size()));
  for (std::size_t i = 0; i < prepared.readings.size(); ++i) {
    QueryReadings::Window& window = seen.windows[i];
    if (prepared.readings[i] != nullptr) {
      prepared.readings[i]->At(now, prepared.plan.queries[i].window + extra, window);
    } else {
      window.ticks.clear();
      window.problem.clear();
    }
    observation.windows.push_back({window.ticks, window.problem});
  }
  if (auto documents = policies_.documents(); seen.documents != documents) {
    seen.documents = std::move(documents);
    seen.calendars = seen.documents->Lookup();
  }
  seen.overrides = seen.documents->OverridesFor(prepared.name);
  observation.calendars = &seen.calendars;
  observation.overrides = seen.overrides;
  seen.forecasts.clear();
  seen.signal_forecasts.clear();
  for (const auto& track : prepared.forecasts) {
    seen.forecasts.push_back(track == nullptr ? nullptr : track->At(now));
    seen.signal_forecasts.push_back(seen.forecasts.back() == nullptr ? nullptr : &seen.forecasts.back()->forecast);
  }
  observation.forecasts = seen.signal_forecasts;
  seen.learned.clear();
  for (const auto& track : prepared.learned) seen.learned.push_back(track == nullptr ? nullptr : track->At(now));
  observation.learned = seen.learned;
  seen.objective = {};
  if (prepared.objective != nullptr) SeeObjective(prepared, now, seen);
  observation.objective = seen.objective.View();
}

void Evaluator::SeeObjective(const Prepared& prepared, Timestamp now, Seen& seen) const {
  const auto published = prepared.objective->At(now);
  if (published == nullptr) return;  // a pod that has just started: the others know more
  prepared.load->At(now, LoadWindow(options_.forecasts.lead), seen.load);
  seen.objective =
      LevelsOf(published->objective.get(), published->forecast.problem, *prepared.objective->plan().objective,
               *prepared.policy, prepared.plan, seen.observation, seen.load.ticks);
}

std::shared_ptr<const PublishedAnswer> Evaluator::Answer(const Prepared& prepared, Timestamp now, std::uint64_t era,
                                                         std::optional<Decided> decided, Seen& seen) const {
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
    if (decided) {
      answer->decision = std::move(decided->decision);
      answer->forecasts = std::move(decided->forecasts);
    } else {
      See(prepared, now, 0, seen);
      answer->decision = Decide(policy, prepared.plan, seen.observation);
      answer->forecasts = std::move(seen.forecasts);
    }
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

std::vector<std::string> Evaluator::Prepared::Sources() const {
  std::vector<std::string> sources;
  for (const auto& each : readings) {
    if (each != nullptr) sources.push_back(each->source());
  }
  std::sort(sources.begin(), sources.end());
  sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
  return sources;
}

std::vector<std::string> Evaluator::SourcesOf(const std::shared_ptr<Binding>& binding) {
  return Prepare(binding)->Sources();
}

Evaluator::Round Evaluator::Gather(const Bindings& bindings) {
  Round round;
  std::map<std::vector<std::string>, Group> groups;
  std::vector<Asked> all;
  for (const auto& binding : bindings) all.push_back({binding, Prepare(binding)});

  Group fleet;
  fleet.is_fleet = true;
  fleet.asked = FleetOf(bindings);
  std::set<const Binding*> in_fleet;
  std::set<std::string> fleet_sources;
  std::vector<FleetMember> members;
  for (const Asked& each : fleet.asked) {
    if (each.binding != nullptr) in_fleet.insert(each.binding.get());
    const auto sources = each.prepared->Sources();
    fleet_sources.insert(sources.begin(), sources.end());
    members.push_back({each.prepared->name, each.prepared->policy.get(), &each.prepared->plan, {}});
  }
  fleet.sources.assign(fleet_sources.begin(), fleet_sources.end());
  fleet.extra_ticks = PlanFleet(members, options_.interval).extra_ticks;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Prepared& prepared = *fleet.asked[i].prepared;
    for (std::size_t query = 0; query < prepared.readings.size(); ++query) {
      if (prepared.readings[query] != nullptr && fleet.extra_ticks[i] > 0)
        prepared.readings[query]->Need(prepared.plan.queries[query].window +
                                       options_.interval * static_cast<Duration::rep>(fleet.extra_ticks[i]));
    }
  }

  std::unordered_set<const QueryReadings*> seen;
  auto need = [&](const Asked& asked) {
    for (const auto& readings : asked.prepared->readings) {
      if (readings != nullptr && seen.insert(readings.get()).second) round.readings.push_back(readings);
    }
  };
  for (const Asked& each : fleet.asked) need(each);
  for (Asked& each : all) {
    if (in_fleet.contains(each.binding.get())) continue;
    need(each);
    groups[each.prepared->Sources()].asked.push_back(std::move(each));
  }
  for (auto& [sources, group] : groups) {
    group.sources = sources;
    round.groups.push_back(std::move(group));
  }
  if (!fleet.asked.empty()) round.groups.push_back(std::move(fleet));
  for (Group& group : round.groups) group.sources_left = group.sources.size();
  return round;
}

void Evaluator::Evaluate(const Bindings& bindings, Timestamp now, std::uint64_t era) {
  Round round = Gather(bindings);
  for (const Group& group : round.groups) {
    if (group.sources.empty()) Publish(group, now, era);
  }
  Mutex mutex;  // of the groups' sources_left
  readings_.Fill(round.readings, now, options_.budget, [&](const std::string& source) {
    std::vector<const Group*> complete;
    {
      const MutexLock lock(mutex);
      for (Group& group : round.groups) {
        if (std::binary_search(group.sources.begin(), group.sources.end(), source) && --group.sources_left == 0)
          complete.push_back(&group);
      }
    }
    for (const Group* group : complete) Publish(*group, now, era);
  });
}

void Evaluator::Publish(const Group& group, Timestamp now, std::uint64_t era) {
  if (group.is_fleet) return PublishFleet(group, now, era);
  Seen seen;
  for (const Asked& asked : group.asked) Publish(asked, now, era, std::nullopt, seen);
}

void Evaluator::Publish(const Asked& asked, Timestamp now, std::uint64_t era, std::optional<Decided> decided,
                        Seen& seen) {
  // Other policies may have changed meanwhile; with this one as it was, it is decided as of now.
  const auto prepared = Prepare(asked.binding);
  if (prepared->policy != asked.prepared->policy || prepared->readings != asked.prepared->readings) return;
  const auto answer = Answer(*prepared, now, era, std::move(decided), seen);
  instruments_.CountDecision(!answer->error);
  if (!asked.binding->Publish(answer)) return;
  const LoggedDecision logged(*answer);
  LogChange(asked.binding, *answer, logged);
  if (options_.journal != nullptr) Journal(asked.binding, prepared, answer, logged, seen);
}

void Evaluator::Forget(const Bindings& bindings) {
  const MutexLock lock(mutex_);
  for (const auto& binding : bindings) tracked_.erase(binding.get());
  // What the other thread evaluated when it had already been forgotten.
  std::erase_if(tracked_, [](const auto& entry) { return entry.second.owner.expired(); });
}

void Evaluator::LogChange(const std::shared_ptr<Binding>& binding, const PublishedAnswer& answer,
                          const LoggedDecision& logged) {
  LoggedDecision before;
  {
    const MutexLock lock(mutex_);
    LoggedDecision& latest = TrackedOf(binding).logged;
    if (!logged.IsDueAfter(latest)) return;
    before = std::exchange(latest, logged);
  }
  LogDecision(log_, binding->key(), answer, before);
}

// Copies what was seen: the readings' windows are the boards', and go on. Where nothing is due, which is nearly always,
// it copies nothing.
void Evaluator::Journal(const std::shared_ptr<Binding>& binding, const std::shared_ptr<const Prepared>& prepared,
                        const std::shared_ptr<const PublishedAnswer>& answer, const LoggedDecision& logged,
                        Seen& seen) {
  std::optional<RecordKind> due;
  {
    const MutexLock lock(mutex_);
    due = TrackedOf(binding).journaled.Advance(*answer, logged, options_.heartbeat);
  }
  if (!due) return;
  MadeDecision made;
  made.kind = *due;
  made.tick = answer->time;
  made.binding = [binding] { return BindingRecordOf(binding->key()); };
  made.policy = answer->policy;
  made.decision = {answer, &answer->decision};
  made.error = answer->error;
  if (!prepared->error) {
    made.plan = {prepared, &prepared->plan};
    made.seen = Record(*answer->policy, seen.observation);
    if (seen.terms != nullptr) {
      made.terms = std::move(*seen.terms);
      made.terms.desired.clear();  // they are among the readings
    }
  }
  options_.journal->Take(std::move(made));
}

}  // namespace loadline
