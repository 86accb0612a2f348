#include "controller/query_history.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/fake_sources.h"
#include "unit/controller/pod.h"

namespace loadline {
namespace {

using std::chrono::minutes;
using testing::Failed;
using testing::kStart;
using testing::Value;

Timestamp At(int minute) { return kStart + minutes(minute); }

// Says the number of the minute.
Reading Tells(const std::string&, Timestamp time) { return Value(static_cast<double>((time - kStart) / minutes(1))); }

using Stretch = std::pair<int, int>;

// Asks for all that is missing; returns what was asked, in minutes.
std::vector<Stretch> Fill(QueryHistory& history, int end, std::size_t most_points,
                          const testing::FakeMetricSource::Said& said = Tells) {
  testing::FakeMetricSource source(said);
  std::vector<Stretch> asked;
  while (const auto question = history.Missing(At(end), most_points)) {
    asked.emplace_back((question->begin - kStart) / minutes(1), (question->end - kStart) / minutes(1));
    if (!history.Store(*question, source.Ask({*question}, minutes(1)).front())) break;
  }
  return asked;
}

std::vector<double> Minutes(int first, int last) {
  std::vector<double> values;
  for (int minute = first; minute <= last; ++minute) values.push_back(minute);
  return values;
}

TEST_CASE("A history is fetched in chunks, the newest first, and then only extended") {
  QueryHistory history("default", "load", false, minutes(1), 2);
  history.Need(10);
  CHECK(Fill(history, 100, 5) == std::vector<Stretch>{{96, 100}, {91, 95}, {89, 90}});
  CHECK(history.UpTo(At(100), 10) == Minutes(91, 100));
  CHECK(Fill(history, 100, 5).empty());
  CHECK(Fill(history, 103, 5) == std::vector<Stretch>{{101, 103}});
  CHECK(history.UpTo(At(103), 10) == Minutes(94, 103));
  CHECK(history.UpTo(At(101), 10) == Minutes(92, 101));
}

TEST_CASE("A history that was extended equals one that was fetched at once") {
  QueryHistory one("default", "load", false, minutes(1), 2);
  QueryHistory two("default", "load", false, minutes(1), 2);
  one.Need(10);
  two.Need(10);
  for (int end = 80; end <= 100; end += 3) Fill(one, end, 4);
  Fill(two, 98, 100);
  CHECK(one.UpTo(At(98), 10) == two.UpTo(At(98), 10));
}

TEST_CASE("What could not be had is asked for again, and what is known stays") {
  QueryHistory history("default", "load", false, minutes(1), 0);
  history.Need(10);
  Fill(history, 100, 5);
  const auto away = [](const std::string&, Timestamp) { return Failed(); };
  CHECK(Fill(history, 103, 5, away) == std::vector<Stretch>{{101, 103}});
  CHECK(Fill(history, 106, 5) == std::vector<Stretch>{{101, 105}, {106, 106}});
  CHECK(history.UpTo(At(106), 10) == Minutes(97, 106));

  SECTION("of a first fetch, too") {
    QueryHistory fresh("default", "load", false, minutes(1), 0);
    fresh.Need(10);
    const auto half = [](const std::string& query, Timestamp time) {
      return time > At(95) ? Tells(query, time) : Failed();
    };
    CHECK(Fill(fresh, 100, 5, half) == std::vector<Stretch>{{96, 100}, {91, 95}});
    CHECK(Fill(fresh, 102, 5) == std::vector<Stretch>{{101, 102}, {93, 95}});
    CHECK(fresh.UpTo(At(102), 10) == Minutes(93, 102));
  }
}

TEST_CASE("After an outage that is longer than the history, it is fetched anew") {
  QueryHistory history("default", "load", false, minutes(1), 0);
  history.Need(10);
  Fill(history, 100, 5);
  CHECK(Fill(history, 200, 100) == std::vector<Stretch>{{191, 200}});
  CHECK(history.UpTo(At(200), 10) == Minutes(191, 200));
}

TEST_CASE("What is no number is not known; nothing is never zero unless the policy says so") {
  const auto said = [](const std::string& query, Timestamp time) {
    if (time == At(97)) return Reading{7, ReadingState::kPartial};
    if (time == At(98)) return Reading{0, ReadingState::kEmpty};
    if (time == At(99)) return Reading{0, ReadingState::kSeveral};
    if (time == At(100)) return Value(1e300);
    return Tells(query, time);
  };
  for (const bool empty_is_zero : {false, true}) {
    QueryHistory history("default", "load", empty_is_zero, minutes(1), 0);
    history.Need(10);
    Fill(history, 100, 100, said);
    const std::vector<double> values = history.UpTo(At(100), 5);
    CHECK(values[0] == 96);
    CHECK(std::isnan(values[1]));
    if (empty_is_zero) {
      CHECK(values[2] == 0);
    } else {
      CHECK(std::isnan(values[2]));
    }
    CHECK(std::isnan(values[3]));
    CHECK(std::isnan(values[4]));
  }
}

TEST_CASE("After the clock was set back no value of a time to come is left") {
  QueryHistory history("default", "load", false, minutes(1), 2);
  history.Need(10);
  Fill(history, 100, 100);
  // By less than the spare: the newer ones may stay, and are not looked at.
  CHECK(Fill(history, 99, 100).empty());
  CHECK(history.UpTo(At(99), 10) == Minutes(90, 99));
  const auto later = [](const std::string& query, Timestamp time) { return Value(1000 + Tells(query, time).value); };
  CHECK(Fill(history, 95, 100, later) == std::vector<Stretch>{{84, 88}});
  CHECK(history.UpTo(At(95), 3) == Minutes(93, 95));
  CHECK(Fill(history, 97, 100, later) == std::vector<Stretch>{{96, 97}});
  CHECK(history.UpTo(At(97), 2) == std::vector<double>{1096, 1097});
  CHECK(Fill(history, 20, 100) == std::vector<Stretch>{{9, 20}});
}

TEST_CASE("A history needs four bytes a value, however long it runs") {
  QueryHistory history("default", "load", false, minutes(1), 60);
  history.Need(28 * 24 * 60);
  for (int end = 1'000'000; end < 1'000'000 + 3 * 40'000; end += 5'000) Fill(history, end, 11'000);
  CHECK(history.bytes() <= 4 * (28 * 24 * 60 + 60) * 9 / 8 + 4);
}

TEST_CASE("What is forgotten is asked anew, and an answer that comes afterwards is no part of it") {
  QueryHistory history("default", "load", false, minutes(1), 2);
  history.Need(10);
  Fill(history, 100, 100);
  const auto question = history.Missing(At(101), 100);
  REQUIRE(question);
  history.Forget();
  CHECK(history.UpTo(At(100), 10).empty());
  testing::FakeMetricSource source(Tells);
  CHECK(history.Store(*question, source.Ask({*question}, minutes(1)).front()));
  CHECK(history.UpTo(At(101), 10).empty());
  CHECK(Fill(history, 101, 100) == std::vector<Stretch>{{90, 101}});
  CHECK(history.UpTo(At(101), 10) == Minutes(92, 101));
}

}  // namespace
}  // namespace loadline
