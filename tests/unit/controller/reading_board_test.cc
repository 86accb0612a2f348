#include "controller/reading_board.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <thread>

#include "support/eventually.h"
#include "support/fake_sources.h"
#include "support/random_world.h"
#include "unit/controller/gate_source.h"

namespace loadline {
namespace {

using std::chrono::seconds;
using testing::Eventually;
using testing::Failed;
using testing::FakeMetricSource;
using testing::GateSource;
using testing::Value;

constexpr Duration kTick = seconds(15);
const Timestamp kStart{std::chrono::hours(480'000)};

Timestamp At(int tick) { return kStart + kTick * tick; }
Reading Empty() { return {0, ReadingState::kEmpty}; }

// What a source says at each tick, and why it does not.
using Saying = std::function<Reading(int tick)>;
Reading Tells(int tick) { return Value(tick); }
Reading Away(int) { return Failed(); }

// Asks for what is missing at `tick`, as a controller does. Returns the ticks asked, as {first, last}; {} for none.
std::vector<int> Fill(QueryReadings& readings, int tick, const Saying& say = Tells) {
  const auto question = readings.Missing(At(tick));
  if (!question) return {};
  const int first = static_cast<int>((question->begin - kStart) / kTick);
  const int last = static_cast<int>((question->end - kStart) / kTick);
  Answer answer;
  for (int each = first; each <= last; ++each) answer.readings.push_back(say(each));
  if (answer.readings.back().state != ReadingState::kValue) answer.problem = "no luck at " + std::to_string(last);
  readings.Store(*question, std::move(answer));
  return {first, last};
}

// A window of four ticks, as text: "7 8 - _".
std::string Seen(const QueryReadings& readings, int tick, int ticks = 4) {
  std::string text;
  for (const Reading& reading : readings.At(At(tick), kTick * (ticks - 1)).ticks) {
    if (!text.empty()) text += " ";
    if (reading.state == ReadingState::kValue) {
      text += std::to_string(static_cast<int>(reading.value));
    } else {
      text += reading.state == ReadingState::kFailed ? "-" : "_";
    }
  }
  return text;
}

// Readings of four ticks, asked by nobody yet.
std::unique_ptr<QueryReadings> FourTicks() {
  auto readings = std::make_unique<QueryReadings>("default", "lag", kTick);
  readings->Need(kTick * 3);
  return readings;
}

using Ticks = std::vector<int>;

TEST_CASE("A window is filled by one range, then by an instant a tick; nothing is asked twice") {
  const auto readings = FourTicks();
  CHECK(Fill(*readings, 10) == Ticks{7, 10});
  CHECK(Fill(*readings, 10).empty());
  CHECK(Seen(*readings, 10) == "7 8 9 10");
  CHECK(Fill(*readings, 11) == Ticks{11, 11});
  CHECK(Seen(*readings, 11) == "8 9 10 11");
  CHECK(Seen(*readings, 11, 2) == "10 11");
}

TEST_CASE("Ticks at which the source failed are asked for again, with the next; what it said is not") {
  const auto readings = FourTicks();
  Fill(*readings, 10, [](int tick) { return tick == 9 ? Empty() : Tells(tick); });
  CHECK(Fill(*readings, 11, Away) == Ticks{11, 11});
  CHECK(Seen(*readings, 11) == "8 _ 10 -");
  CHECK(readings->At(At(11), kTick).problem == "no luck at 11");
  CHECK(Fill(*readings, 11, Away) == Ticks{11, 11});
  CHECK(Fill(*readings, 12, Away) == Ticks{11, 12});
  CHECK(Fill(*readings, 13) == Ticks{11, 13});
  CHECK(Seen(*readings, 13) == "10 11 12 13");
  CHECK(readings->At(At(13), kTick).problem.empty());
  CHECK(Fill(*readings, 14) == Ticks{14, 14});
}

TEST_CASE("What has left the window is not asked for again") {
  const auto readings = FourTicks();
  Fill(*readings, 10, Away);
  CHECK(Fill(*readings, 20, Away) == Ticks{17, 20});
  CHECK(Fill(*readings, 22) == Ticks{19, 22});
}

TEST_CASE("A failure never takes the place of what was known") {
  const auto readings = FourTicks();
  Fill(*readings, 10);
  Fill(*readings, 11, Away);
  // 11 is still unknown, so that 11 and 12 are asked as a range; the source knows 12 alone.
  Fill(*readings, 12, [](int tick) { return tick == 11 ? Failed() : Tells(tick); });
  CHECK(Seen(*readings, 12) == "9 10 - 12");
  CHECK(Fill(*readings, 13, Away) == Ticks{11, 13});
  CHECK(Seen(*readings, 13) == "10 - 12 -");

  // A second policy needs more of the past, and the source is away.
  readings->Need(kTick * 9);
  CHECK(Fill(*readings, 14, Away) == Ticks{5, 14});
  CHECK(Seen(*readings, 14, 10) == "- - - 8 9 10 - 12 - -");
}

TEST_CASE("A window that grows is filled to its new length") {
  const auto readings = FourTicks();
  Fill(*readings, 10);
  readings->Need(kTick * 20);
  CHECK(Fill(*readings, 10) == Ticks{-10, 10});
  readings->Need(kTick * 3);
  CHECK(Fill(*readings, 11) == Ticks{11, 11});
}

TEST_CASE("Two threads: who is a tick behind has its whole window, and takes nothing from the other") {
  const auto readings = FourTicks();
  Fill(*readings, 10);
  Fill(*readings, 11);
  CHECK(Fill(*readings, 10).empty());
  CHECK(Seen(*readings, 10) == "7 8 9 10");

  // Both ask at once, and the one that is behind hears last.
  const auto late = readings->Missing(At(12));
  REQUIRE(late);
  Fill(*readings, 13, [](int tick) { return tick == 13 ? Empty() : Tells(tick); });
  readings->Store(*late, {{Failed()}, "too late"});
  CHECK(Seen(*readings, 13) == "10 11 12 _");
  CHECK(readings->At(At(13), kTick).problem == "no luck at 13");
  CHECK(readings->At(At(12), kTick).problem.empty());
}

TEST_CASE("Two threads that both ask for the first time: the later tick's readings stay") {
  const auto readings = FourTicks();
  const auto behind = readings->Missing(At(10));
  REQUIRE(behind);
  Fill(*readings, 11);
  readings->Store(*behind, {{Value(7), Value(8), Value(9), Value(10)}, ""});
  CHECK(Seen(*readings, 11) == "8 9 10 11");
  CHECK(Seen(*readings, 10) == "7 8 9 10");
}

TEST_CASE("After the clock was set back the window is asked for again, and what was read past it is dropped") {
  const auto readings = FourTicks();
  Fill(*readings, 100);
  CHECK(Fill(*readings, 20) == Ticks{17, 20});
  CHECK(Seen(*readings, 20) == "17 18 19 20");
  CHECK(Fill(*readings, 21) == Ticks{21, 21});

  // By a part of the window only.
  Fill(*readings, 17, [](int tick) { return Value(1000 + tick); });
  CHECK(Seen(*readings, 17) == "1014 1015 1016 1017");
  CHECK(Fill(*readings, 18) == Ticks{18, 18});
}

TEST_CASE("A tick that nobody asked for is a failure, not a hole") {
  const auto readings = FourTicks();
  CHECK(Seen(*readings, 10) == "-");
  Fill(*readings, 10);
  CHECK(Seen(*readings, 11) == "-");
  CHECK(readings->At(At(11), kTick).problem == "not asked in time");
  CHECK(Seen(*readings, 1) == "-");
}

// The same as QueryReadings, slow and obvious: a map by tick.
struct Reference {
  std::map<int, Reading> known;
  int window = 0;
  int end = 0;

  std::vector<int> Missing(int now) const {
    for (int tick = now - window; tick <= now; ++tick) {
      const auto found = known.find(tick);
      if (found == known.end() || found->second.state == ReadingState::kFailed) return {tick, now};
    }
    return {};
  }
  void Store(int first, const std::vector<Reading>& said) {
    const int last = first + static_cast<int>(said.size()) - 1;
    if (end - last > 2) {  // the clock was set back
      known.erase(known.upper_bound(last), known.end());
      end = last;
    }
    if (first > end + 1) known.clear();
    end = known.empty() ? last : std::max(end, last);
    for (int tick = first; tick <= last; ++tick) {
      const Reading& reading = said[static_cast<std::size_t>(tick - first)];
      const auto found = known.find(tick);
      if (found == known.end() || reading.state != ReadingState::kFailed) known[tick] = reading;
    }
    known.erase(known.begin(), known.lower_bound(end - window - 2));
  }
};

TEST_CASE("Readings are those of a slow reference, whatever the source and the clock do") {
  const unsigned seed = testing::SeedOfRun() + GENERATE(range(0u, 20u));
  CAPTURE(seed);
  std::mt19937 random(seed);
  auto chance = [&](unsigned percent) { return random() % 100 < percent; };
  QueryReadings readings("default", "lag", kTick);
  Reference reference;
  int now = 1000;
  int asked = 0;
  for (int step = 0; step < 400; ++step) {
    CAPTURE(step, now);
    if (chance(5) || step == 0) {
      reference.window = std::max(reference.window, static_cast<int>(random() % 24));
      readings.Need(kTick * reference.window);
    }
    const bool away = chance(25);
    std::vector<Reading> said;
    const Ticks ticks = Fill(readings, now, [&](int tick) {
      said.push_back(away || chance(5) ? Failed() : chance(10) ? Empty() : Value(tick * 1000 + step));
      return said.back();
    });
    REQUIRE(ticks == reference.Missing(now));
    if (!ticks.empty()) {
      reference.Store(ticks[0], said);
      ++asked;
    }
    const std::vector<Reading> seen = readings.At(At(now), kTick * reference.window).ticks;
    REQUIRE(std::ssize(seen) == reference.window + 1);
    for (int i = 0; i <= reference.window; ++i) {
      REQUIRE(seen[static_cast<std::size_t>(i)] == reference.known.at(now - reference.window + i));
    }
    // Mostly on by a tick; the other thread may be one behind; clocks jump both ways.
    now += chance(5)   ? -1
           : chance(4) ? static_cast<int>(random() % 60)
           : chance(4) ? -static_cast<int>(random() % 60)
                       : 1;
  }
  CHECK(asked > 200);
}

PlannedQuery Query(const std::string& text, const std::string& source = "default", Duration window = kTick) {
  return {source, text, window};
}

TEST_CASE("Readings are shared by source and text, reach back for who needs most, and are gone with the last user") {
  ReadingBoard board({}, kTick);
  auto one = board.Use(Query("lag"));
  CHECK(board.Use(Query("lag", "default", kTick * 9)) == one);
  CHECK(board.Use(Query("lag", "other")) != one);
  CHECK(board.Use(Query("depth")) != one);
  CHECK(one->Missing(At(10))->begin == At(1));

  const std::weak_ptr<QueryReadings> gone = one;
  one.reset();
  CHECK(gone.expired());
  // Made anew: the window is that of who uses it now.
  CHECK(board.Use(Query("lag"))->Missing(At(10))->begin == At(9));
}

TEST_CASE("A source is for the namespaces that it names; without names for all") {
  ReadingBoard board({{"default", "", {}, nullptr}, {"private", "", {"data", "team-*"}, nullptr}}, kTick);
  CHECK(board.MayUse("default", "anything"));
  CHECK(board.MayUse("private", "data"));
  CHECK(board.MayUse("private", "team-a"));
  const Status refused = board.MayUse("private", "web");
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == Error{Code::kPermissionDenied, "source private may not be used from namespace web"});
  const Status unknown = board.MayUse("thanos", "data");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error() ==
        Error{Code::kFailedPrecondition, "source thanos is not configured; there is default and private"});
  CHECK(ReadingBoard({}, kTick).MayUse("thanos", "data").error().message ==
        "source thanos is not configured; there is none");
}

TEST_CASE("All sources are asked at the same time") {
  std::atomic<int> here{0};
  std::atomic<int> met{0};
  std::vector<NamedSource> sources;
  for (const char* name : {"a", "b", "c"}) {
    sources.push_back({name, "", {}, std::make_shared<FakeMetricSource>([&](const std::string&, Timestamp) {
                         ++here;
                         if (Eventually([&] { return here == 3; })) ++met;
                         return Value(1);
                       })});
  }
  ReadingBoard board(std::move(sources), kTick);
  std::vector<std::shared_ptr<QueryReadings>> readings;
  for (const char* name : {"a", "b", "c"}) readings.push_back(board.Use(Query("lag", name, Duration(0))));
  board.Fill(readings, At(10), seconds(10));
  CHECK(met == 3);
}

TEST_CASE("Who fills is told of each source as soon as it has been read, once, and does not wait for the others") {
  const auto slow = std::make_shared<GateSource>();
  ReadingBoard board({{"fast", "", {}, std::make_shared<GateSource>()}, {"slow", "", {}, slow}}, kTick);
  const std::vector<std::shared_ptr<QueryReadings>> readings = {
      board.Use(Query("lag", "slow")), board.Use(Query("lag", "fast")), board.Use(Query("depth", "fast"))};
  std::mutex mutex;
  std::vector<std::string> read;
  auto so_far = [&] {
    const std::lock_guard lock(mutex);
    return read;
  };
  slow->Shut();
  std::jthread filling([&] {
    board.Fill(readings, At(10), seconds(9), [&](const std::string& source) {
      const std::lock_guard lock(mutex);
      read.push_back(source);
    });
  });
  CHECK(Eventually([&] { return slow->held() == 1; }));
  CHECK(Eventually([&] { return so_far() == std::vector<std::string>{"fast"}; }));
  CHECK_FALSE(readings[1]->Missing(At(10)));
  CHECK(readings[0]->Missing(At(10)));
  slow->Open();
  filling.join();
  CHECK(so_far() == std::vector<std::string>{"fast", "slow"});
  CHECK_FALSE(readings[0]->Missing(At(10)));
}

TEST_CASE("A source gets all its questions at once, with the budget, and is left alone where none is open") {
  struct Recorder : MetricSource {
    std::vector<Answer> Ask(const std::vector<Question>& questions, Duration budget) override {
      calls.emplace_back(questions.size(), budget);
      return std::vector<Answer>(questions.size(), Answer{{Value(1)}, ""});
    }
    std::vector<std::pair<std::size_t, Duration>> calls;
  };
  const auto source = std::make_shared<Recorder>();
  const auto idle = std::make_shared<Recorder>();
  ReadingBoard board({{"default", "", {}, source}, {"idle", "", {}, idle}}, kTick);
  const std::vector<std::shared_ptr<QueryReadings>> readings = {board.Use(Query("lag", "default", Duration(0))),
                                                                board.Use(Query("depth", "default", Duration(0)))};
  board.Fill(readings, At(10), seconds(9));
  board.Fill(readings, At(10), seconds(9));
  CHECK(source->calls == std::vector<std::pair<std::size_t, Duration>>{{2, seconds(9)}});
  CHECK(idle->calls.empty());
}

TEST_CASE("The state of a source is that of the last time it was asked") {
  Reading said = Value(1);
  ReadingBoard board(
      {{"default", "http://prom:9090", {}, std::make_shared<FakeMetricSource>([&](const std::string& query, Timestamp) {
          return query == "good" ? Value(1) : said;
        })}},
      kTick);
  const std::vector<std::shared_ptr<QueryReadings>> lag = {board.Use(Query("lag"))};
  auto state = [&] { return board.SourceStates().at(0); };
  CHECK(state().name == "default");
  CHECK(state().address == "http://prom:9090");
  CHECK(state().ok);
  CHECK(state().last_ok == Timestamp());

  board.Fill(lag, At(10), seconds(9));
  CHECK(state().ok);
  CHECK(state().last_ok == At(10));

  said = Failed();
  board.Fill(lag, At(11), seconds(9));
  CHECK_FALSE(state().ok);
  CHECK(state().problem == "as the test says");
  CHECK(state().last_ok == At(10));

  // One query of two had an answer: it is there, but not well.
  board.Fill({lag[0], board.Use(Query("good"))}, At(12), seconds(9));
  CHECK_FALSE(state().ok);
  CHECK(state().last_ok == At(12));

  // An empty result is an answer.
  said = Empty();
  board.Fill(lag, At(13), seconds(9));
  CHECK(state().ok);
  CHECK(state().problem.empty());
  CHECK(state().last_ok == At(13));
}

}  // namespace
}  // namespace loadline
