#include "notify/transitions.h"

#include <catch2/catch.hpp>
#include <set>

#include "unit/notify/samples.h"

namespace loadline {
namespace {

using std::chrono::seconds;
using testing::Asks;
using testing::kNoon;
using testing::SourceIs;

constexpr Duration kSettle{10'000};

Transitions Minutes() { return Transitions({Duration(60'000), kSettle}); }

// "3>5" of each.
std::vector<std::string> Told(const std::vector<Notification>& notifications) {
  std::vector<std::string> told;
  for (const Notification& each : notifications) told.push_back(each.from + ">" + each.now.value);
  return told;
}
using Texts = std::vector<std::string>;

TEST_CASE("A change is told once, at once") {
  Transitions transitions = Minutes();
  CHECK(Told(transitions.Note(Asks(3, kNoon))).empty());  // nobody knows what it was before
  CHECK(Told(transitions.Note(Asks(3, kNoon + seconds(15)))).empty());
  CHECK(Told(transitions.Note(Asks(5, kNoon + seconds(30)))) == Texts{"3>5"});
  CHECK(Told(transitions.Note(Asks(5, kNoon + seconds(45)))).empty());
  CHECK(Told(transitions.Note(Asks(4, kNoon + seconds(90)))) == Texts{"5>4"});
  CHECK(transitions.Close(kNoon + seconds(3600)).empty());
}

TEST_CASE("What fails when it is first seen is told, what is well is not") {
  Transitions transitions = Minutes();
  CHECK(Told(transitions.Note(SourceIs("failing"))) == Texts{"unknown>failing"});
  CHECK(Told(transitions.Note(SourceIs("failing", kNoon + seconds(300)))).empty());
  CHECK(Told(transitions.Note(SourceIs("ok", kNoon + seconds(315)))) == Texts{"failing>ok"});
  Transitions well = Minutes();
  CHECK(Told(well.Note(SourceIs("ok"))).empty());
}

TEST_CASE("What comes again within the same time is no copy of what was told before, and is the same on all pods") {
  std::set<std::string> ids;
  const auto tell = [&ids](Transitions& transitions) {
    for (int minute = 0; minute < 6; ++minute) {
      Situation situation = SourceIs(minute % 2 == 0 ? "failing" : "ok", kNoon + seconds(60 * minute));
      situation.since = kNoon;
      for (const Notification& each : transitions.Note(situation)) ids.insert(IdOf(each));
    }
  };
  Transitions one = Minutes(), other = Minutes();
  tell(one);
  CHECK(ids.size() == 6);
  tell(other);
  CHECK(ids.size() == 6);
}

TEST_CASE("Of what comes and goes there are two messages in a minute: the first change, and the rest as one") {
  Transitions transitions = Minutes();
  transitions.Note(Asks(3, kNoon - seconds(15)));
  CHECK(Told(transitions.Note(Asks(5, kNoon))) == Texts{"3>5"});
  CHECK(transitions.Note(Asks(9, kNoon + seconds(15))).empty());
  CHECK(transitions.Note(Asks(2, kNoon + seconds(30))).empty());
  CHECK(transitions.Note(Asks(4, kNoon + seconds(45))).empty());
  CHECK(transitions.Close(kNoon + seconds(60) + kSettle - Duration(1)).empty());
  const auto gathered = transitions.Close(kNoon + seconds(60) + kSettle);
  REQUIRE(Told(gathered) == Texts{"5>4"});
  CHECK(gathered[0].changes == 3);
  CHECK(gathered[0].lowest == 2);
  CHECK(gathered[0].highest == 9);
  CHECK(gathered[0].gathered == seconds(60));
  CHECK(gathered[0].now.since == kNoon + seconds(60));
  CHECK(Told(transitions.Note(Asks(6, kNoon + seconds(75)))) == Texts{"4>6"});
}

TEST_CASE("A window that was not closed yet is told before the change of the next") {
  Transitions transitions = Minutes();
  transitions.Note(Asks(3, kNoon));
  transitions.Note(Asks(4, kNoon + seconds(15)));
  transitions.Note(Asks(5, kNoon + seconds(30)));
  CHECK(Told(transitions.Note(Asks(6, kNoon + seconds(60)))) == Texts{"4>5", "5>6"});
  CHECK(transitions.Close(kNoon + seconds(3600)).empty());
}

TEST_CASE("What flaps and is as it was is told, too: that it flaps is what matters") {
  Transitions transitions = Minutes();
  transitions.Note(SourceIs("ok"));
  transitions.Note(SourceIs("failing", kNoon + seconds(1)));
  transitions.Note(SourceIs("ok", kNoon + seconds(2)));
  transitions.Note(SourceIs("failing", kNoon + seconds(3)));
  const auto gathered = transitions.Close(kNoon + seconds(80));
  REQUIRE(Told(gathered) == Texts{"failing>failing"});
  CHECK(TextOf(gathered[0]) == "source default fails (2 changes within 1m): prom:9090: connection refused");
}

TEST_CASE("Where nothing is gathered each change is told") {
  Transitions transitions({Duration(0), kSettle});
  transitions.Note(Asks(3));
  CHECK(Told(transitions.Note(Asks(4))) == Texts{"3>4"});
  CHECK(Told(transitions.Note(Asks(5))) == Texts{"4>5"});
  CHECK(transitions.Close(kNoon + seconds(3600)).empty());
}

TEST_CASE("What was not seen for longest is forgotten where there is too much") {
  Transitions transitions({Duration(60'000), kSettle, 100});
  for (int i = 0; i < 1000; ++i) transitions.Note(Asks(3, kNoon + seconds(i), "o" + std::to_string(i)));
  CHECK(transitions.size() <= 100);
  CHECK(Told(transitions.Note(Asks(4, kNoon + seconds(1000), "o999"))) == Texts{"3>4"});
}

// The parts of the promise that hold for every course of things.
TEST_CASE("Whatever happens: each chain of messages is whole, ends with the truth, and is no flood") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  testing::Chance chance(seed);
  for (int run = 0; run < 200; ++run) {
    Transitions transitions = Minutes();
    const int ticks = chance.Between(1, 60);
    std::vector<Notification> all;
    double latest = chance.Between(0, 3);
    const std::string first = FormatNumber(latest);
    transitions.Note(Asks(latest));
    const auto take = [&all](std::vector<Notification> told) { all.insert(all.end(), told.begin(), told.end()); };
    for (int tick = 1; tick <= ticks; ++tick) {
      const Timestamp now = kNoon + seconds(15 * tick);
      if (chance.In(70)) take(transitions.Close(now));
      latest = chance.Between(0, 3);
      take(transitions.Note(Asks(latest, now)));
    }
    take(transitions.Close(kNoon + seconds(15 * ticks + 3600)));
    std::string told = first;
    for (const Notification& each : all) {
      CHECK(each.from == told);
      told = each.now.value;
    }
    CHECK(told == FormatNumber(latest));
    CHECK(all.size() <= 2u * (static_cast<std::size_t>(ticks) / 4 + 1));
  }
}

TEST_CASE("Two pods that see the same tell the same, whenever each looks") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  testing::Chance chance(seed);
  for (int run = 0; run < 200; ++run) {
    Transitions pods[2] = {Minutes(), Minutes()};
    std::set<std::string> ids[2];
    for (int tick = 0; tick <= 40; ++tick) {
      const Timestamp now = kNoon + seconds(15 * tick);
      const double replicas = chance.Between(0, 3);
      for (int pod = 0; pod < 2; ++pod) {
        if (chance.In(50)) {
          for (const auto& each : pods[pod].Close(now)) ids[pod].insert(IdOf(each));
        }
        for (const auto& each : pods[pod].Note(Asks(replicas, now))) ids[pod].insert(IdOf(each));
      }
    }
    for (int pod = 0; pod < 2; ++pod) {
      for (const auto& each : pods[pod].Close(kNoon + seconds(7200))) ids[pod].insert(IdOf(each));
    }
    CHECK(ids[0] == ids[1]);
  }
}

}  // namespace
}  // namespace loadline
