// Histories that are known to be good, and known to be bad, and the order that effectiveness puts them in.
#include "kubernetes/effectiveness.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "support/random_world.h"

namespace loadline {
namespace {

using History = std::vector<FollowedMoment>;

constexpr std::optional<int> kUnknown = std::nullopt;

// "Seconds, goal, desired, ready".
FollowedMoment At(int seconds, std::optional<int> goal, std::optional<int> desired, std::optional<int> ready) {
  const Timestamp time{std::chrono::seconds(seconds)};
  return {time, time, goal, desired, ready, false, false};
}

Effectiveness Of(const History& history, int until = 24 * 3600, int from = 0) {
  return Measure(history, Timestamp(std::chrono::seconds(from)), Timestamp(std::chrono::seconds(until)));
}

// A day in which 2 are wanted, and each odd hour 8: `up` and `down` seconds until they are ready, or gone.
History Days(int up, int down) {
  History history = {At(0, 2, 2, 2)};
  for (int hour = 1; hour < 24; ++hour) {
    const int begin = hour * 3600;
    const int goal = hour % 2 == 0 ? 2 : 8;
    const int before = hour % 2 == 0 ? 8 : 2;
    history.push_back(At(begin, goal, before, before));
    const int late = goal > before ? up : down;
    if (late >= 3600) continue;
    history.push_back(At(begin + late / 2, goal, goal, before));
    history.push_back(At(begin + late, goal, goal, goal));
  }
  return history;
}

History NeverReaching() { return {At(0, 2, 2, 2), At(3600, 8, 2, 2)}; }

// As it is asked for, but for the HPA, which moves away from it each quarter of an hour.
History FlappingAgainst() {
  History history = {At(0, 5, 5, 5)};
  for (int at = 900; at < 24 * 3600; at += 900) {
    const int count = at / 900 % 2 == 0 ? 5 : 9;
    history.push_back(At(at, 5, count, at / 900 % 2 == 0 ? 9 : 5));
    history.push_back(At(at + 30, 5, count, count));
  }
  return history;
}

History LimitedAllTheTime() {
  History history = Days(60, 400);
  for (FollowedMoment& each : history) {
    for (std::optional<int>* count : {&each.desired, &each.ready}) *count = std::min(**count, 4);
    each.is_limited = *each.goal > 4;
  }
  return history;
}

History AnotherMetricWins() {
  History history = Days(60, 400);
  for (FollowedMoment& each : history) {
    each.desired = each.ready = 12;
    each.is_others = true;
  }
  return history;
}

struct Judged {
  const char* name;
  History history;
  double score;  // as docs/kubernetes.md has it
};

TEST_CASE("Good histories are above 0.9, bad ones below 0.5") {
  const std::vector<Judged> good = {{"at once", Days(0, 0), 1},
                                    {"within a minute", Days(60, 60), 0.99},
                                    {"with the HPA's five minutes on the way down", Days(90, 400), 0.95}};
  const std::vector<Judged> bad = {{"late on the way up", Days(1200, 400), 0.44},
                                   {"limited all the time", LimitedAllTheTime(), 0.37},
                                   {"flapping against the decision", FlappingAgainst(), 0.26},
                                   {"late by half an hour", Days(1800, 1800), 0.12},
                                   {"another metric wins", AnotherMetricWins(), 0.07},
                                   {"never following", Days(3600, 3600), 0.03},
                                   {"never reaching", NeverReaching(), 0.00}};
  for (const Judged& each : good) {
    CAPTURE(each.name);
    const std::optional<double> score = Of(each.history).score;
    REQUIRE(score);
    CHECK(*score > 0.9);
    CHECK(*score <= 1);
    CHECK(*score == Approx(each.score).margin(0.005));
  }
  for (const Judged& each : bad) {
    CAPTURE(each.name);
    const std::optional<double> score = Of(each.history).score;
    REQUIRE(score);
    CHECK(*score < 0.5);
    CHECK(*score >= 0);
    CHECK(*score == Approx(each.score).margin(0.005));
  }
}

TEST_CASE("The later, the less") {
  double before = 2;
  for (const int late : {60, 180, 300, 600, 1200, 2400, 3600}) {
    CAPTURE(late);
    const double score = *Of(Days(late, 400)).score;
    CHECK(score < before);
    before = score;
  }
  CHECK(*Of(Days(60, 400)).score == Approx(*Of(Days(0, 0)).score).epsilon(0.05));
}

TEST_CASE("Each part says what is wrong") {
  const Effectiveness late = Of(Days(1200, 400));
  CHECK(*late.steadiness == 1);
  CHECK(*late.promptness == Approx((12 * 0.1 + 11) / 23).epsilon(0.01));  // 12 rises of 6, 11 falls of 6
  CHECK(*late.ready_after == std::chrono::seconds(1200));
  CHECK(late.waited == 23 * 6);
  const Effectiveness flapping = Of(FlappingAgainst());
  CHECK(*flapping.steadiness == Approx(0.5).epsilon(0.02));
  CHECK(*flapping.promptness == Approx(600. / 900).epsilon(0.01));  // what came unasked took as long to go
  const Effectiveness limited = Of(LimitedAllTheTime());
  CHECK(*limited.limited_share == Approx(0.5).epsilon(0.01));
  CHECK(*limited.reach == Approx(0.72).epsilon(0.01));
  CHECK(*Of(AnotherMetricWins()).others_share == 1);
  CHECK(*Of(Days(60, 60)).limited_share == 0);
}

TEST_CASE("What is not known is not 0, and not 1") {
  CHECK_FALSE(Of({}).score);
  CHECK_FALSE(Of({}).reach);
  const Effectiveness constant = Of({At(0, 5, 5, 5)});
  CHECK(*constant.reach == 1);
  CHECK_FALSE(constant.promptness);  // nothing was ever waited for
  CHECK_FALSE(constant.score);
  CHECK_FALSE(Of({At(0, 5, 2, kUnknown), At(7200, 9, 9, kUnknown)}).score);  // nobody says what is ready
  CHECK_FALSE(Of({At(0, kUnknown, 2, 2), At(7200, kUnknown, 9, 9)}).score);  // KEDA gets an error
  CHECK(Of({At(0, 5, 5, 5)}, 7200).known == std::chrono::hours(2));
  CHECK(Of({At(0, 5, 5, 5), At(3600, kUnknown, 5, 5)}, 7200).known == std::chrono::hours(1));
  // A change that may still be reached in fair time is not judged yet; one that is late is.
  const History recent = {At(0, 2, 2, 2), At(7000, 8, 8, 2)};
  CHECK_FALSE(Of(recent, 7060).promptness);
  CHECK(*Of(recent, 7000 + 240).promptness == Approx(0.5));
}

TEST_CASE("What happened before the span says how it begins, and counts for nothing") {
  History history = {At(0, 2, 2, 2), At(3600, 8, 2, 2), At(7200, 8, 8, 8), At(40000, 2, 2, 8), At(40060, 2, 2, 2)};
  const Effectiveness later = Of(history, 50000, 30000);
  CHECK(later.known == std::chrono::seconds(20000));
  CHECK(*later.promptness == 1);
  CHECK(later.waited == 6);
  CHECK(*Of(history, 50000).promptness < 0.6);
}

TEST_CASE("Replicas that were given up in vain count as late, those that were wanted for a moment do not") {
  const History vain = {At(0, 2, 2, 2), At(3600, 8, 2, 2), At(7200, 2, 2, 2)};
  CHECK(*Of(vain).promptness == Approx(120. / 3600));
  const History moment = {At(0, 2, 2, 2), At(3600, 8, 2, 2), At(3660, 2, 2, 2)};
  CHECK_FALSE(Of(moment).promptness);
}

TEST_CASE("A goal of very many is measured as fast as any") {
  const int many = kMostCounted;
  const Effectiveness effectiveness = Of({At(0, 1, 1, 1), At(3600, many, many, 1)});
  CHECK(*effectiveness.promptness < 0.01);
  CHECK(effectiveness.waited == static_cast<std::size_t>(many) - 1);
}

TEST_CASE("Whatever happens, all parts are 0 to 1, and following at once is 1") {
  const unsigned seed = testing::SeedOfRun();
  INFO("LOADLINE_SEED=" << seed);
  testing::Chance chance(seed);
  const auto draw = [&](int most) { return chance.Between(0, most - 1); };
  for (int round = 0; round < 300; ++round) {
    History history;
    History followed;
    int time = 0;
    for (int i = 0; i < 60; ++i) {
      time += 1 + draw(4000);
      const auto count = [&]() -> std::optional<int> { return draw(8) == 0 ? kUnknown : std::optional(draw(12)); };
      history.push_back(At(time, count(), count(), count()));
      const int goal = draw(12);
      followed.push_back(At(time, goal, goal, goal));
    }
    const Effectiveness any = Of(history, time + 100);
    for (const auto& part : {any.score, any.reach, any.promptness, any.steadiness, any.limited_share}) {
      if (part) CHECK((*part >= 0 && *part <= 1));
    }
    CHECK(any.score.has_value() == (any.reach && any.promptness));
    const Effectiveness best = Of(followed, time + 100);
    CHECK(*best.score == Approx(1));
  }
}

}  // namespace
}  // namespace loadline
