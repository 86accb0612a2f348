#include "api/override_desk.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scaling/override_request.h"
#include "support/raw_http.h"
#include "support/simulated_clock.h"
#include "unit/api/page_fixtures.h"
#include "unit/controller/recording_log.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Admin;
using testing::Page;

const Timestamp kNow = *ParseTimestamp("2026-11-24T06:00:00Z");

Override Drill(const std::string& name, Timestamp until) {
  Override each;
  each.name = name;
  each.all = true;
  each.from = kNow - std::chrono::hours(9);
  each.until = until;
  each.reason = "a drill";
  return each;
}

PolicySet SetOf(const std::vector<Override>& kept, const std::vector<Override>& written) {
  PolicySet set;
  for (const Override& each : written) set.overrides.push_back(std::make_shared<const Override>(each));
  for (const Override& each : kept) {
    set.overrides.push_back(std::make_shared<const Override>(each));
    set.kept_overrides.push_back(set.overrides.back());
  }
  return set;
}

Override Of(Override each, const std::string& object_namespace) {
  each.all = false;
  each.object_namespace = object_namespace;
  return each;
}

// A store in memory, which may fail.
struct MemoryStore : OverrideStore {
  std::string Where() const override { return "memory"; }
  Result<OverrideTexts> Read() override {
    if (!problem.empty()) return Fail(Code::kUnavailable, problem);
    return texts;
  }
  Status Change(const std::function<bool(OverrideTexts&)>& change) override {
    ++changes;
    if (!problem.empty()) return Fail(Code::kUnavailable, problem);
    OverrideTexts changed = texts;
    if (!change(changed)) return {};
    if (texts.contains(keeps) && !changed.contains(keeps)) return Fail(Code::kUnavailable, keeps + " stays");
    texts = changed;
    return {};
  }

  OverrideTexts texts;
  std::string problem;
  std::string keeps;  // cannot be removed
  int changes = 0;
};

struct Desk {
  // What this pod has read: of what the store kept then, and of what others wrote.
  void Read(const std::vector<Override>& kept, const std::vector<Override>& written = {}) {
    source.set = SetOf(kept, written);
    shelf.Run({}, [](const PolicySet&) {});
  }
  auto Set(const Override& each) { return desk.Set(each); }
  // "a! b?": those that stand, ! where this pod has taken them up, ? where not; (d) where a document has them.
  std::string Standing() const {
    std::string all;
    for (const StandingOverride& each : desk.Standing().overrides) {
      all += (all.empty() ? "" : " ") + each.content.name + (each.taken_up ? "!" : "?");
      if (!each.over_api) all += "(unknown)";
      if (each.over_api == false) all += "(d)";
    }
    return all;
  }

  MemoryStore store;
  testing::FixedPolicies source{{}};
  PolicyShelf shelf{source};
  testing::SimulatedClock clock{kNow};
  testing::RecordingLog log;
  OverrideDesk desk{&store, shelf, clock, log};
};

TEST_CASE("The same override set twice is one, and a changed one takes the place of that before") {
  Desk desk;
  const Override first = Drill("a", kNow + std::chrono::hours(1));
  CHECK(desk.Set(first).value().before == std::nullopt);
  CHECK(desk.Set(first).value().before == first);
  CHECK(desk.store.texts.size() == 1);
  CHECK(desk.Standing() == "a?");
  desk.Read({first});
  CHECK(desk.Standing() == "a!");
  Override second = first;
  second.kind = Override::Kind::kPin;
  second.replicas = 4;
  CHECK(desk.Set(second).value().before == first);
  CHECK(desk.Standing() == "a?");  // this pod still goes by the first
  desk.Read({second});
  CHECK(desk.Standing() == "a!");
}

TEST_CASE("One that is removed is gone at once, also while this pod has not read that; and may be set again") {
  Desk desk;
  const Override each = Drill("a", kNow + std::chrono::hours(1));
  REQUIRE(desk.Set(each));
  desk.Read({each});
  CHECK(desk.desk.Remove("a").value() == each);
  CHECK(desk.Standing() == "");
  CHECK(desk.desk.Remove("a").error().code == Code::kNotFound);
  CHECK(desk.Set(each).value().before == std::nullopt);
  CHECK(desk.Standing() == "a!");
}

TEST_CASE("What stands in a document is shown, and neither replaced nor removed") {
  Desk desk;
  const Override written = Drill("a", kNow + std::chrono::hours(1));
  desk.Read({}, {written, Drill("ended", kNow)});
  CHECK(desk.Standing() == "a!(d)");
  const auto set = desk.Set(Drill("a", kNow + std::chrono::hours(2)));
  REQUIRE_FALSE(set);
  CHECK(set.error().code == Code::kAlreadyExists);
  CHECK(set.error().message ==
        "an Override a stands in a document that somebody wrote: change it there, or give this one another name");
  const auto removed = desk.desk.Remove("a");
  REQUIRE_FALSE(removed);
  CHECK(removed.error().message ==
        "memory holds no override a: it stands in a document that somebody wrote, so end it there");
  CHECK(desk.store.texts.empty());
  // In another namespace it is another one.
  CHECK(desk.Set(Of(Drill("a", kNow + std::chrono::hours(2)), "shop")));
}

TEST_CASE("One that has long ended may be set again while this pod still has the old one") {
  Desk desk;
  const Override ended = Drill("a", kNow + std::chrono::hours(1));
  REQUIRE(desk.Set(ended));
  desk.Read({ended});
  desk.clock.Set(kNow + std::chrono::hours(3));
  REQUIRE(desk.Set(Drill("a", kNow + std::chrono::hours(5))));
  CHECK(desk.Standing() == "a?");
}

TEST_CASE("One that another pod has removed may be set again while this pod still has it, and is not shown") {
  Desk desk;
  const Override each = Drill("a", kNow + std::chrono::hours(1));
  REQUIRE(desk.Set(each));
  desk.Read({each});
  desk.store.texts.erase("a");
  CHECK(desk.Standing() == "");
  REQUIRE(desk.Set(Drill("a", kNow + std::chrono::hours(2))));
  CHECK(desk.Standing() == "a?");
}

TEST_CASE("Without a from it counts since the tick that has just been, and goes on where the same is asked for again") {
  Desk desk;
  desk.clock.Set(kNow + std::chrono::seconds(16));  // of the tick at 0 s: that at 15 s is decided 2 s later
  Override asked = Drill("a", kNow + std::chrono::hours(1));
  asked.from.reset();
  CHECK(desk.Set(asked).value().now.from == kNow);
  const OverrideTexts texts = desk.store.texts;
  desk.clock.Set(kNow + std::chrono::minutes(10));
  CHECK(desk.Set(asked).value().now.from == kNow);
  CHECK(desk.store.texts == texts);
  SECTION("with a later end") {
    asked.until += std::chrono::hours(1);
    CHECK(desk.Set(asked).value().now.from == kNow);
  }
  SECTION("not where it says something else") {
    asked.reason = "another drill";
    CHECK(desk.Set(asked).value().now.from == kNow + std::chrono::minutes(10) - std::chrono::seconds(15));
  }
  SECTION("not where it was not to begin yet, or has ended") {
    const bool ended = GENERATE(false, true);
    asked.from = kNow + std::chrono::minutes(20);
    asked.until = kNow + std::chrono::minutes(30);
    CHECK(desk.Set(asked).value().now.from == asked.from);
    const Timestamp now = kNow + std::chrono::minutes(ended ? 40 : 15);
    desk.clock.Set(now);
    asked.from.reset();
    asked.until = kNow + std::chrono::hours(2);
    CHECK(desk.Set(asked).value().now.from == now - std::chrono::seconds(15));
  }
}

TEST_CASE("One is in force although what has ended cannot be cleaned up, which is logged") {
  Desk desk;
  REQUIRE(desk.Set(Drill("ended", kNow + std::chrono::hours(1))));
  desk.clock.Set(kNow + std::chrono::hours(3));
  desk.store.keeps = "ended";
  REQUIRE(desk.Set(Drill("a", kNow + std::chrono::hours(5))));
  CHECK(desk.Standing() == "a?");
  CHECK(desk.log.Field("overrides_not_cleaned", "problem") == "ended stays");
  REQUIRE(desk.desk.Remove("a"));
  CHECK(desk.Standing() == "");
}

TEST_CASE("What people wrote where overrides are kept is neither replaced nor removed") {
  const Override ended = Drill("team", kNow - std::chrono::hours(2));
  const Override in_force = Drill("incident-floor", kNow + std::chrono::hours(1));
  const std::string text = GENERATE_COPY(OverrideText(ended) + "---\n" + OverrideText(in_force), OverrideText(in_force),
                                         OverrideText(ended) + "---\nspec: [", std::string("kind: Override\nspec: ["),
                                         std::string("# nothing yet\n"));
  CAPTURE(text);
  Desk desk;
  desk.store.texts["team"] = text;
  REQUIRE(desk.Set(Drill("unrelated", kNow + std::chrono::hours(1))));
  const auto set = desk.Set(Drill("team", kNow + std::chrono::hours(1)));
  REQUIRE_FALSE(set);
  CHECK(set.error().code == Code::kAlreadyExists);
  CHECK(set.error().message ==
        "memory has at team what is not this override alone, so that somebody wrote it: change it there, or give this "
        "one another name");
  const auto removed = desk.desk.Remove("team");
  REQUIRE_FALSE(removed);
  CHECK(removed.error().code == Code::kNotFound);
  CHECK(desk.desk.Remove("unrelated"));
  desk.Read({ended});
  desk.desk.Sweep();
  CHECK(desk.store.texts == OverrideTexts{{"team", text}});
}

TEST_CASE("An override of another namespace that has the name is not ended by setting one") {
  Desk desk;
  const Override of_data = Of(Drill("a", kNow + std::chrono::hours(1)), "data");
  REQUIRE(desk.Set(of_data));
  const OverrideTexts before = desk.store.texts;
  const auto set = desk.Set(Of(of_data, "shop"));
  REQUIRE_FALSE(set);
  CHECK(set.error().code == Code::kAlreadyExists);
  CHECK(set.error().message == "memory keeps an Override data/a of that name: give this one another name");
  CHECK(desk.store.texts == before);
}

TEST_CASE("What has ended is cleaned up an hour later by any pod, and never before") {
  Desk desk;
  const Override ends = Drill("ends", kNow + std::chrono::hours(1));
  const Override stays = Drill("stays", kNow + std::chrono::hours(9));
  REQUIRE(desk.Set(ends));
  REQUIRE(desk.Set(stays));
  desk.store.texts["spoiled"] = "kind: Override\nspec: [";
  desk.Read({ends, stays});
  const int before = desk.store.changes;
  for (const Duration later :
       {Duration(0), Duration(std::chrono::minutes(119)), Duration(std::chrono::hours(2)) - Duration(1)}) {
    desk.clock.Set(kNow + later);
    desk.desk.Sweep();
    CHECK(desk.store.texts.size() == 3);
    CHECK(desk.store.changes == before);  // nor is the store asked for nothing
  }
  CHECK(desk.Standing() == "stays!");  // what has ended is not shown, though it is kept
  SECTION("by the sweep") {
    desk.clock.Set(kNow + std::chrono::hours(2));
    desk.desk.Sweep();
    CHECK(desk.log.Field("overrides_cleaned", "names") == "ends");
  }
  SECTION("by who sets another one") {
    desk.clock.Set(kNow + std::chrono::hours(2));
    REQUIRE(desk.Set(stays));
  }
  SECTION("by who removes another one") {
    REQUIRE(desk.Set(Drill("third", kNow + std::chrono::hours(9))));
    desk.clock.Set(kNow + std::chrono::hours(2));
    REQUIRE(desk.desk.Remove("third"));
  }
  CHECK(desk.store.texts.size() == 2);
  CHECK(desk.store.texts.contains("stays"));
  CHECK(desk.store.texts.contains("spoiled"));
}

TEST_CASE("While the store cannot be asked those that this pod has read are shown, and nothing is set") {
  Desk desk;
  const Override each = Drill("a", kNow + std::chrono::hours(1));
  REQUIRE(desk.Set(each));
  desk.Read({each});
  desk.store.problem = "the API server is away";
  CHECK(desk.Standing() == "a!(unknown)");
  CHECK(desk.desk.Standing().problem == "the API server is away");
  CHECK(desk.Set(each).error().message == "the API server is away");
  CHECK(desk.desk.Remove("a").error().message == "the API server is away");
  desk.clock.Set(kNow + std::chrono::hours(3));
  desk.desk.Sweep();
  CHECK(desk.log.Field("overrides_not_cleaned", "problem") == "the API server is away");
}

TEST_CASE("Without a place to keep them none can be set, and that is said") {
  Desk with;
  OverrideDesk desk(nullptr, with.shelf, with.clock, with.log);
  CHECK(desk.Where().empty());
  const Override each = Drill("a", kNow + std::chrono::hours(1));
  CHECK(desk.Set(each).error().message ==
        "overrides can be kept nowhere: set kubernetes.enabled, overrides.path or dataDir");
  CHECK(desk.Remove("a").error().code == Code::kFailedPrecondition);
  with.Read({}, {each});
  CHECK(desk.Standing().overrides.size() == 1);
  desk.Sweep();
}

}  // namespace
}  // namespace loadline
