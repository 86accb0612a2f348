// What an HPA did, told by what was known of it: tables without any I/O.
#include "kubernetes/hpa_follower.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <vector>

namespace loadline {
namespace {

constexpr int kUnknown = -1;
constexpr double kNone = -1;

// A look, at a number of seconds. The decision is of the latest tick, of 15 s.
struct Look {
  int at;
  double asked;
  int current;
  int desired;
  int ready;
  const char* limit = "";
  const char* hindrance = "";
  bool is_ours = true;
  bool active = true;
};

std::optional<int> Known(int count) { return count == kUnknown ? std::nullopt : std::optional(count); }

HpaSnapshot SnapshotOf(const Look& look) {
  HpaSnapshot snapshot;
  snapshot.time = Timestamp(std::chrono::seconds(look.at));
  if (look.asked != kNone)
    snapshot.asked = AskedReplicas{Timestamp(std::chrono::seconds(look.at / 15 * 15)), look.asked, look.active};
  snapshot.current = Known(look.current);
  snapshot.desired = Known(look.desired);
  snapshot.ready = Known(look.ready);
  snapshot.metric = look.is_ours ? "s0-loadline-worker" : "s1-cpu";
  snapshot.is_ours = look.is_ours;
  snapshot.value = look.asked;
  snapshot.threshold = 1;
  snapshot.limit = look.limit;
  snapshot.hindrance = look.hindrance;
  return snapshot;
}

// "16 scale-up 2->8, 2 ready, asked 8 at 15, wanted since 15, ready after 45"
std::string TextOf(const HpaEvent& event) {
  const auto seconds = [](auto time) { return static_cast<int>(ToSeconds(time)); };
  std::string text =
      fmt::format("{} {} {}->{}", seconds(event.time), HpaEventName(event.kind), event.before, event.desired);
  if (event.ready) text += fmt::format(", {} ready", *event.ready);
  if (event.asked) text += fmt::format(", asked {} at {}", event.asked->replicas, seconds(event.asked->tick));
  if (event.wanted_since) text += fmt::format(", wanted since {}", seconds(*event.wanted_since));
  if (event.ready_after) text += fmt::format(", ready after {}", seconds(*event.ready_after));
  if (!event.reason.empty()) text += ", " + event.reason;
  return text;
}

using Texts = std::vector<std::string>;

Texts Told(const std::vector<Look>& looks) {
  HpaFollower follower;
  for (const Look& each : looks) follower.Take(SnapshotOf(each), 1 + follower.events().size());
  Texts texts;
  for (const HpaEvent& each : follower.events()) texts.push_back(TextOf(each));
  return texts;
}

TEST_CASE("A change that is followed is one event, with the time until its replicas are ready, or gone") {
  CHECK(Told({{1, 2, 2, 2, 2},
              {16, 8, 2, 2, 2},
              {20, 8, 2, 8, 2},
              {35, 8, 8, 8, 2},
              {50, 8, 8, 8, 5},
              {60, 8, 8, 8, 8}}) == Texts{"20 scale-up 2->8, 2 ready, asked 8 at 15, wanted since 15, ready after 45"});
  CHECK(Told({{1, 8, 8, 8, 8}, {16, 3, 8, 8, 8}, {40, 3, 8, 3, 8}, {45, 3, 3, 3, 4}, {50, 3, 3, 3, 3}}) ==
        Texts{"40 scale-down 8->3, 8 ready, asked 3 at 30, wanted since 15, ready after 35"});
}

TEST_CASE("Where all is as it is asked for nothing is told, however often it is looked at") {
  std::vector<Look> looks;
  for (int at = 0; at < 3600; at += 5) looks.push_back({at, 4, 4, 4, 4});
  CHECK(Told(looks).empty());
  // Within the HPA's tolerance nothing is asked for, either; nor below the minimum, nor at 0 of what is not active.
  looks.clear();
  for (int at = 0; at < 3600; at += 5) looks.push_back({at, 10.9, 10, 10, 10});
  CHECK(Told(looks).empty());
  looks.clear();
  for (int at = 0; at < 3600; at += 5) looks.push_back({at, 0, 1, 1, 1, "TooFewReplicas", "", true, false});
  CHECK(Told(looks).empty());
  CHECK(
      Told({{1, 0.2, 0, 0, 0, "", "ScalingDisabled", true, false}, {100, 0.2, 0, 0, 0, "", "", true, false}}).empty());
}

TEST_CASE("A change that is not made is told once, with the HPA's word for it") {
  std::vector<Look> looks = {{1, 8, 8, 8, 8}};
  for (int at = 15; at < 300; at += 5) looks.push_back({at, 3, 8, 8, 8, "", "ScaleDownStabilized"});
  const std::string told = "60 no-scale 8->8, 8 ready, asked 3 at 60, wanted since 15, ScaleDownStabilized";
  CHECK(Told(looks) == Texts{told});
  SECTION("and again only where the HPA has moved that way, and stopped again") {
    looks.push_back({300, 3, 8, 5, 8});
    for (int at = 305; at < 600; at += 5) looks.push_back({at, 3, 5, 5, 5});
    CHECK(Told(looks) == Texts{told, "300 scale-down 8->5, 8 ready, asked 3 at 300, wanted since 15, ready after 290",
                               "345 no-scale 5->5, 5 ready, asked 3 at 345, wanted since 15"});
  }
  SECTION("or another change is asked for") {
    for (int at = 300; at < 400; at += 5) looks.push_back({at, 20, 8, 8, 8, "", "FailedGetExternalMetric"});
    CHECK(Told(looks) ==
          Texts{told, "345 no-scale 8->8, 8 ready, asked 20 at 345, wanted since 300, FailedGetExternalMetric"});
  }
}

TEST_CASE("A decision that changes its mind before the HPA could act is not told") {
  std::vector<Look> looks;
  for (int at = 0; at < 3600; at += 5) looks.push_back({at, at / 30 % 2 == 0 ? 12. : 6., 9, 9, 9});
  CHECK(Told(looks).empty());
}

TEST_CASE("A limit is told once for each change that is asked for, beside what the HPA does") {
  CHECK(Told({{1, 2, 2, 2, 2},
              {16, 20, 2, 2, 2},
              {20, 20, 2, 6, 2, "ScaleUpLimit"},
              {35, 20, 6, 10, 6, "ScaleUpLimit"},
              {50, 20, 10, 10, 10, "TooManyReplicas"},
              {200, 20, 10, 10, 10, "TooManyReplicas"},
              {215, 10, 10, 10, 10},
              {230, 20, 10, 10, 10, "TooManyReplicas"}}) ==
        Texts{"20 scale-up 2->6, 2 ready, asked 20 at 15, wanted since 15, ready after 20",
              "20 limited-scale 6->6, 2 ready, asked 20 at 15, wanted since 15, ScaleUpLimit",
              "35 scale-up 6->10, 6 ready, asked 20 at 30, wanted since 15, ready after 35",
              "50 limited-scale 10->10, 10 ready, asked 20 at 45, wanted since 15, TooManyReplicas",
              "230 limited-scale 10->10, 10 ready, asked 20 at 225, wanted since 225, TooManyReplicas"});
}

TEST_CASE("What another metric wants is no change that was asked for") {
  const std::vector<Look> looks = {{1, 2, 2, 2, 2},
                                   {16, 2, 2, 9, 2, "", "", false},
                                   {40, 2, 9, 9, 9, "", "", false},
                                   {100, 2, 9, 9, 9, "", "", false}};
  CHECK(Told(looks) == Texts{"16 scale-up 2->9, 2 ready, asked 2 at 15",
                             "100 no-scale 9->9, 9 ready, asked 2 at 90, wanted since 40, OtherMetric"});
}

TEST_CASE("The decision that an HPA followed may be the one before") {
  CHECK(Told({{1, 2, 2, 2, 2}, {16, 8, 2, 2, 2}, {31, 6, 2, 8, 2}, {40, 6, 8, 8, 8}}) ==
        Texts{"31 scale-up 2->8, 2 ready, asked 8 at 15, wanted since 15, ready after 25"});
}

TEST_CASE("A replica that was there, and is missed again, is waited for from then on") {
  CHECK(Told({{1, 9, 9, 9, 9}, {300, 9, 9, 5, 9}, {310, 9, 5, 5, 5}, {330, 9, 5, 9, 5}, {350, 9, 9, 9, 9}}) ==
        Texts{"300 scale-down 9->5, 9 ready, asked 9 at 300, wanted since 300, ready after 10",
              "330 scale-up 5->9, 5 ready, asked 9 at 330, wanted since 310, ready after 40"});
}

TEST_CASE("What is not known is not told") {
  // The HPA has not looked yet, then is away for long, then is back with another number.
  CHECK(Told({{1, 5, kUnknown, kUnknown, 3},
              {100, 5, 3, 3, 3},
              {130, 5, kUnknown, kUnknown, kUnknown},
              {900, 5, 3, 3, 3},
              {910, 5, 3, 5, kUnknown},
              {960, 5, 5, 5, kUnknown}}) == Texts{"910 scale-up 3->5, asked 5 at 900, wanted since 900"});
  // KEDA gets an error: its fallback moves the HPA, and nobody asked for that.
  CHECK(Told({{1, 5, 5, 5, 5}, {20, kNone, 5, 5, 5}, {200, kNone, 5, 8, 5}}) == Texts{"200 scale-up 5->8, 5 ready"});
}

TEST_CASE("Replicas that come too late for the next change are not said to be ready") {
  CHECK(Told({{1, 2, 2, 2, 2}, {16, 8, 2, 8, 2}, {31, 3, 8, 3, 4}, {40, 3, 3, 3, 3}, {60, 9, 3, 9, 3}}).front() ==
        "16 scale-up 2->8, 2 ready, asked 8 at 15, wanted since 15");
}

TEST_CASE("At zero KEDA wakes: that is a scale-up, and not being woken is told") {
  CHECK(Told({{1, 0, 0, 0, 0, "", "ScalingDisabled", true, false},
              {16, 3, 0, 0, 0, "", "ScalingDisabled"},
              {20, 3, 1, 1, 0},
              {36, 3, 1, 3, 1},
              {50, 3, 3, 3, 3}}) == Texts{"20 scale-up 0->1, 0 ready, asked 3 at 15, wanted since 15, ready after 21",
                                          "36 scale-up 1->3, 1 ready, asked 3 at 30, wanted since 15, ready after 35"});
  CHECK(Told({{1, 3, 0, 0, 0, "", "ScalingDisabled"}, {50, 3, 0, 0, 0, "", "ScalingDisabled"}}) ==
        Texts{"50 no-scale 0->0, 0 ready, asked 3 at 45, wanted since 1, ScalingDisabled"});
}

TEST_CASE("Of very many events the latest are kept, with the numbers that they had") {
  HpaFollower follower;
  std::size_t told = 0;
  for (int at = 0; at < 1000; ++at)
    told += follower.Take(SnapshotOf({at * 60, at % 2 == 0 ? 4. : 8., 4, at % 2 == 0 ? 4 : 8, 2}), 1 + told);
  CHECK(told == 999);
  REQUIRE(follower.events().size() == HpaFollower::kMostEvents);
  CHECK(follower.events().front().number == 900);
  CHECK(follower.events().back().number == 999);
}

}  // namespace
}  // namespace loadline
