// What lacks a reading is found in a record of the journal, whatever the reason.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "unit/api/journaled_decisions.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Admin;
using testing::Journaled;
using testing::MadeOf;
using testing::Numbers;
using testing::Page;

constexpr const char* kHold = "\nonMissing: { hold: 5m, then: error }";

// At tick 3: what was read is a number, and is not gone by.
std::vector<std::pair<std::string, MadeDecision>> HeldByNumbers() {
  const std::string head = "signals: [ { name: lag, ";
  const double now = ToSeconds(testing::TickTime(3));
  const std::string stale = head + "query: lag, perReplica: 10, maxAge: 1m } ]" + kHold;
  const std::string zero = head + "query: lag, perReplica: 10, distrustZero: 2m } ]" + kHold;
  const std::string throughput =
      head + "backlog: { depth: d, arrivals: a, drainWithin: 1m, throughputPerReplica: t } } ]" + kHold;
  return {{"stale", MadeOf(stale, 3, {Numbers({30, 30, 30}), Numbers({now - 60, now - 60, now - 61})})},
          {"zero", MadeOf(zero, 3, {Numbers({30, 30, 0})})},
          {"throughput", MadeOf(throughput, 3, {Numbers({30, 30, 30}), Numbers({9, 9, 9}), Numbers({2, 2, 0})})}};
}

TEST_CASE("A signal whose reading is a number that is not gone by is told as held, of records too") {
  for (const auto& [why, made] : HeldByNumbers()) {
    CAPTURE(why);
    REQUIRE(made.decision->signals[0].reason == Reason::kHeld);
    const auto journal = testing::JournalOf({made, testing::SomeMade(1, 5, 25)});
    Admin admin(testing::kLag, {}, journal.get());
    CHECK(Page(admin, "/api/v1/summary?" + Journaled::Span(3, 8))["bindings"][0]["held_seconds"] == 30);
    const json line = Page(admin, "/api/v1/timeline?namespace=web&name=app-1&" + Journaled::Span(3, 8))["bindings"][0];
    REQUIRE(line["marks"].size() == 1);
    CHECK(line["marks"][0] == json{{"kind", "missing"},
                                   {"reason", "Held"},
                                   {"name", "lag"},
                                   {"from", FormatTimestamp(testing::TickTime(3))},
                                   {"until", FormatTimestamp(testing::TickTime(5))},
                                   {"records", 1}});
  }
}

TEST_CASE("A value without a law that is held is told of records, too") {
  RecordedWindow failed = Numbers({4, 4, 4});
  failed.ticks.back() = {0, ReadingState::kFailed};
  failed.problem = "prom:9090: connection refused";
  const auto journal = testing::JournalOf(
      {MadeOf("combine: load + errors_value\nsignals:\n- { name: load, query: load, perReplica: 10 }\n"
              "- { name: errors, query: errors }",
              3, {Numbers({50, 50, 50}), failed}),
       testing::SomeMade(1, 5, 25)});
  Admin admin(testing::kLag, {}, journal.get());
  CHECK(Page(admin, "/api/v1/summary?" + Journaled::Span(3, 8))["bindings"][0]["held_seconds"] == 30);
}

}  // namespace
}  // namespace loadline
