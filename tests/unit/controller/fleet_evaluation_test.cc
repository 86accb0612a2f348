// Bindings that are decided with others: budgets, dependencies, overrides, calendars.
#include <catch2/catch.hpp>
#include <map>
#include <utility>

#include "controller/evaluator.h"
#include "scaling/override_yaml.h"
#include "support/fake_sources.h"
#include "support/policy_builder.h"
#include "unit/controller/recording_log.h"

namespace loadline {
namespace {

using testing::FakeMetricSource;
using testing::RecordingLog;
using testing::Value;

const Timestamp kNow{std::chrono::hours(480'000)};

std::shared_ptr<const Policy> Spec(const std::string& name, std::string_view spec) {
  auto policy = std::make_shared<Policy>(testing::MakePolicy(spec));
  policy->name = name;
  return policy;
}

std::shared_ptr<const Policy> Load(const std::string& name, const std::string& more = "") {
  return Spec(name, "signals: [ { name: load, query: load, perReplica: 10 } ]\nonMissing: { hold: 1m }\n" + more);
}
std::shared_ptr<const Policy> Follows(const std::string& name, const std::string& dependency) {
  return Spec(name, "signals: [ { name: other, dependsOn: " + dependency + " } ]\nonMissing: { hold: 1m }");
}

std::shared_ptr<const Budget> BudgetOf(int replicas) {
  auto budget = std::make_shared<Budget>();
  budget->name = "workers";
  budget->replicas = replicas;
  return budget;
}

struct Bench {
  ControllerOptions options;
  PolicyBoard policies;
  double load = 80;
  ReadingBoard readings{{{"default", "", {}, std::make_shared<FakeMetricSource>([this](const std::string&, Timestamp) {
                            return Value(load);
                          })}},
                        options.interval};
  RecordingLog log;
  Instruments instruments;
  ForecastBoard forecasts{options.forecasts, {}, log};
  Evaluator evaluator{options, policies, readings, forecasts, log, instruments};
  std::vector<std::shared_ptr<Binding>> bindings;

  std::shared_ptr<Binding> Add(const std::string& object, const std::string& policy) {
    bindings.push_back(std::make_shared<Binding>(BindingKey{"data", object, {{"policy", policy}}}, kNow));
    return bindings.back();
  }
};

double Wanted(const std::shared_ptr<Binding>& binding) {
  REQUIRE(binding->Latest() != nullptr);
  INFO((binding->Latest()->error ? binding->Latest()->error->message : ""));
  REQUIRE_FALSE(binding->Latest()->error);
  return binding->Latest()->decision.wanted;
}

TEST_CASE("A tick shares a budget among all who name it, and leaves the others alone") {
  Bench bench;
  bench.policies.Set({{Load("shared", "budget: workers"), Load("free")}, {}, {BudgetOf(10)}});
  const auto a = bench.Add("a", "shared");
  const auto b = bench.Add("b", "shared");
  const auto c = bench.Add("c", "free");
  bench.evaluator.Evaluate(bench.bindings, kNow);
  CHECK(Wanted(a) == 5);
  CHECK(Wanted(b) == 5);
  CHECK(Wanted(c) == 8);
}

TEST_CASE("A binding that comes between ticks shares at once: the others get what is left") {
  Bench bench;
  bench.policies.Set({{Load("shared", "budget: workers")}, {}, {BudgetOf(10)}});
  const auto a = bench.Add("a", "shared");
  bench.evaluator.Evaluate({a}, kNow);
  CHECK(Wanted(a) == 8);
  const auto b = bench.Add("b", "shared");
  bench.evaluator.Evaluate({b}, kNow);
  CHECK(Wanted(b) == 5);
  CHECK(Wanted(a) == 5);
}

TEST_CASE("B follows what A wants, also where B comes alone") {
  Bench bench;
  bench.policies.Set({{Load("leads"), Follows("follows", "{ object: a, ratio: 0.5 }")}, {}});
  const auto a = bench.Add("a", "leads");
  bench.evaluator.Evaluate({a}, kNow);
  const auto b = bench.Add("b", "follows");
  bench.evaluator.Evaluate({b}, kNow);
  CHECK(Wanted(b) == 4);
  bench.load = 160;
  bench.evaluator.Evaluate(bench.bindings, kNow + bench.options.interval);
  CHECK(Wanted(b) == 8);
}

TEST_CASE("B follows A whether or not A has called") {
  Bench bench;
  bench.policies.Set({{Load("leads"), Follows("follows", "{ object: a, policy: leads, ratio: 0.5 }")}, {}});
  const auto b = bench.Add("b", "follows");
  bench.evaluator.Evaluate({b}, kNow);
  CHECK(Wanted(b) == 4);
}

TEST_CASE("C follows B, which follows A, whether or not either has called") {
  Bench bench;
  bench.policies.Set({{Load("leads"), Follows("middle", "{ object: a, policy: leads, ratio: 0.5 }"),
                       Follows("last", "{ object: b, policy: middle, ratio: 0.25 }")},
                      {}});
  const auto c = bench.Add("c", "last");
  bench.evaluator.Evaluate({c}, kNow);
  CHECK(Wanted(c) == 1);
  const auto a = bench.Add("a", "leads");
  bench.evaluator.Evaluate({a}, kNow);
  bench.load = 160;
  bench.evaluator.Evaluate(bench.bindings, kNow + bench.options.interval);
  CHECK(Wanted(a) == 16);
  CHECK(Wanted(c) == 2);
}

TEST_CASE("Whoever has not called follows others in its turn, whether they have called or not") {
  const auto leads = Load("leads");
  const auto middle = Follows("middle", "{ object: a, policy: leads, ratio: 0.5 }");
  const auto last = Follows("last", "{ object: b, policy: middle, ratio: 0.5 }");
  for (const bool called : {false, true}) {
    CAPTURE(called);
    Bench bench;
    bench.policies.Set({{leads, middle, last}, {}});
    if (called) bench.Add("a", "leads");
    const auto c = bench.Add("c", "last");
    bench.evaluator.Evaluate(bench.bindings, kNow);
    CHECK(Wanted(c) == 2);
  }
}

TEST_CASE("Whoever has not called is forgotten with the last that follows it") {
  Bench bench;
  auto leads = Load("leads");
  const std::weak_ptr<const Policy> kept = leads;
  const auto follows = Follows("follows", "{ object: a, policy: leads, ratio: 0.5 }");
  bench.policies.Set({{std::exchange(leads, nullptr), follows, Load("free")}, {}});
  const auto c = bench.Add("c", "free");
  auto b = bench.Add("b", "follows");
  bench.evaluator.Evaluate(bench.bindings, kNow);
  CHECK(Wanted(b) == 4);

  bench.policies.Set({{follows, Load("free")}, {}});
  CHECK_FALSE(kept.expired());
  bench.bindings = {c};
  bench.evaluator.Forget({std::exchange(b, nullptr)});
  bench.evaluator.Evaluate(bench.bindings, kNow + bench.options.interval);
  CHECK(kept.expired());
}

TEST_CASE("Whoever has called is not kept as one that has not") {
  Bench bench;
  auto leads = Load("leads");
  const std::weak_ptr<const Policy> kept = leads;
  const auto follows = Follows("follows", "{ object: a, policy: leads, ratio: 0.5 }");
  bench.policies.Set({{std::exchange(leads, nullptr), follows}, {}});
  bench.Add("b", "follows");
  bench.evaluator.Evaluate(bench.bindings, kNow);
  const auto a = bench.Add("a", "leads");
  bench.evaluator.Evaluate(bench.bindings, kNow + bench.options.interval);
  CHECK(Wanted(a) == 8);

  bench.policies.Set({{follows, Load("leads")}, {}});
  bench.evaluator.Evaluate(bench.bindings, kNow + 2 * bench.options.interval);
  CHECK(kept.expired());
}

TEST_CASE("Of two triggers of one object and policy the same one gets the odd replica, whichever came first") {
  auto policy = std::make_shared<Policy>(*Load("shared", "budget: workers"));
  policy->parameters["topic"] = {};
  for (int round = 0; round < 20; ++round) {
    Bench bench;
    bench.policies.Set({{policy}, {}, {BudgetOf(5)}});
    std::map<std::string, std::shared_ptr<Binding>> by_topic;
    std::vector<std::unique_ptr<int>> between;  // so that addresses differ from round to round
    for (const char* topic : {round % 2 == 0 ? "x" : "y", round % 2 == 0 ? "y" : "x"}) {
      between.resize(between.size() + static_cast<std::size_t>(round));
      by_topic[topic] =
          std::make_shared<Binding>(BindingKey{"data", "a", {{"policy", "shared"}, {"topic", topic}}}, kNow);
      bench.bindings.push_back(by_topic[topic]);
    }
    bench.evaluator.Evaluate(bench.bindings, kNow);
    CHECK(Wanted(by_topic["x"]) == 3);
    CHECK(Wanted(by_topic["y"]) == 2);
  }
}

TEST_CASE("A lag reaches back into A's readings from the first answer on") {
  Bench bench;
  bench.policies.Set({{Load("leads"), Follows("follows", "{ object: a, policy: leads, ratio: 1, lag: 1m }")}, {}});
  const auto b = bench.Add("b", "follows");
  bench.evaluator.Evaluate({b}, kNow);
  CHECK(Wanted(b) == 8);
}

TEST_CASE("An override is for those that it names, until it ends") {
  Bench bench;
  auto pin = std::make_shared<Override>();
  pin->name = "migration";
  pin->object_namespace = "data";
  pin->object = "a";
  pin->kind = Override::Kind::kPin;
  pin->replicas = 3;
  pin->until = kNow + std::chrono::minutes(1);
  bench.policies.Set({{Load("free")}, {}, {}, {}, {pin}});
  const auto a = bench.Add("a", "free");
  const auto b = bench.Add("b", "free");
  bench.evaluator.Evaluate(bench.bindings, kNow);
  CHECK(Wanted(a) == 3);
  CHECK(Wanted(b) == 8);
  bench.evaluator.Evaluate(bench.bindings, kNow + std::chrono::minutes(1));
  CHECK(Wanted(a) == 8);
}

TEST_CASE("A schedule goes by the calendars that are in force") {
  const auto policy =
      Spec("office",
           "signals: [ { name: hours, role: floor, schedule: { windows: [ { start: '0 0 * * *', duration: "
           "24h, replicas: 6 } ], except: { calendar: holidays } } } ]");
  auto calendar = std::make_shared<Calendar>();
  calendar->name = "holidays";
  const auto day = std::chrono::floor<std::chrono::days>(kNow);
  calendar->ranges = {{std::chrono::year_month_day(day - std::chrono::days(3)),
                       std::chrono::year_month_day(day + std::chrono::days(3))}};
  Bench bench;
  bench.policies.Set({{policy}, {}, {}, {calendar}});
  const auto a = bench.Add("a", "office");
  bench.evaluator.Evaluate(bench.bindings, kNow);
  CHECK(Wanted(a) == 0);
  bench.policies.Set({{policy}, {}});
  bench.evaluator.Evaluate(bench.bindings, kNow);
  CHECK(Wanted(a) == 6);
}

}  // namespace
}  // namespace loadline
