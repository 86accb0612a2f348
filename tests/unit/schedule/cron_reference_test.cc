// Cron against a reference that looks at every minute.
#include <algorithm>
#include <catch2/catch.hpp>

#include "reference.h"

namespace loadline {
namespace {

using namespace std::chrono_literals;

TEST_CASE("Next and Latest agree with a clock that is watched minute by minute") {
  const unsigned seed = TestSeed();
  CAPTURE(seed);
  RandomCrons random(seed);
  for (const ClockChange& change : kClockChanges) {
    const TimeZone zone = Zone(change.zone);
    const Timestamp from = Utc(change.around) - 60h;
    const Timestamp to = from + 120h;
    std::vector<std::pair<RandomCron, std::vector<Timestamp>>> crons;
    for (int i = 0; i < 20; ++i) crons.emplace_back(random.Next(), std::vector<Timestamp>());
    WalkMinutes(zone, from, to, [&](Timestamp time, const std::vector<LocalMinute>& come) {
      for (auto& [cron, times] : crons) {
        const RandomCron& watched = cron;
        if (std::any_of(come.begin(), come.end(), [&](LocalMinute at) { return watched.Matches(at); })) {
          times.push_back(time);
        }
      }
    });
    for (const auto& [watched, times] : crons) {
      const Result<Cron> cron = Cron::Parse(watched.text);
      CAPTURE(change.zone, change.around, watched.text);
      if (!cron) {
        REQUIRE(cron.error().message.find("never comes") != std::string::npos);
        REQUIRE(times.empty());
        continue;
      }
      for (Timestamp time = from + Duration(random.Below(60'000)); time < to; time += 7min + 13s) {
        const auto after = std::upper_bound(times.begin(), times.end(), time);
        CAPTURE(FormatTimestamp(time));
        const auto next = cron->Next(time, zone);
        const auto latest = cron->Latest(time, zone);
        if (after != times.end()) REQUIRE(next == *after);
        if (after == times.end()) REQUIRE((!next || *next >= to));
        if (after != times.begin()) REQUIRE(latest == *std::prev(after));
        if (after == times.begin()) REQUIRE((!latest || *latest < from));
      }
    }
  }
}

TEST_CASE("FirstFrom and LastUpTo agree with a search through the minutes of years") {
  const unsigned seed = TestSeed();
  CAPTURE(seed);
  RandomCrons random(seed);
  for (int i = 0; i < 60; ++i) {
    const RandomCron watched = random.Next(2);
    const Result<Cron> cron = Cron::Parse(watched.text);
    if (!cron) continue;
    const LocalMinute from = Local("2024-01-01T00:00") + std::chrono::minutes(random.Below(3 * 366 * 24 * 60));
    CAPTURE(watched.text, FormatLocalMinute(from));
    LocalMinute first = from;
    while (first < from + 24h * 500 && !watched.Matches(first)) ++first;
    if (watched.Matches(first)) {
      REQUIRE(cron->FirstFrom(from) == first);
      REQUIRE(cron->LastUpTo(first) == first);
    }
    LocalMinute last = from;
    while (last > from - 24h * 500 && !watched.Matches(last)) --last;
    if (watched.Matches(last)) {
      REQUIRE(cron->LastUpTo(from) == last);
      REQUIRE(cron->FirstFrom(last) == last);
    }
  }
}

}  // namespace
}  // namespace loadline
