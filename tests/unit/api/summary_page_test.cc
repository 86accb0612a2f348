// What a span came to, and its page.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "api/span_summary.h"
#include "support/raw_http.h"
#include "unit/api/page_fixtures.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Admin;
using testing::Journaled;
using testing::Page;

SummedRecord At(int second, double replicas, RecordKind kind = RecordKind::kChange) {
  return {Timestamp(std::chrono::seconds(second)), kind, replicas};
}

TEST_CASE("A span's summary: each record counts for as long as it stood, and not past what is known") {
  const TimeSpan span{Timestamp(std::chrono::seconds(100)), Timestamp(std::chrono::seconds(200))};
  SummedRecord failed = At(150, 0);
  failed.replicas.reset();
  failed.failed = true;
  SummedRecord held = At(130, 6);
  held.held = true;
  // Stood: 2 from 100 to 110, 4 from 110 to 130, 6 (held) from 130 to 150, an error until 160, 1 until 200.
  const std::vector<SummedRecord> records = {At(160, 1), failed,   held, At(120, 4, RecordKind::kHeartbeat),
                                             At(110, 4), At(90, 2)};
  const SpanSummary summary = Summarize(records, span, Duration(0));
  CHECK(summary.changes == 4);
  CHECK(summary.known == std::chrono::seconds(90));
  CHECK(summary.error == std::chrono::seconds(10));
  CHECK(summary.held == std::chrono::seconds(20));
  CHECK(*summary.highest == 6);
  CHECK(*summary.mean == Approx((10 * 2 + 20 * 4 + 20 * 6 + 40 * 1) / 90.0));
  // No record stands for longer than 15 seconds: 2 until 105, 4 and 6 a part, 1 until 175.
  CHECK(Summarize(records, span, Duration(15'000)).known == std::chrono::seconds(5 + 25 + 15 + 15 - 5));
  const SpanSummary none = Summarize({}, span, Duration(0));
  CHECK_FALSE(none.mean);
  CHECK_FALSE(none.highest);
  CHECK(none.known == Duration(0));
}

TEST_CASE("/api/v1/summary: a record of a signal that is held counts as held") {
  MadeDecision made = testing::SomeMade(1, 3, 25);
  made.seen.windows[0].ticks.back() = Reading{0, ReadingState::kFailed};
  made.seen.windows[0].problem = "prom:9090: connection refused";
  const CalendarLookup lookup = made.seen.Lookup();
  made.decision = std::make_shared<const Decision>(Decide(*made.policy, *made.plan, made.seen.Seen(lookup, {})));
  REQUIRE(made.decision->signals[0].reason == Reason::kHeld);
  JournalBatch batch;
  for (const MadeDecision& each : {made, testing::SomeMade(1, 5, 25)}) {
    RecordedDecision recorded = RecordOf(each);
    batch.bindings = {recorded.binding};
    batch.decisions.push_back(std::move(recorded.record));
  }
  batch.policies = {{made.policy->hash, "data", "test", *made.policy->text, testing::TickTime(0)}};
  const auto journal = testing::MemoryJournal();
  REQUIRE(journal->Append(batch));
  Admin admin(testing::kLag, {}, journal.get());
  const json page = Page(admin, "/api/v1/summary?" + Journaled::Span(3, 8));
  CHECK(page["bindings"][0]["held_seconds"] == 30);
  CHECK(page["bindings"][0]["known_seconds"] == 75);
}

TEST_CASE("/api/v1/summary: each binding's span beside the one before, page by page") {
  Journaled journaled;
  Admin admin(testing::kLag, {}, journaled.journal.get());
  const json all = Page(admin, "/api/v1/summary?" + Journaled::Span(4, 8));
  CHECK(all["total"] == 3);
  CHECK(all["next"].is_null());
  std::set<double> means;
  for (const json& each : all["bindings"]) {
    CHECK(each["complete"] == true);
    CHECK(each["before"]["mean_replicas"] == 2);
    const double mean = each["mean_replicas"];
    means.insert(mean);
    CHECK(each["highest_replicas"] == mean);
    CHECK(each["trend"]["mean_replicas"] == mean - 2);
    CHECK(each["trend"]["mean_percent"].get<double>() == Approx((mean / 2 - 1) * 100));
  }
  CHECK(means == std::set<double>{3, 4, 5});
  json paged = json::array();
  std::string after;
  do {
    const json page =
        Page(admin, "/api/v1/summary?limit=1&" + Journaled::Span(4, 8) + (after.empty() ? "" : "&after=" + after));
    REQUIRE(page["bindings"].size() == 1);
    paged.push_back(page["bindings"][0]);
    after = page["next"].is_null() ? "" : page["next"].get<std::string>();
  } while (!after.empty());
  CHECK(paged == all["bindings"]);
  CHECK(Page(admin, "/api/v1/summary?name=none&" + Journaled::Span(4, 8))["total"] == 0);
  for (const std::string& bad : {std::string("from=x"), std::string("limit=0"), std::string("after=x"),
                                 Journaled::Span(4, 4), std::string("nmae=x")})
    CHECK(admin.Get("/api/v1/summary?" + bad).status == 400);
  CHECK(Admin().Get("/api/v1/summary").status == 503);
}

}  // namespace
}  // namespace loadline
