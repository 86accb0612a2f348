#include "scaling/fit_objective.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "scaling/policy_yaml.h"
#include "support/load_series.h"

namespace loadline {
namespace {

using Kind = ReadingState;

constexpr Duration kTick = std::chrono::minutes(1);
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
const Timestamp kFitted = Timestamp(std::chrono::hours(24 * 365));  // a multiple of six hours

constexpr const char* kHead =
    "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: {name: it, namespace: data}\n";
const std::string kService = std::string(kHead) + R"(spec:
  replicas: {min: 2, max: 60}
  signals: [{name: requests, query: requests, perReplica: 1}]
  hpa: {tolerance: 0.05}
  objective: {violations: 1%, startDelay: 2m, scaleDownWindow: 1m}
)";
const std::string kQueue = std::string(kHead) + R"(spec:
  replicas: {min: 1, max: 60}
  signals: [{name: jobs, backlog: {depth: d, arrivals: a, drainWithin: 2m, throughputPerReplica: 2}}]
  objective: {deadline: 2m, late: 0.5%, startDelay: 2m}
)";

struct Case {
  explicit Case(const std::string& text) {
    auto parsed = ParsePolicy(DocumentText{text});
    REQUIRE(parsed.content);
    policy = *std::move(parsed.content);
    plan = *PlanQueries(policy, *BindParameters(policy, "data", "it", {}));
    question = *(*PlanObjective(policy, plan, kTick))->objective;
    seen.interval = kTick;
  }

  // `load` per second at the ticks after kFitted; so much waits, and so many replicas are there, at all times.
  // `before`: ticks between the fit and the first of them.
  ObjectiveLevels Levels(const FittedObjective* fit, const std::vector<Reading>& load, double depth, double replicas,
                         int before = 0) {
    seen.now = kFitted + kTick * (static_cast<Duration::rep>(load.size()) + before);
    windows.assign(plan.queries.size(), {});
    for (std::size_t i = 0; i < plan.queries.size(); ++i) {
      const auto ticks = static_cast<std::size_t>(plan.queries[i].window / kTick) + 1;
      windows[i].assign(ticks, {static_cast<int>(i) == plan.observed ? replicas : depth, Kind::kValue});
    }
    seen.windows.clear();
    for (const auto& each : windows) seen.windows.push_back({each, ""});
    return LevelsOf(fit, "no answer", question, policy, plan, seen, load);
  }

  Policy policy;
  QueryPlan plan;
  ObjectiveQuestion question;
  std::vector<std::vector<Reading>> windows;
  Observation seen;
};

std::vector<Reading> ReadingsOf(const std::vector<double>& loads) {
  std::vector<Reading> readings;
  for (const double load : loads) readings.push_back({load, std::isnan(load) ? Kind::kFailed : Kind::kValue});
  return readings;
}

std::vector<double> Load(int days) { return testing::MakeLoad(11, days, {1440, 20, 0.5, 1, 0.12}); }

TEST_CASE("An objective is asked of the load of its signal, in what one replica serves") {
  Case service(kService);
  CHECK(service.question.terms.capacity == 1);
  CHECK(service.question.terms.min == 2);
  CHECK(service.question.terms.max == 60);
  CHECK(service.question.terms.start_delay == 2 * kTick);
  CHECK(service.question.terms.tolerance.up == 0.05);
  const auto planned = *PlanObjective(service.policy, service.plan, kTick);
  CHECK(planned->text == "requests");
  CHECK(planned->history == kObjectiveHistory);
  const ForecastTimes times = TimesOf(*planned, kTick, std::chrono::minutes(10));
  CHECK(times.step == kTick);
  CHECK(times.refit == kRefitEvery);

  Case queue(kQueue);
  CHECK(queue.question.terms.capacity == 2);
  CHECK((*PlanObjective(queue.policy, queue.plan, kTick))->text == "a");
}

TEST_CASE("An objective wants ticks by which minutes are seen") {
  Case service(kService);
  const auto planned = PlanObjective(service.policy, service.plan, std::chrono::seconds(7));
  REQUIRE(!planned);
  CHECK(planned.error().message ==
        "policy data/it: an objective needs a tick.interval of which a minute is a multiple; found 7s");
}

// The law that goes on from its history says what the one says that has seen all.
TEST_CASE("What is wanted is what the law would say that saw every tick") {
  const auto [text, depth] = GENERATE(table<std::string, double>({{kService, 0.0}, {kQueue, 300.0}}));
  Case each(text);
  const std::vector<double> all = Load(5);
  const std::size_t history = 4 * 1440 + 1;
  const auto fit = FitObjective(std::span(all).first(history), kFitted, each.question);
  REQUIRE(fit->model->report()->has_model);
  CHECK(fit->model->report()->fitted == kFitted);

  const auto law = MakeObjectiveLaw(each.question.objective, each.question.terms);
  int compared = 0;
  for (std::size_t i = 0; i < history + 350; ++i) {
    const Timestamp time = kFitted + kTick * (static_cast<Duration::rep>(i) - static_cast<Duration::rep>(history) + 1);
    law->Decide({time, all[i], depth, 20});
    if (i < history || i % 7 != 0) continue;
    const std::vector<double> since(all.begin() + history, all.begin() + i + 1);
    const ObjectiveLevels levels = each.Levels(fit.get(), ReadingsOf(since), depth, 20);
    REQUIRE(!levels.levels.empty());
    const std::vector<int> counts(30, 20);
    const Levels expected = law->Model()->LevelsAt(law->Readings(), {depth, counts});
    INFO("tick " << i);
    CHECK(levels.levels.back() == expected);
    ++compared;
  }
  CHECK(compared == 50);
}

TEST_CASE("The levels reach as far back as a decision looks") {
  Case service(kService);
  const auto fit = FitObjective(Load(4), kFitted, service.question);
  const std::vector<double> since(30, 15.0);
  const ObjectiveLevels levels = service.Levels(fit.get(), ReadingsOf(since), 0, 20);
  CHECK(levels.levels.size() == 6);  // now, and five minutes that a signal is held
}

TEST_CASE("Without a load there is no level, and what follows goes on") {
  Case service(kService);
  const auto fit = FitObjective(Load(4), kFitted, service.question);
  const ObjectiveLevels levels = service.Levels(fit.get(), ReadingsOf({15, 15, kUnknown, 15}), 0, 20);
  REQUIRE(levels.levels.size() == 4);
  CHECK(levels.levels[1].known());
  CHECK(!levels.levels[2].known());
  CHECK(levels.levels[3].known());
}

TEST_CASE("Ticks that the load does not reach back to are ticks without one") {
  Case service(kService);
  const auto fit = FitObjective(Load(4), kFitted, service.question);
  std::vector<double> whole(400, kUnknown);
  whole.insert(whole.end(), {15, 30});
  const loadline::Levels as_missing = service.Levels(fit.get(), ReadingsOf(whole), 0, 20).levels.back();
  CHECK(service.Levels(fit.get(), ReadingsOf({15, 30}), 0, 20, 400).levels.back() == as_missing);
  CHECK(service.Levels(fit.get(), ReadingsOf({15, 30}), 0, 20).levels.back() != as_missing);
}

TEST_CASE("With less than two days of history 80 % of the capacity is used, and the report says so") {
  Case service(kService);
  const auto fit = FitObjective(Load(1), kFitted, service.question);
  CHECK(!fit->model->report()->has_model);
  const ObjectiveLevels levels = service.Levels(fit.get(), ReadingsOf({15, 16}), 0, 20);
  CHECK(levels.levels.back() == Levels{20, 20});
  CHECK_THAT(levels.report->problem, Catch::StartsWith("two days of readings are needed"));
}

TEST_CASE("Where no history can be had 80 % of the capacity is used, and the report says why") {
  Case service(kService);
  const ObjectiveLevels levels = service.Levels(nullptr, ReadingsOf({15, 16}), 0, 20);
  CHECK(levels.levels.back() == Levels{20, 20});
  CHECK(levels.report->problem == "no answer: 80 % of the capacity is used");
  CHECK(!levels.report->has_model);
}

TEST_CASE("What lies before all that is known changes nothing") {
  Case service(kService);
  std::vector<double> later(5000, kUnknown);
  const std::vector<double> load = Load(4);
  later.insert(later.end(), load.begin(), load.end());
  const auto fit = FitObjective(load, kFitted, service.question);
  const auto padded = FitObjective(later, kFitted, service.question);
  CHECK(*fit->model->report() == *padded->model->report());
  CHECK(FitObjective(std::vector<double>(100, kUnknown), kFitted, service.question)->model->report()->has_model ==
        false);
}

TEST_CASE("Where the replicas of a queue were never seen there is no level") {
  Case queue(kQueue);
  const auto fit = FitObjective(Load(4), kFitted, queue.question);
  ObjectiveLevels levels = queue.Levels(fit.get(), ReadingsOf({15, 15}), 10, 20);
  CHECK(levels.levels.back().known());
  levels = queue.Levels(fit.get(), ReadingsOf({15, 15}), 10, kUnknown);
  CHECK(!levels.levels.back().known());
}

}  // namespace
}  // namespace loadline
