// How much of the journal one answer of /api/v1/timeline may take.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "api/timeline_page.h"
#include "support/simulated_clock.h"
#include "unit/api/page_fixtures.h"

namespace loadline {
namespace {

using nlohmann::json;

// So much passes from look to look, after the first `quick` of them: what is done between two takes time.
class PassingClock : public testing::SimulatedClock {
 public:
  explicit PassingClock(Duration passes, int quick = 0)
      : SimulatedClock(testing::TickTime(0)), passes_(passes), quick_(quick) {}
  Duration Running() const override { return running_ += --quick_ < 0 ? passes_ : Duration(0); }
  Duration passed() const { return running_; }

 private:
  const Duration passes_;
  mutable int quick_;
  mutable Duration running_{0};
};

class TimedController : public testing::FakeController {
 public:
  explicit TimedController(Clock& clock) : FakeController(nullptr, nullptr), clock_(clock) {}
  Clock& clock() const override { return clock_; }

 private:
  Clock& clock_;
};

// Of some triggers a record for each second, without an end.
class EndlessJournal : public DecisionJournal {
 public:
  explicit EndlessJournal(int triggers) : triggers_(triggers) {}

  Result<AppendOutcome> Append(const JournalBatch&) override { return AppendOutcome{}; }
  Result<std::vector<BindingRecord>> FindBindings(const std::string&, const std::string&) override {
    std::vector<BindingRecord> all;
    for (int i = 0; i < triggers_; ++i) all.push_back(testing::SomeBinding(i));
    return all;
  }
  Result<PolicyRevision> FindPolicy(std::uint64_t) override { return Fail(Code::kNotFound, "none is kept"); }
  Result<std::vector<PolicyRevision>> Policies() override { return std::vector<PolicyRevision>{}; }
  Result<std::vector<DecisionRecord>> ReadBinding(const Uuid&, Timestamp until, std::size_t limit) override {
    std::vector<DecisionRecord> read(limit);
    for (std::size_t i = 0; i < limit; ++i) {
      read[i].tick = AlignDown(until, std::chrono::seconds(1)) - std::chrono::seconds(i);
      read[i].replicas = 3;
    }
    records += limit;
    return read;
  }
  Result<std::vector<DecisionRecord>> ReadAll(std::int64_t, std::size_t) override {
    return std::vector<DecisionRecord>{};
  }
  Result<JournalSize> Size() override { return JournalSize{}; }
  Result<std::size_t> DeleteOldest(Timestamp, std::size_t) override { return std::size_t{0}; }
  void Interrupt() override {}

  std::size_t records = 0;  // that were read

 private:
  const int triggers_;
};

json LinesOf(EndlessJournal& journal, Clock& clock, Duration span = std::chrono::hours(24 * 30)) {
  const TimedController controller(clock);
  const Instruments instruments;
  const testing::FakeKeda keda;
  testing::FixedPolicies source{{}};
  const PolicyShelf shelf{source};
  AdminSources sources{controller, instruments, keda, shelf};
  sources.history = &journal;
  const std::string from = FormatTimestamp(clock.Now() - span);
  const ServerResponse response =
      TimelinePage(sources, {"GET",
                             "/api/v1/timeline",
                             {{"namespace", "data"}, {"name", "app"}, {"from", from}, {"limit", "1000"}},
                             "",
                             {},
                             "",
                             ""});
  REQUIRE(response.status == 200);
  return json::parse(response.body)["bindings"];
}

TEST_CASE("A time line reads 20,000 records of one trigger at most, and 50,000 of all that it shows") {
  const auto [triggers, each] = GENERATE(std::pair(1, 20'000), std::pair(4, 12'500), std::pair(10, 5'000));
  CAPTURE(triggers);
  PassingClock clock{Duration(0)};
  EndlessJournal journal(triggers);
  const json lines = LinesOf(journal, clock);
  REQUIRE(lines.size() == static_cast<std::size_t>(triggers));
  for (const json& line : lines) {
    CHECK(line["records"] == each);
    CHECK(line["complete"] == false);
    CHECK_FALSE(line["points"].empty());
  }
  CHECK(journal.records == static_cast<std::size_t>(triggers) * static_cast<std::size_t>(each));
}

TEST_CASE("A time line ends when its time is over, and then has the latest of each trigger") {
  const int triggers = GENERATE(1, 3);
  CAPTURE(triggers);
  PassingClock clock{Duration(5)};
  EndlessJournal journal(triggers);
  const json lines = LinesOf(journal, clock);
  CHECK(clock.passed() > Duration(1'900));
  CHECK(clock.passed() < Duration(4'100));
  CHECK(journal.records <= 500 * static_cast<std::size_t>(triggers));
  REQUIRE(lines.size() == static_cast<std::size_t>(triggers));
  for (const json& line : lines) {
    CHECK(line["complete"] == false);
    REQUIRE_FALSE(line["points"].empty());
    CHECK(line["points"].back()["time"] == FormatTimestamp(clock.Now() - std::chrono::seconds(1)));
  }
}

TEST_CASE("A time line that was read, and has no time for all of its points, has the latest") {
  EndlessJournal journal(1);
  PassingClock clock{Duration(50), 650};
  const json line = LinesOf(journal, clock, std::chrono::seconds(600))[0];
  CHECK(line["records"] == 600);
  CHECK(line["complete"] == false);
  CHECK(clock.passed() < Duration(4'100));
  CHECK(line["points"].size() >= 70);
  CHECK(line["points"].size() <= 130);
  CHECK(line["points"].back()["time"] == FormatTimestamp(clock.Now() - std::chrono::seconds(1)));
  PassingClock fast{Duration(0)};
  CHECK(LinesOf(journal, fast, std::chrono::seconds(600))[0]["complete"] == true);
}

}  // namespace
}  // namespace loadline
