#include "scaling/seen_recording.h"

#include <catch2/catch.hpp>
#include <vector>

namespace loadline {
namespace {

using S = ReadingState;

constexpr Duration kTick = std::chrono::seconds(15);
constexpr Reading kFailedReading{};

const std::vector<PlannedQuery> kOne = {{"default", "a", {}, nullptr}};

RecordedObservation Seen(int tick, std::vector<Reading> ticks, Duration interval = kTick) {
  RecordedObservation observation;
  observation.now = Timestamp(interval * tick);
  observation.interval = interval;
  observation.windows = {{std::move(ticks), ""}};
  return observation;
}

std::vector<Reading> ReadingsOf(const std::vector<RecordedObservation>& observations, Duration hold) {
  SeenRecording seen;
  for (const RecordedObservation& each : observations) REQUIRE(seen.Add(kOne, each));
  const Result<Recording> recording = seen.Finish(hold);
  REQUIRE(recording);
  REQUIRE(recording->queries.size() == 1);
  return recording->queries[0].readings;
}

TEST_CASE("What decisions saw is a recording from the first of them on, with their windows to look back on") {
  SeenRecording seen;
  REQUIRE(seen.Add(kOne, Seen(3, {{1, S::kValue}, {2, S::kValue}, {3, S::kValue}})));
  REQUIRE(seen.Add(kOne, Seen(6, {{5, S::kValue}, {0, S::kEmpty}})));
  CHECK(seen.ticks() == 2);
  const Result<Recording> recording = seen.Finish(Duration::zero());
  REQUIRE(recording);
  CHECK(recording->begin == Timestamp(kTick));
  CHECK(recording->from == Timestamp(kTick * 3));
  CHECK(recording->interval == kTick);
  CHECK(recording->queries[0].readings ==
        std::vector<Reading>{
            {1, S::kValue}, {2, S::kValue}, {3, S::kValue}, kFailedReading, {5, S::kValue}, {0, S::kEmpty}});
}

TEST_CASE("Between two records a query says what it said at the first, for so long as one is sure to be kept") {
  const RecordedObservation one = Seen(0, {{7, S::kValue}});
  const RecordedObservation other = Seen(5, {{9, S::kValue}});
  const Reading seven{7, S::kValue}, nine{9, S::kValue};
  CHECK(ReadingsOf({one, other}, kTick * 4) == std::vector<Reading>{seven, seven, seven, seven, seven, nine});
  CHECK(ReadingsOf({one, other}, kTick * 2) ==
        std::vector<Reading>{seven, seven, seven, kFailedReading, kFailedReading, nine});
  CHECK(ReadingsOf({other, one}, kTick * 2) == ReadingsOf({one, other}, kTick * 2));
}

TEST_CASE("A failure is held as such, and is mended by what a later window knows of its tick") {
  const RecordedObservation failed = Seen(1, {kFailedReading});
  const Reading eight{8, S::kValue};
  CHECK(ReadingsOf({Seen(0, {eight}), failed, Seen(3, {eight})}, kTick * 9) ==
        std::vector<Reading>{eight, kFailedReading, kFailedReading, eight});
  CHECK(ReadingsOf({failed, Seen(2, {eight, {9, S::kValue}})}, kTick * 9) ==
        std::vector<Reading>{eight, {9, S::kValue}});
}

TEST_CASE("What a decision saw at its own tick counts more than what a later one's window says of it") {
  const Reading then{4, S::kValue}, later{5, S::kValue};
  const std::vector<Reading> want = {then, later};
  CHECK(ReadingsOf({Seen(0, {then}), Seen(1, {later, later})}, kTick) == want);
  CHECK(ReadingsOf({Seen(1, {later, later}), Seen(0, {then})}, kTick) == want);
}

TEST_CASE("What another binding desired is no query; other intervals and plans are refused") {
  SeenRecording seen;
  CHECK_FALSE(seen.Finish(kTick));
  CHECK(seen.Add(kOne, Seen(0, {kFailedReading}, std::chrono::minutes(1))));
  CHECK(seen.Add(kOne, Seen(1, {kFailedReading})).error().message ==
        "what was seen at 1970-01-01T00:00:15.000Z is of ticks each 15s, and what was seen at others each 1m");
  CHECK_FALSE(seen.Add({}, Seen(1, {kFailedReading}, std::chrono::minutes(1))));
  const std::vector<PlannedQuery> depends = {{"", "", {}, std::make_shared<BindingName>()}};
  REQUIRE(seen.Add(depends, Seen(1, {{3, S::kValue}}, std::chrono::minutes(1))));
  CHECK(seen.Finish(kTick)->queries.size() == 1);
}

}  // namespace
}  // namespace loadline
