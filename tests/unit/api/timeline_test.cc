// The course of a binding, thinned; and its page.
#include "api/timeline.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "unit/api/journaled_decisions.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Admin;
using testing::Journaled;
using testing::Page;

Timestamp Second(int second) { return Timestamp(std::chrono::seconds(second)); }

DecisionRecord At(int second, std::optional<double> replicas, std::string_view step = "") {
  DecisionRecord record;
  record.tick = Second(second);
  record.replicas = replicas;
  if (!replicas) record.error = Error{Code::kUnavailable, "no data"};
  record.steps = step.empty() ? "[]" : R"([{"stage":"x","reason":")" + std::string(step) + R"(","signal":"it"}])";
  return record;
}

std::vector<std::pair<int, double>> KeptOf(Timeline& timeline) {
  std::vector<std::pair<int, double>> kept;
  for (const DecisionRecord& each : timeline.Kept())
    kept.emplace_back(static_cast<int>(ToSeconds(each.tick)), each.replicas.value_or(-1));
  return kept;
}

using Kept = std::vector<std::pair<int, double>>;

TEST_CASE("A thinned time line keeps the peaks, what stood at its begin, and the latest") {
  Timeline timeline({Second(100), Second(200)}, Duration(60'000), 2);  // one stretch
  timeline.Take(At(190, 3), {});
  for (const auto& [second, replicas] : {std::pair(180, 4), {170, 9}, {160, 4}, {150, 1}, {140, 4}, {130, 5}})
    timeline.Take(At(second, replicas), {});
  timeline.Take(At(95, 2), {});
  CHECK(timeline.taken() == 8);
  CHECK(KeptOf(timeline) == Kept{{95, 2}, {150, 1}, {170, 9}, {190, 3}});
}

TEST_CASE("A thinned time line: a failure is kept where there is no number beside it") {
  Timeline one({Second(100), Second(200)}, Duration(60'000), 2);
  for (const auto& record : {At(190, 3), At(180, std::nullopt), At(170, 4), At(160, std::nullopt)})
    one.Take(record, {});
  CHECK(KeptOf(one) == Kept{{170, 4}, {190, 3}});
  Timeline failed({Second(100), Second(200)}, Duration(60'000), 2);
  for (const auto& record : {At(190, 3), At(180, std::nullopt)}) failed.Take(record, {});
  CHECK(KeptOf(failed) == Kept{{180, -1}, {190, 3}});
}

TEST_CASE("A time line's marks: what held, from when until when, and where nothing is known") {
  Timeline timeline({Second(100), Second(200)}, Duration(30'000), 100);
  timeline.Take(At(180, 3), {{"lag", Reason::kHeld}, {"cpu", Reason::kMeasured}});
  timeline.Take(At(170, std::nullopt), {});
  timeline.Take(At(160, 3, "RuleAdds"), {});
  timeline.Take(At(150, 3, "RuleAdds"), {});
  timeline.Take(At(110, 3, "Pinned"), {});
  const std::vector<TimelineMark> marks = timeline.Marks();
  const std::vector<TimelineMark> wanted = {{"unknown", "", "", Second(100), Second(110), 1},
                                            {"override", "Pinned", "it", Second(110), Second(140), 1},
                                            {"unknown", "", "", Second(140), Second(150), 1},
                                            {"rule", "RuleAdds", "it", Second(150), Second(170), 2},
                                            {"error", "UNAVAILABLE", "", Second(170), Second(180), 1},
                                            {"missing", "Held", "lag", Second(180), Second(200), 1}};
  CHECK(marks == wanted);
}

TEST_CASE("A time line's marks: of one kind, each reason is a mark of its own") {
  Timeline timeline({Second(100), Second(200)}, Duration(0), 4);  // what is less than 50 seconds apart is one
  timeline.Take(At(180, 3, "CappedAtMax"), {{"lag", Reason::kIgnored}});
  timeline.Take(At(150, 3, "RaisedToMin"), {{"lag", Reason::kHeld}});
  timeline.Take(At(130, 3, "CappedAtMax"), {});
  timeline.Take(At(100, 3, "RaisedToMin"), {});
  const std::vector<TimelineMark> wanted = {{"limit", "RaisedToMin", "it", Second(100), Second(180), 2},
                                            {"limit", "CappedAtMax", "it", Second(130), Second(200), 2},
                                            {"missing", "Held", "lag", Second(150), Second(180), 1},
                                            {"missing", "Ignored", "lag", Second(180), Second(200), 1}};
  CHECK(timeline.Marks() == wanted);
}

TEST_CASE("/api/v1/timeline: each trigger's points and marks; what is wrong is refused") {
  Journaled journaled;
  Admin admin(testing::kLag, {}, journaled.journal.get());
  const BindingRecord binding = testing::SomeBinding(0);
  const std::string object = "/api/v1/timeline?namespace=" + binding.object_namespace + "&name=" + binding.object;
  const json page = Page(admin, object + "&" + Journaled::Span(0, 8));
  REQUIRE(page["bindings"].size() == 1);
  const json& line = page["bindings"][0];
  CHECK(line["records"] == 8);
  CHECK(line["complete"] == true);
  REQUIRE(line["points"].size() == 8);
  CHECK(line["points"][0]["replicas"] == 2);
  CHECK(line["points"][7]["replicas"] == 3);
  CHECK(line["points"][7]["time"] == FormatTimestamp(testing::TickTime(7)));
  // The policy of these records is not in the journal: what each signal asked for is not known.
  CHECK(line["points"][0]["demands"].empty());
  CHECK(line["points"][0]["floor"].is_null());
  CHECK(Page(admin, object + "&limit=2&" + Journaled::Span(0, 8))["bindings"][0]["points"].size() == 3);
  CHECK(Page(admin, "/api/v1/timeline?namespace=data&name=nobody")["bindings"].empty());
  for (const std::string& bad : {std::string("&from=x"), std::string("&limit=0"), "&" + Journaled::Span(4, 4)})
    CHECK(admin.Get(object + bad).status == 400);
  CHECK(admin.Get("/api/v1/timeline?namespace=data").status == 400);
  CHECK(Admin().Get(object).status == 503);
}

TEST_CASE("/api/v1/timeline decides each record again: what every signal asked for, and the bounds") {
  const MadeDecision made = testing::SomeMade(1, 3, 25);
  RecordedDecision recorded = RecordOf(made);
  JournalBatch batch;
  batch.bindings = {recorded.binding};
  batch.policies = {{made.policy->hash, "data", "test", *made.policy->text, testing::TickTime(0)}};
  batch.decisions.push_back(std::move(recorded.record));
  const auto journal = testing::MemoryJournal();
  REQUIRE(journal->Append(batch));
  Admin admin(testing::kLag, {}, journal.get());
  const json page = Page(admin, "/api/v1/timeline?namespace=web&name=app-1&" + Journaled::Span(0, 8));
  const json& point = page["bindings"][0]["points"][0];
  CHECK(point["demands"] == json{{"lag", 2.5}});
  CHECK(point["floor"] == made.policy->replicas.min);
  CHECK(point["wanted"] == 2.5);
}

TEST_CASE("/api/v1/timeline: an override counts among the bounds while it is in force, also where it changes nothing") {
  using Kind = Override::Kind;
  const Timestamp now = testing::TickTime(3);
  const auto bound = [&](const char* name, Kind kind, double replicas, std::optional<Timestamp> from, Timestamp until) {
    return Override{name, true, "", "", "", kind, replicas, from, until, "a drill", "anna"};
  };
  const Duration minute = std::chrono::minutes(1);
  const MadeDecision made = testing::MadeOf(
      "replicas: { min: 1, max: 20 }\nsignals: [ { name: lag, query: lag, perReplica: 10 } ]", 3,
      {testing::Numbers({50})},
      {bound("a", Kind::kFloor, 3, std::nullopt, now + minute), bound("b", Kind::kCeiling, 8, now, now + minute),
       bound("c", Kind::kFloor, 4, now + minute, now + 2 * minute), bound("d", Kind::kCeiling, 6, std::nullopt, now)});
  REQUIRE(made.decision->wanted == 5);
  const auto journal = testing::JournalOf({made});
  Admin admin(testing::kLag, {}, journal.get());
  const json page = Page(admin, "/api/v1/timeline?namespace=web&name=app-1&" + Journaled::Span(0, 8));
  const json& point = page["bindings"][0]["points"][0];
  CHECK(point["floor"] == 3);
  CHECK(point["ceiling"] == 8);
}

}  // namespace
}  // namespace loadline
