// Since when replicas are waited for, beside a reference that remembers everything. LOADLINE_SEED=N repeats a run.
#include "kubernetes/waiting.h"

#include <catch2/catch.hpp>
#include <vector>

#include "support/random_world.h"

namespace loadline {
namespace {

using Time = std::optional<Timestamp>;

Timestamp At(int seconds) { return Timestamp(std::chrono::seconds(seconds)); }

TEST_CASE("A replica that is asked for waits from then on, one that was there from when it was missed") {
  Waiting waiting;
  waiting.Ask(At(0), 2);
  waiting.Have(At(0), 2);
  CHECK(waiting.ToCome(2) == std::nullopt);
  waiting.Ask(At(10), 5);
  waiting.Ask(At(20), 8);
  CHECK(waiting.ToCome(5) == At(10));
  CHECK(waiting.ToCome(6) == At(20));
  CHECK(waiting.ToCome(9) == std::nullopt);
  waiting.Have(At(30), 8);
  CHECK(waiting.ToCome(8) == std::nullopt);
  waiting.Have(At(40), 4);
  CHECK(waiting.ToCome(5) == At(40));
  waiting.Ask(At(50), 3);
  CHECK(waiting.ToCome(5) == std::nullopt);
  CHECK(waiting.ToGo(4) == At(50));
  CHECK(waiting.ToGo(3) == std::nullopt);
}

// All counts that there were, with their times.
struct Remembered {
  std::vector<std::pair<Timestamp, int>> counts;

  template <class Holds>
  Time Since(Holds holds) const {
    Time since;
    for (auto each = counts.rbegin(); each != counts.rend() && holds(each->second); ++each) since = each->first;
    return since;
  }
};

Time Later(Time a, Time b) { return a && b ? std::max(a, b) : std::nullopt; }

TEST_CASE("Waiting says what one who remembers everything says") {
  const unsigned seed = testing::SeedOfRun();
  INFO("LOADLINE_SEED=" << seed);
  testing::Chance chance(seed);
  for (int round = 0; round < 200; ++round) {
    Waiting waiting;
    Remembered asked;
    Remembered had;
    for (int time = 0; time < 80; ++time) {
      const int count = chance.Between(0, 9);
      if (chance.In(5)) {
        waiting.ForgetAsked();
        asked.counts.clear();
      } else if (chance.In(50)) {
        waiting.Ask(At(time), count);
        asked.counts.emplace_back(At(time), count);
      } else {
        waiting.Have(At(time), count);
        had.counts.emplace_back(At(time), count);
      }
      if (had.counts.empty()) continue;
      for (int replica = 1; replica <= 10; ++replica) {
        const auto is_there = [&](int each) { return each >= replica; };
        const auto is_not = [&](int each) { return each < replica; };
        CHECK(waiting.ToCome(replica) == Later(asked.Since(is_there), had.Since(is_not)));
        CHECK(waiting.ToGo(replica) == Later(asked.Since(is_not), had.Since(is_there)));
      }
    }
  }
}

TEST_CASE("However long a climb is, it takes little memory, and no time is said earlier than it was") {
  Waiting waiting;
  waiting.Have(At(0), 0);
  for (int count = 1; count <= 5000; ++count) waiting.Ask(At(count), count);
  for (int replica = 1; replica <= 5000; ++replica) {
    const Time since = waiting.ToCome(replica);
    REQUIRE(since);
    CHECK(*since >= At(replica));
  }
  CHECK(waiting.ToCome(1) == At(1));
  CHECK(waiting.ToCome(5000) == At(5000));
}

}  // namespace
}  // namespace loadline
