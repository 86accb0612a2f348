#include "scaling/confidence.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "scaling/explain.h"
#include "support/random_world.h"

namespace loadline {
namespace {

using testing::World;

constexpr const char* kTwo = R"(
replicas: { max: 40, observed: observed }
signals:
  - { name: lag, query: lag, perReplica: 10 }
  - { name: cpu, query: cpu, perReplica: 10 }
onMissing: { hold: 1m, then: ignore }
)";

constexpr double kGap = -1;  // no reading

std::vector<Reading> Readings(const std::vector<double>& values) {
  std::vector<Reading> readings;
  for (const double value : values) readings.push_back(value < 0 ? Reading{} : Reading{value, ReadingState::kValue});
  return readings;
}

using Said = std::map<std::string, std::vector<double>>;

World WorldOf(const char* spec, const Said& said) {
  World world = testing::MakeWorld(spec);
  for (const PlannedQuery& query : world.plan.queries) world.readings.push_back(Readings(said.at(query.text)));
  return world;
}

double ConfidenceOf(const char* spec, const Said& said) { return WorldOf(spec, said).Decide().confidence.Product(); }

std::string DoubtOf(const char* spec, const Said& said) {
  World world = WorldOf(spec, said);
  return Doubt(world.policy, world.Decide());
}

// Hands `check` a policy made by chance, and what it decides of what is made up to be seen.
template <class Check>
void WhateverIsSeen(const Check& check) {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  testing::Chance chance(seed);
  for (int round = 0; round < 1000; ++round) {
    const std::string spec = testing::MakeSpec(chance).Yaml();
    CAPTURE(spec);
    World world = testing::MakeWorld(spec);
    testing::Observe(chance, world, 20, 20);
    check(world.policy, world.Decide());
  }
}

TEST_CASE("Confidence is whole where all agree clearly on what is well known") {
  CHECK(ConfidenceOf(kTwo, {{"lag", {80}}, {"cpu", {60}}, {"observed", {4}}}) == 1);
  CHECK(ConfidenceOf(kTwo, {{"lag", {20}}, {"cpu", {10}}, {"observed", {4}}}) == 1);
  CHECK(ConfidenceOf(kTwo, {{"lag", {40}}, {"cpu", {40}}, {"observed", {4}}}) == 1);
}

TEST_CASE("Confidence falls with a signal that says less, or the opposite") {
  CHECK(ConfidenceOf(kTwo, {{"lag", {60}}, {"cpu", {50}}, {"observed", {4}}}) == Approx(0.875));
  CHECK(ConfidenceOf(kTwo, {{"lag", {60}}, {"cpu", {40}}, {"observed", {4}}}) == Approx(0.75));
  CHECK(ConfidenceOf(kTwo, {{"lag", {60}}, {"cpu", {0}}, {"observed", {4}}}) == Approx(0.5));
  // Both just past it: no more sure than that.
  CHECK(ConfidenceOf(kTwo, {{"lag", {44}}, {"cpu", {44}}, {"observed", {4}}}) == Approx(0.6));
}

TEST_CASE("Confidence falls with what is held, has gaps, or is missing") {
  // Held for 15s of 1m: 0.75 - 0.5 / 4.
  CHECK(ConfidenceOf(kTwo, {{"lag", {80, 80}}, {"cpu", {80, kGap}}, {"observed", {4, 4}}}) == Approx((1 + 0.625) / 2));
  // Lost, and ignored: of two signals one is known.
  CHECK(ConfidenceOf(kTwo, {{"lag", {80}}, {"cpu", {kGap}}, {"observed", {4}}}) == Approx(0.5));
  CHECK(ConfidenceOf(kTwo, {{"lag", {80, 80}}, {"cpu", {80, 80}}, {"observed", {4, kGap}}}) == Approx(0.5));
  constexpr const char* kWindow = R"(
replicas: { max: 40, observed: observed }
signals: [ { name: lag, query: lag, perReplica: 10, window: { over: 1m, take: max } } ]
)";
  CHECK(ConfidenceOf(kWindow, {{"lag", {80, kGap, 80, 80}}, {"observed", {4, 4, 4, 4}}}) == Approx(0.75));
}

TEST_CASE("Confidence falls with changes of the count that were taken back") {
  CHECK(ConfidenceOf(kTwo, {{"lag", {80, 80, 80}}, {"cpu", {80, 80, 80}}, {"observed", {2, 3, 4}}}) == 1);
  CHECK(ConfidenceOf(kTwo, {{"lag", {80, 80, 80}}, {"cpu", {80, 80, 80}}, {"observed", {4, 5, 4}}}) == Approx(0.5));
  CHECK(ConfidenceOf(kTwo, {{"lag", {80, 80, 80, 80}}, {"cpu", {80, 80, 80, 80}}, {"observed", {4, 5, 3, 4}}}) ==
        Approx(1.0 / 3));
}

TEST_CASE("Confidence goes by the window that the policy has, though there are readings from before") {
  // Held for 1m: five readings.
  CHECK(ConfidenceOf(kTwo, {{"lag", {80}}, {"cpu", {80}}, {"observed", {4, 5, 4, 4, 4, 4, 4}}}) == 1);
  CHECK(ConfidenceOf(kTwo, {{"lag", {80}}, {"cpu", {80}}, {"observed", {4, 5, 4, 4, 4}}}) == Approx(0.5));
}

TEST_CASE("Of a policy that decides now and then, the confidence is that of the tick that it decided at") {
  World world = testing::MakeWorld(std::string(kTwo) + "every: 1m\n");
  world.now = AlignDown(world.now, std::chrono::minutes(1)) + world.interval;
  world.readings.assign(world.plan.queries.size(), Readings({4, 44, 0}));
  for (std::size_t i = 0; i < world.plan.queries.size(); ++i) {
    if (world.plan.queries[i].text == "observed") world.readings[i] = Readings({5, 4, 5});  // taken back later
  }
  CHECK(world.Decide().confidence.Product() == Approx(0.6));  // 4.4 of 4, not the 0 that came later
  world.now -= world.interval;
  for (std::vector<Reading>& each : world.readings) each.pop_back();
  CHECK(world.Decide().confidence.Product() == Approx(0.6));
}

TEST_CASE("The explanation tells the confidence and its doubt, of an answer only") {
  auto told = [](const Said& said) {
    World world = WorldOf(kTwo, said);
    return nlohmann::json::parse(ExplainAsJson(world.policy, world.Decide()));
  };
  const auto answer = told({{"lag", {60}}, {"cpu", {50}}, {"observed", {4}}});
  CHECK(answer["confidence"] == 0.875);
  CHECK(answer["doubt"] == "cpu asks for 5 where 6 is wanted");
  const auto error = told({{"lag", {kGap}}, {"cpu", {kGap}}, {"observed", {4}}});
  CHECK(error["confidence"].is_null());
  CHECK(error["doubt"] == "");
}

TEST_CASE("A doubt is what the least of the three comes from") {
  CHECK(DoubtOf(kTwo, {{"lag", {80}}, {"cpu", {60}}, {"observed", {4}}}) == "");
  CHECK(DoubtOf(kTwo, {{"lag", {60}}, {"cpu", {0}}, {"observed", {4}}}) == "cpu asks for 0 where 6 is wanted");
  CHECK(DoubtOf(kTwo, {{"lag", {40}}, {"cpu", {30}}, {"observed", {4}}}) == "cpu asks for 3 where 4 is wanted");
  CHECK(DoubtOf(kTwo, {{"lag", {44}}, {"cpu", {44}}, {"observed", {4}}}) == "4.4 is not far from the 4 observed");
  CHECK(DoubtOf(kTwo, {{"lag", {80}}, {"cpu", {kGap}}, {"observed", {4}}}) == "cpu has no reading");
  CHECK(DoubtOf(kTwo, {{"lag", {80, kGap}}, {"cpu", {80, kGap}}, {"observed", {4, 4}}}) ==
        "lag is held and cpu is held");
  CHECK(DoubtOf(kTwo, {{"lag", {80, 80}}, {"cpu", {80, 80}}, {"observed", {4, kGap}}}) ==
        "the count observed is 15s old");
  CHECK(DoubtOf(kTwo, {{"lag", {80, 80, 80}}, {"cpu", {80, 80, 80}}, {"observed", {4, 5, 4}}}) ==
        "the count observed turned back once of late");
  CHECK(DoubtOf(kTwo, {{"lag", {80, 80, 80, 80}}, {"cpu", {80, 80, 80, 80}}, {"observed", {4, 5, 3, 4}}}) ==
        "the count observed turned back 2 times of late");
}

TEST_CASE("What a bound wants is not what the signals ask for") {
  constexpr const char* kTen = R"(
replicas: { min: 10, max: 40, observed: observed }
signals: [ { name: lag, query: lag, perReplica: 10 } ]
)";
  CHECK(DoubtOf(kTen, {{"lag", {40}}, {"observed", {4}}}) == "lag asks for 4 where 10 is wanted");
}

TEST_CASE("A window with gaps is a doubt") {
  constexpr const char* kWindow = R"(
replicas: { max: 40, observed: observed }
signals: [ { name: lag, query: lag, perReplica: 10, window: { over: 1m, take: max } } ]
)";
  CHECK(DoubtOf(kWindow, {{"lag", {80, kGap, 80, 80}}, {"observed", {4, 4, 4, 4}}}) == "lag has gaps in its window");
}

TEST_CASE("What is less than sure says its doubt, whatever is seen") {
  WhateverIsSeen([](const Policy& policy, const Decision& decision) {
    REQUIRE(Doubt(policy, decision).empty() == (decision.error || decision.confidence.Product() == 1));
  });
}

TEST_CASE("A signal that asks for no replicas is no doubt") {
  constexpr const char* kFloor = R"(
replicas: { max: 40, observed: observed }
signals:
  - { name: lag, query: lag, perReplica: 10 }
  - { name: least, role: floor, query: cpu, perReplica: 10 }
)";
  CHECK(DoubtOf(kFloor, {{"lag", {60}}, {"cpu", {0}}, {"observed", {5}}}) == "6 is not far from the 5 observed");
}

TEST_CASE("There is no confidence in a decision that there is not") {
  CHECK(ConfidenceOf(kTwo, {{"lag", {kGap}}, {"cpu", {kGap}}, {"observed", {4}}}) == 0);
  // Though all signals are known.
  const std::string shaped = std::string(kTwo) + "scaleUp: { hysteresis: 10% }\n";
  CHECK(ConfidenceOf(shaped.c_str(), {{"lag", {80}}, {"cpu", {80}}, {"observed", {kGap}}}) == 0);
}

TEST_CASE("Confidence is from 0 to 1, whatever is seen") {
  WhateverIsSeen([](const Policy&, const Decision& decision) {
    REQUIRE(decision.confidence.Product() >= 0);
    REQUIRE(decision.confidence.Product() <= 1);
  });
}

}  // namespace
}  // namespace loadline
