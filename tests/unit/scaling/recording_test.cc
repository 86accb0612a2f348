#include "scaling/recording.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

namespace loadline {
namespace {

const std::string kText =
    "# loadline recording 1\n"
    "# object payments/worker\n"
    "# parameter topic=a=b\n"
    "# interval 15s\n"
    "# from 1970-01-01T00:01:00Z\n"
    "# query q1 default sum(lag{topic=\"a,b\"})\n"
    "# query q2 other up\n"
    "time,q1,q2\n"
    "1970-01-01T00:00:45Z,80,empty\n"
    "1970-01-01T00:01:15Z,,partial:2.5\n";

bool Same(const Recording& a, const Recording& b) { return FormatRecording(a) == FormatRecording(b); }

TEST_CASE("A recording says what was read at each tick, and of ticks without a row that nothing is known") {
  const Result<Recording> read = ParseRecording(kText);
  REQUIRE(read);
  CHECK(read->object_namespace == "payments");
  CHECK(read->object == "worker");
  CHECK(read->parameters == std::map<std::string, std::string>{{"topic", "a=b"}});
  CHECK(read->begin == Timestamp(std::chrono::seconds(45)));
  CHECK(read->from == Timestamp(std::chrono::seconds(60)));
  CHECK(read->ticks == 3);
  using S = ReadingState;
  CHECK(read->queries[0].readings == std::vector<Reading>{{80, S::kValue}, {0, S::kFailed}, {0, S::kFailed}});
  CHECK(read->queries[1].readings == std::vector<Reading>{{0, S::kEmpty}, {0, S::kFailed}, {2.5, S::kPartial}});
  CHECK(read->Find("default", "sum(lag{topic=\"a,b\"})") == 0);
  CHECK(read->Find("default", "up") == -1);
  CHECK(read->Find("other", " up\n") == 1);
}

TEST_CASE("A recording that is written and read is the same") {
  const auto seed = GENERATE(take(20, random(1, 1'000'000)));
  INFO("seed " << seed);
  std::mt19937 random(static_cast<unsigned>(seed));
  Recording recording;
  recording.begin = Timestamp(std::chrono::seconds(1'700'000'010 / 15 * 15));
  recording.from = recording.begin + std::chrono::minutes(1);
  recording.ticks = 1 + random() % 50;
  recording.parameters = {{"k", "v w"}};
  for (const char* text : {"sum(a)", "rate(b{c=~\"d|e\"}[1m]) > 0"}) {
    recording.queries.push_back({"default", text, {}});
    for (std::size_t i = 0; i < recording.ticks; ++i) {
      const auto state = static_cast<ReadingState>(random() % 7);
      const bool number = state == ReadingState::kValue || state == ReadingState::kPartial;
      recording.queries.back().readings.push_back(
          {number ? std::uniform_real_distribution<double>(-1e9, 1e9)(random) : 0, state});
    }
  }
  const Result<Recording> read = ParseRecording(FormatRecording(recording));
  REQUIRE(read);
  CHECK(read->ticks == recording.ticks);
  CHECK(read->from == recording.from);
  for (std::size_t q = 0; q < 2; ++q) CHECK(read->queries[q].readings == recording.queries[q].readings);
  CHECK(Same(*read, recording));
}

TEST_CASE("What is wrong with a recording is told with its line") {
  const std::string head = "# loadline recording 1\n# query q default up\n";
  struct Row {
    std::string text;
    std::string message;
  };
  const Row row = GENERATE_COPY(values<Row>({
      {"time,q\n", "line 1: want \"# loadline recording 1\"; found \"time,q\""},
      {head, "line 2: want a line such as time,q1, and rows; found \"\""},
      {head + "time,q\n", "line 3: want rows; found \"\""},
      {head + "time,x\n", "line 3: no # query is called x; found \"time,x\""},
      {head + "time,q\n7,1\n", "line 4: want times that are multiples of 15s; found \"7,1\""},
      {head + "time,q\n15,1\n15,1\n", "line 5: rows are in the order of time, each time once; found \"15,1\""},
      {head + "time,q\n15,1\n0,1\n", "line 5: rows are in the order of time; found \"0,1\""},
      {head + "time,q\n15,1,2\n", "line 4: want 2 cells, as the header; found \"15,1,2\""},
      {head + "time,q\n0,1\n15000000000,1\n", "line 5: the gap before it is too long; found \"15000000000,1\""},
      {head + "time,q\n15,nan\n",
       "line 4: want a number, empty, several, notFinite, failed, refused or partial:NUMBER in a cell; found "
       "\"15,nan\""},
      {"# loadline recording 1\n# interval 0\n",
       "line 2: want # interval DURATION, such as 15s; found \"# interval 0\""},
  }));
  const Result<Recording> read = ParseRecording(row.text);
  REQUIRE_FALSE(read);
  CHECK(read.error().message == row.message);
}

}  // namespace
}  // namespace loadline
