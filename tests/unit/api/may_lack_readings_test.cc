// The cheap look at a record misses none that lacks a reading.
#include <algorithm>
#include <catch2/catch.hpp>

#include "api/decided_again.h"
#include "scaling/without_reading.h"
#include "support/journal_records.h"

namespace loadline {
namespace {

TEST_CASE("Of random decisions, none that lacks a reading passes for one that has all") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  testing::Chance chance(seed);
  int lacking = 0;
  for (int i = 0; i < 500; ++i) {
    const MadeDecision made = testing::RandomMade(chance);
    const DecisionRecord record = RecordOf(made).record;
    const bool lacks = std::ranges::any_of(made.decision->signals, IsWithoutReading, &SignalOutcome::reason);
    lacking += lacks ? 1 : 0;
    CAPTURE(i, record.seen, *made.policy->text);
    REQUIRE((!lacks || MayLackReadings(*made.policy, record)));
  }
  CHECK(lacking > 0);
}

}  // namespace
}  // namespace loadline
