// /api/v1/trends.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "unit/api/page_fixtures.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Admin;
using testing::Journaled;
using testing::Page;
using testing::SomeBinding;
using testing::SomeDecision;
using testing::TickTime;

std::string Named(int binding) {
  const BindingRecord record = SomeBinding(binding);
  return record.object_namespace + "/" + record.object;
}

json TrendOf(const json& page, int binding) {
  for (const json& each : page["trends"]) {
    if (each["name"] == SomeBinding(binding).object) return each;
  }
  return nullptr;
}

TEST_CASE(
    "/api/v1/trends: of each object what it was answered, the earliest first, with what stood when the span began") {
  Journaled journaled;
  const Admin admin(testing::kLag, {}, journaled.journal.get());
  const json page = Page(admin, "/api/v1/trends?objects=" + Named(0) + "," + Named(2) + "&" + Journaled::Span(2, 6));
  REQUIRE(page["trends"].size() == 2);
  CHECK(page["stands_seconds"] == 600);
  const json trend = TrendOf(page, 2);
  CHECK(trend["policy"] == SomeBinding(2).policy);
  CHECK(trend["metadata"] == SomeBinding(2).metadata);
  CHECK(trend["complete"] == true);
  CHECK(trend["replicas"] == json{2, 2, 5, 5, 5});
  CHECK(trend["times"].front() == ToSeconds(TickTime(2)));
  CHECK(trend["times"].back() == ToSeconds(TickTime(6)));
  CHECK(trend["observed"].size() == 5);
}

TEST_CASE("/api/v1/trends: what was an error is null, an object that is not known has none") {
  const auto journal = testing::MemoryJournal();
  JournalBatch batch;
  batch.bindings = {SomeBinding(0)};
  batch.decisions = {SomeDecision(0, 1), SomeDecision(0, 2)};
  batch.decisions[1].replicas.reset();
  batch.decisions[1].observed.reset();
  batch.decisions[1].error = Error{Code::kUnavailable, "no data"};
  REQUIRE(journal->Append(batch));
  const Admin admin(testing::kLag, {}, journal.get());
  const json page = Page(admin, "/api/v1/trends?objects=" + Named(0) + ",no/such&" + Journaled::Span(0, 6));
  REQUIRE(page["trends"].size() == 1);
  CHECK(page["trends"][0]["replicas"] == json{2, nullptr});
  CHECK(page["trends"][0]["observed"][1].is_null());
}

TEST_CASE("/api/v1/trends: of many points the latest are shown, and it is said that there were more") {
  const auto journal = testing::MemoryJournal();
  JournalBatch batch;
  batch.bindings = {SomeBinding(0)};
  for (int tick = 0; tick < 300; ++tick) batch.decisions.push_back(SomeDecision(0, tick, tick));
  REQUIRE(journal->Append(batch));
  const Admin admin(testing::kLag, {}, journal.get());
  const json page = Page(admin, "/api/v1/trends?objects=" + Named(0) + "&" + Journaled::Span(-5, 400));
  const json& trend = page["trends"][0];
  CHECK(trend["complete"] == false);
  REQUIRE(trend["times"].size() == 240);
  CHECK(trend["replicas"].front() == 60);
  CHECK(trend["replicas"].back() == 299);
  const json whole = Page(admin, "/api/v1/trends?objects=" + Named(0) + "&" + Journaled::Span(100, 400));
  CHECK(whole["trends"][0]["complete"] == true);
  CHECK(whole["trends"][0]["times"].size() == 200);
}

TEST_CASE("/api/v1/trends says what it wants") {
  Journaled journaled;
  const Admin admin(testing::kLag, {}, journaled.journal.get());
  std::string many;
  for (int i = 0; i < 101; ++i) many += "a/b,";
  for (const std::string& query :
       {std::string(), std::string("?objects="), std::string("?objects=orders"), std::string("?objects=data/"),
        std::string("?objects=/orders"), "?objects=" + many, "?objects=" + Named(0) + "&" + Journaled::Span(6, 6)}) {
    CAPTURE(query);
    CHECK(admin.Get("/api/v1/trends" + query).status == 400);
  }
  const Admin without(testing::kLag);
  CHECK(without.Get("/api/v1/trends?objects=" + Named(0)).status == 503);
}

}  // namespace
}  // namespace loadline
