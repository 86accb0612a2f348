#include "scaling/worker_law.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <deque>

#include "scaling/virtual_run.h"
#include "support/load_series.h"

namespace loadline {
namespace {

constexpr Duration kTick = std::chrono::seconds(15);
constexpr Duration kDeadline = std::chrono::minutes(2);

TEST_CASE("A worker's plan goes by whether one asked for now can still save what arrives now") {
  const WorkerPlan in_time = PlanWorkers(std::chrono::seconds(120), kDeadline, kTick);
  CHECK(in_time.delay == 8);
  CHECK(in_time.drains == std::vector{4, 8});
  CHECK(in_time.kept == 6);
  CHECK(in_time.doubted == 8);
  CHECK(in_time.quantile == 0.8);
  const WorkerPlan too_late = PlanWorkers(std::chrono::seconds(600), kDeadline, kTick);
  CHECK(too_late.delay == 40);
  CHECK(too_late.drains == std::vector{20});
  CHECK(too_late.kept == 2);
  CHECK(too_late.doubted == 8);
  CHECK(too_late.quantile == 0.99);
  CHECK(in_time.finds_risk);
  CHECK_FALSE(too_late.finds_risk);
  CHECK(PlanWorkers(Duration(0), kDeadline, kTick).delay == 1);
  CHECK(PlanWorkers(std::chrono::seconds(31), kDeadline, kTick).delay == 3);  // no less than it is
}

TEST_CASE("The backlog is walked to when a replica can help, and what falls due then is served") {
  WorkerPlan plan;
  plan.delay = 2;
  plan.drains = {4};
  plan.kept = 1;
  plan.doubted = 2;
  const std::vector<int> ready = {2, 3};
  // 20 wait; 5 arrive in a tick; 2, then 3 are served: 25 are left at the start. 10 of them arrived in between; of
  // those and what comes until tick 2 + 4 - 1 = 5, 30 fall due: 25 - 10 + 30 = 45 in 4 ticks.
  CHECK(WantedWorkers(plan, 20, ready, {5, 0, {30}}) == 12);
  // An empty queue does not serve ahead: 0 + 1 - 2 is 0 left, and 1 - 3 too. Then 0 - 2 + 6 = 4 in 4 ticks.
  CHECK(WantedWorkers(plan, 0, ready, {1, 0, {6}}) == 1);
  CHECK(WantedWorkers(plan, 0, ready, {1, 0, {7}}) == 2);
  // Nothing falls due: one stays.
  CHECK(WantedWorkers(plan, 0, ready, {0, 0, {-5}}) == 1);
  // Those that are starting count: with more ready at tick 1 less is asked for.
  CHECK(WantedWorkers(plan, 20, std::vector{2, 13}, {5, 0, {30}}) == 9);
  // Of several drains the one that wants most counts.
  plan.drains = {4, 8};
  CHECK(WantedWorkers(plan, 20, ready, {5, 0, {30, 105}}) == 15);
}

struct Outcome {
  double late = 0;
  double mean_replicas = 0;
  std::vector<double> answers;
};

// A queue of which a worker serves one item in a tick, in lockstep with the HPA's model.
Outcome Play(const std::vector<double>& minutes, Duration delay, int scored_from) {
  Objective objective;
  objective.deadline = kDeadline;
  objective.late = Percent{0.1};
  ObjectiveTerms terms;
  terms.capacity = 1 / 15.0;
  terms.start_delay = delay;
  terms.max = 80;
  const auto law = MakeObjectiveLaw(objective, terms);
  Hpa hpa({1, 80, terms.tolerance, DefaultHpaBehavior()});
  std::deque<int> counts(delay / terms.tick + 1, 20);
  double backlog = 0;
  std::deque<double> arrived;  // in each tick within the deadline
  double late = 0;
  double all = 0;
  Outcome outcome;
  for (int tick = 4; tick < static_cast<int>(minutes.size()) * 4; ++tick) {
    const double load = minutes[(tick - 1) / 4] / 15;  // near enough the mean of the last minute
    const Timestamp now{tick * terms.tick};
    const double answer = law->Decide({now, load, backlog, counts.back()});
    outcome.answers.push_back(answer);
    counts.push_back(hpa.Sync(now, answer, counts.back()));
    counts.pop_front();
    const double arrives = minutes[tick / 4];
    const double before = backlog + arrives;
    backlog = std::max(before - *std::min_element(counts.begin(), counts.end()), 0.0);
    arrived.push_back(arrives);
    if (arrived.size() > 8) arrived.pop_front();
    double recent = 0;
    for (const double each : arrived) recent += each;
    if (tick < scored_from) continue;
    all += arrives;
    late += std::min(std::max(before - recent, 0.0), before - backlog);  // served now, and older than the deadline
    outcome.mean_replicas += counts.back();
  }
  outcome.late = 100 * late / all;
  outcome.mean_replicas /= static_cast<double>(minutes.size() * 4 - scored_from);
  return outcome;
}

TEST_CASE("A queue is served in time by little more than it needs") {
  const std::vector<double> minutes = testing::MakeLoad(5, 4, {1440, 20, 0.5, 1, 0.15});
  const Duration delay = GENERATE(std::chrono::seconds(30), std::chrono::seconds(120));
  const Outcome outcome = Play(minutes, delay, 2 * 5760);
  INFO("late " << outcome.late << " %, with " << outcome.mean_replicas << " replicas for a load of 20");
  CHECK(outcome.late < 0.3);  // 0.1 is asked for; the queue knows it by two days only
  CHECK(outcome.mean_replicas < 26);
}

TEST_CASE("What comes later changes no answer of a queue") {
  std::vector<double> minutes = testing::MakeLoad(5, 3, {1440, 20, 0.5, 1, 0.15});
  const std::vector<double> all = Play(minutes, std::chrono::seconds(120), 0).answers;
  minutes.resize(2 * 1440 + 500);
  const std::vector<double> part = Play(minutes, std::chrono::seconds(120), 0).answers;
  CHECK(std::equal(part.begin(), part.end(), all.begin()));
}

TEST_CASE("While a queue's load is missing the answer is what is observed") {
  Objective objective;
  objective.deadline = kDeadline;
  objective.late = Percent{0.1};
  ObjectiveTerms terms;
  terms.max = 80;
  const auto law = MakeObjectiveLaw(objective, terms);
  CHECK(law->Decide({Timestamp(), std::nullopt, 500, 7}) == 7);
}

}  // namespace
}  // namespace loadline
