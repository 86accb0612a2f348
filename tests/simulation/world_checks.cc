// What is checked of a world: each decision as it is made, what pods answer, and whether all recover.
#include <fmt/format.h>

#include <cmath>

#include "simulation/world.h"

namespace loadline::simulation {
namespace {

Duration LongestHoldOf(const Policy& policy) {
  Duration longest{0};
  for (const Signal& each : policy.signals) longest = std::max(longest, OnMissingOf(policy, each).hold);
  return longest;
}

}  // namespace

void World::Report(std::string_view invariant, const Pod* pod, std::string_view object, Finding finding) const {
  std::string where =
      fmt::format("day {:.2f}, tick {} ({})", static_cast<double>(tick_) * ToSeconds(interval_) / 86'400, tick_,
                  FormatTimestamp(now_));
  if (pod != nullptr) where += fmt::format(", {} whose clock says {}", pod->name(), FormatTimestamp(pod->Now()));
  if (!object.empty()) where += fmt::format(", {}", object);
  throw Violation{std::string(invariant), std::move(where), std::move(finding.seen), std::move(finding.wanted)};
}

const QueryPlan& World::PlanOf(const std::shared_ptr<const Policy>& policy, std::size_t object) {
  Planned& planned = plans_[{policy.get(), object}];
  if (planned.policy == nullptr) {
    auto plan = PlanQueries(*policy, {{"namespace", "data"}, {"name", ObjectName(object)}});
    planned = {policy, std::move(*plan)};
  }
  return planned.plan;
}

void World::Made(Pod& pod, MadeDecision made) {
  ++figures_.decisions;
  figures_.errors += made.error.has_value();
  std::size_t object = 0;
  const std::string name = made.policy != nullptr ? made.policy->name : made.binding().policy;
  while (object < objects_ && PolicyName(object) != name) ++object;
  if (journal_ != nullptr && made.tick.time_since_epoch() % std::chrono::minutes(10) == Duration(0))
    journal_->Add(pod.name(), made, now_);
  bugs_.Spoil(pod.name(), made);
  Judge(pod, made, object);
}

void World::Judge(Pod& pod, const MadeDecision& made, std::size_t object) {
  if (made.policy == nullptr) {
    if (!made.error || made.error->message.empty())
      Report("whole", &pod, ObjectName(object), {"neither a policy nor an error", "an error that says why"});
    return;
  }
  const Judged judged{pod, made, PlanOf(made.policy, object), *load_, now_};
  const auto report = [&](std::string_view invariant, Finding finding) {
    Report(invariant, &pod,
           fmt::format("{} tick {}, policy:\n{}", ObjectName(object), FormatTimestamp(made.tick), *made.policy->text),
           std::move(finding));
  };
  for (const Invariant& each : Invariants()) {
    if (!Checks(each.name)) continue;
    bool checked = false;
    auto finding = each.check(judged, checked);
    figures_.checks[std::string(each.name)] += checked;
    if (finding) report(each.name, std::move(*finding));
  }
  if (!Checks("agreement")) return;
  if (auto finding = agreement_.Check(object, pod, made, figures_.checks["agreement"]))
    report("agreement", std::move(*finding));
}

// What the members of a budget are told together, by the latest answers of a pod.
void World::CheckBudgets(const Pod& pod) {
  if (pod.documents() == nullptr) return;
  std::map<std::string, std::shared_ptr<const PublishedAnswer>> answers;
  for (const auto& binding : pod.Bindings()) {
    if (auto latest = binding->Latest()) answers[std::string(binding->key().policy())] = std::move(latest);
  }
  for (const auto& budget : pod.documents()->budgets) {
    double sum = 0;
    bool together = true;
    Timestamp time;
    std::uint64_t generation = 0;
    for (const auto& [policy, answer] : answers) {
      if (!budget->Lists("data", policy) || answer->error || answer->policy->mode != Mode::kActive) continue;
      if (time != Timestamp()) together = together && time == answer->time && generation == answer->generation;
      time = answer->time;
      generation = answer->generation;
      double wanted = answer->decision.wanted;
      if (bugs_.Is("over-budget") && !answer->decision.steps.empty()) {
        for (const Step& step : answer->decision.steps)
          wanted = std::max(wanted, step.reason == Reason::kCutByBudget ? step.before : 0);
      }
      sum += std::ceil(wanted);
    }
    if (!together || time == Timestamp()) continue;
    ++figures_.checks["budgets"];
    if (sum > budget->Limit())
      Report("budgets", &pod, budget->name,
             {fmt::format("{} replicas", sum), fmt::format("at most {}", budget->Limit())});
  }
}

// What a call gets now is no older than policy and options allow, and not of a time to come.
void World::CheckAge(const Pod& pod, const Binding& binding) {
  const auto latest = binding.Latest();
  if (latest == nullptr) return;
  auto answer = CurrentAnswer(binding, pod.Now());
  if (bugs_.Is("never-too-old") && !latest->error) answer = latest;
  ++figures_.checks["age"];
  if (!answer) {
    if (answer.error().message.empty()) Report("age", &pod, binding.key().Id(), {"an error without a reason", "why"});
    return;
  }
  const Duration age = pod.Now() - (*answer)->time;
  if (!pod.stands_still() && age < -2 * interval_)
    Report("age", &pod, binding.key().Id(),
           {"an answer of " + FormatTimestamp((*answer)->time), "none of a time to come"});
  const Duration hold = (*answer)->policy == nullptr ? Duration(0) : LongestHoldOf(*(*answer)->policy);
  const Duration most = std::max(hold, interval_ + ControllerOptions().budget) + pod.options().delay;
  if (age > most)
    Report("age", &pod, binding.key().Id(),
           {fmt::format("an answer that is {} old", FormatDuration(std::chrono::floor<std::chrono::seconds>(age))),
            fmt::format("an error past {}", FormatDuration(std::chrono::floor<std::chrono::seconds>(most)))});
}

// The world has been calm for long enough: all pods say what one says that has just started.
void World::CompareWithFreshPod() {
  const auto fresh = MakePod("fresh");
  fresh->Give(documents_->Current());
  fresh->Turn(now_, SourceRates());
  std::vector<std::shared_ptr<Binding>> wanted;
  for (std::size_t i = 0; i < objects_; ++i) wanted.push_back(fresh->Call(i));
  for (const PodState& each : pods_) {
    for (std::size_t i = 0; i < objects_; ++i) {
      const auto fresh_answer = wanted[i]->Latest();
      const auto binding = each.pod->Call(i);
      const auto answer = binding->Latest();
      ++figures_.checks["recovers"];
      if (answer != nullptr && answer->time == fresh_answer->time && answer->valid_until == fresh_answer->valid_until &&
          SameAnswers(answer->decision, answer->error, fresh_answer->decision, fresh_answer->error))
        continue;
      Report("recovers", each.pod.get(),
             fmt::format("{}, policy:\n{}", ObjectName(i),
                         fresh_answer->policy == nullptr ? "" : *fresh_answer->policy->text),
             {answer == nullptr ? "no answer"
                                : fmt::format("tick {}: {}", FormatTimestamp(answer->time),
                                              AnswerText(answer->decision, answer->error)),
              fmt::format("as a fresh pod says at {}: {}", FormatTimestamp(fresh_answer->time),
                          AnswerText(fresh_answer->decision, fresh_answer->error))});
    }
  }
}

}  // namespace loadline::simulation
