// What the HPA did, in words.
#include "kubernetes/hpa_sentence.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

const Timestamp kTick{std::chrono::hours(480'000)};

HpaSnapshot Now(double asked, int desired, std::optional<int> ready) {
  HpaSnapshot snapshot;
  snapshot.time = kTick + std::chrono::minutes(5);
  snapshot.asked = AskedReplicas{kTick, asked, true};
  snapshot.current = desired;
  snapshot.desired = desired;
  snapshot.ready = ready;
  snapshot.metric = "s0-loadline-worker";
  return snapshot;
}

HpaEvent Event(HpaEventKind kind, int desired, std::optional<Duration> ready_after = {}, const char* reason = "") {
  HpaEvent event;
  event.kind = kind;
  event.desired = desired;
  event.wanted_since = kTick;
  event.ready_after = ready_after;
  event.reason = reason;
  return event;
}

TEST_CASE("What the HPA did about what is asked for now") {
  using Kind = HpaEventKind;
  const std::string since = " wanted since 2024-10-04T00:00:00Z";
  const HpaEvent up = Event(Kind::kScaleUp, 8, std::chrono::milliseconds(43'400));
  HpaSnapshot limited = Now(20, 10, 10);
  limited.limit = "TooManyReplicas";
  HpaSnapshot others = Now(2, 9, 9);
  others.is_ours = false;
  others.metric = "s1-cron";
  HpaSnapshot silent = Now(2, 2, 2);
  silent.desired.reset();
  HpaSnapshot unasked = Now(2, 2, 2);
  unasked.asked.reset();
  struct Row {
    HpaSnapshot now;
    std::vector<HpaEvent> events;
    std::string sentence;
  };
  for (const Row& row : std::vector<Row>{
           {Now(8, 8, 8), {up}, "8" + since + ", ready after 43s"},
           {Now(3, 3, 3),
            {up, Event(Kind::kScaleDown, 3, std::chrono::minutes(6))},
            "3" + since + ", reached after 6m"},
           {Now(8, 8, 5), {Event(Kind::kScaleUp, 8)}, "8" + since + ", and by the HPA: 5 are ready so far"},
           {Now(8, 8, std::nullopt), {up}, "8" + since + ", and by the HPA; how many are ready is not known"},
           {Now(8, 8, 8), {}, "8 wanted, and ready"},
           {Now(8, 2, 2), {up}, "8 wanted: the HPA is at 2 so far"},
           {Now(3, 8, 8),
            {up, Event(Kind::kNoScale, 8, {}, "ScaleDownStabilized")},
            "3" + since + ": the HPA stays at 8, ScaleDownStabilized"},
           {Now(3, 8, 8), {Event(Kind::kNoScale, 8)}, "3" + since + ": the HPA stays at 8"},
           {limited,
            {Event(Kind::kLimitedScale, 10, {}, "TooManyReplicas")},
            "20" + since + ": limited by TooManyReplicas at 10"},
           {others, {}, "2 wanted: the HPA goes by s1-cron, to 9"},
           {silent, {}, "there is no HPA, or it has not said anything yet"},
           {unasked, {up}, "KEDA gets no number that could be followed"}}) {
    CHECK(WhatHpaDid(row.now, row.events) == row.sentence);
  }
}

}  // namespace
}  // namespace loadline
