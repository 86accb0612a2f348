// What was seen, written down and read again. LOADLINE_SEED=N repeats a run.
#include "scaling/observation_json.h"

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "support/random_language.h"

namespace loadline {
namespace {

using testing::Chance;
using testing::WholeText;
using testing::World;

RecordedObservation Seen() {
  RecordedObservation seen;
  seen.now = *ParseTimestamp("2026-11-24T06:00:00Z");
  seen.interval = std::chrono::seconds(15);
  seen.windows.push_back({{{12, ReadingState::kValue}, {12.5, ReadingState::kValue}, {}}, "prom:9090: no answer"});
  seen.windows.push_back({{{2, ReadingState::kPartial}}, ""});
  Override pin;
  pin.name = "drill";
  pin.object_namespace = "data";
  pin.object = "app";
  pin.kind = Override::Kind::kPin;
  pin.replicas = 6;
  pin.until = *ParseTimestamp("2026-11-24T18:00:00Z");
  pin.reason = "a drill";
  seen.overrides.push_back(pin);
  seen.calendars["holidays"] = {"holidays", {*ParseDateRange("2026-12-24..2026-12-26"), *ParseDateRange("2027-01-01")}};
  seen.forecasts = {std::nullopt, SignalForecast{.fitted = *ParseTimestamp("2026-11-24T05:00:00Z"),
                                                 .refit = std::chrono::hours(1),
                                                 .step = std::chrono::minutes(1),
                                                 .middle = {12, 13.5},
                                                 .upper = {20, 22},
                                                 .trust = {.on = true,
                                                           .reason = TrustReason::kBetter,
                                                           .ours = 0.25,
                                                           .naive = 0.5,
                                                           .rule = "last value",
                                                           .coverage = 0.75,
                                                           .shift = 2,
                                                           .corrected = 0.875,
                                                           .origins = 24},
                                                 .problem = ""}};
  const Timestamp fitted = *ParseTimestamp("2026-11-24T05:00:00Z");
  seen.learned = {std::make_shared<const LearnedNumber>(
                      LearnedNumber{.fitted = fitted, .value = 18.5, .low = 17.5, .count = 41, .needed = 12}),
                  nullptr,
                  std::make_shared<const LearnedNumber>(
                      LearnedNumber{.fitted = fitted, .count = 3, .needed = 10, .problem = "gone"})};
  seen.objective = ObjectiveReport{.fitted = *ParseTimestamp("2026-11-24T00:00:00Z"),
                                   .asked = 0.01,
                                   .chosen = {0.03, 0.009, 9.5},
                                   .outcomes = {{0.05, 0.02, 8}},
                                   .problem = "so far",
                                   .has_model = true};
  seen.levels = {{0, 0}, {3, 5}};
  return seen;
}

constexpr std::string_view kText =
    R"({"now":"2026-11-24T06:00:00.000Z","interval":"15s",)"
    R"("windows":[{"ticks":[12.0,12.5,"failed"],"problem":"prom:9090: no answer"},{"ticks":[{"partial":2.0}]}],)"
    R"("overrides":[{"name":"drill","namespace":"data","object":"app","pin":6.0,)"
    R"("until":"2026-11-24T18:00:00.000Z","reason":"a drill"}],)"
    R"("forecasts":[null,{"fitted":"2026-11-24T05:00:00.000Z","refit":"1h","step":"1m",)"
    R"("middle":[12.0,13.5],"upper":[20.0,22.0],"trust":{"on":true,"reason":"Better","ours":0.25,"naive":0.5,)"
    R"("rule":"last value","coverage":0.75,"shift":2.0,"corrected":0.875,"origins":24}}],)"
    R"("learned":[{"fitted":"2026-11-24T05:00:00.000Z","count":41,"needed":12,"value":18.5,"low":17.5,"high":"inf"},)"
    R"(null,{"fitted":"2026-11-24T05:00:00.000Z","count":3,"needed":10,"problem":"gone"}],)"
    R"("objective":{"fitted":"2026-11-24T00:00:00.000Z","asked":0.01,"chosen":[0.03,0.009,9.5],)"
    R"("outcomes":[[0.05,0.02,8.0]],"hasModel":true,"problem":"so far"},"levels":[null,[3,5]],)"
    R"("calendars":{"holidays":["2026-12-24..2026-12-26","2027-01-01"]}})";

TEST_CASE("An observation is one line, and comes back as it was") {
  CHECK(ObservationAsJson(Seen()) == kText);
  const Result<RecordedObservation> read = ParseObservation(kText);
  REQUIRE(read);
  CHECK(read->now == Seen().now);
  CHECK(read->interval == Seen().interval);
  CHECK(read->windows[0].ticks == Seen().windows[0].ticks);
  CHECK(read->forecasts == Seen().forecasts);
  REQUIRE(read->learned.size() == 3);
  CHECK(*read->learned[0] == *Seen().learned[0]);
  CHECK(read->learned[1] == nullptr);
  CHECK(*read->learned[2] == *Seen().learned[2]);
  CHECK(read->objective == Seen().objective);
  CHECK(read->levels == Seen().levels);
  CHECK(read->windows[0].problem == "prom:9090: no answer");
  CHECK(read->calendars.at("holidays").ranges == Seen().calendars.at("holidays").ranges);
  CHECK(ObservationAsJson(*read) == kText);
}

TEST_CASE("Every double comes back as it was") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  using Limits = std::numeric_limits<double>;
  std::vector<double> values = {0.0,
                                -0.0,
                                0.1,
                                1.0 / 3,
                                Limits::max(),
                                Limits::lowest(),
                                Limits::min(),
                                Limits::denorm_min(),
                                Limits::infinity(),
                                -Limits::infinity(),
                                Limits::quiet_NaN(),
                                9007199254740993.0,
                                1e22,
                                123456789012345680.0};
  for (int i = 0; i < 20'000; ++i) values.push_back(std::bit_cast<double>(random()));
  RecordedObservation seen = Seen();
  for (const ReadingState state :
       {ReadingState::kValue, ReadingState::kPartial, ReadingState::kNotFinite, ReadingState::kFailed}) {
    seen.windows[0].ticks.clear();
    for (const double value : values) seen.windows[0].ticks.push_back({value, state});
    const Result<RecordedObservation> read = ParseObservation(ObservationAsJson(seen));
    REQUIRE(read);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Reading& reading = read->windows[0].ticks[i];
      CAPTURE(i, values[i], reading.value);
      REQUIRE(reading.state == state);
      if (std::isnan(values[i])) {
        REQUIRE(std::isnan(reading.value));
      } else {
        REQUIRE(std::bit_cast<std::uint64_t>(reading.value) == std::bit_cast<std::uint64_t>(values[i]));
      }
    }
  }
}

TEST_CASE("Four readings alike are written once, and come back as four") {
  RecordedObservation seen = Seen();
  seen.windows.resize(1);
  std::vector<Reading>& ticks = seen.windows[0].ticks;
  const auto add = [&](int times, Reading reading) {
    ticks.insert(ticks.end(), static_cast<std::size_t>(times), reading);
  };
  ticks.clear();
  add(3, {1, ReadingState::kValue});
  add(4, {0, ReadingState::kEmpty});
  add(2, {0.0, ReadingState::kValue});
  add(2, {-0.0, ReadingState::kValue});
  add(240, {2.5, ReadingState::kPartial});
  const std::string text = ObservationAsJson(seen);
  CHECK(text.find(R"("ticks":[1.0,1.0,1.0,{"times":[4,"empty"]},0.0,0.0,-0.0,-0.0,{"times":[240,{"partial":2.5}]}])") !=
        std::string::npos);
  const Result<RecordedObservation> read = ParseObservation(text);
  REQUIRE(read);
  CHECK(read->windows[0].ticks == ticks);
}

TEST_CASE("What is no observation is refused, with the place") {
  struct Row {
    std::string text;
    std::string error;
  };
  const std::string head = R"("now":"2026-11-24T06:00:00Z","interval":"15s")";
  const auto ticks = [&](const std::string& list) { return "{" + head + R"(,"windows":[{"ticks":[)" + list + "]}]}"; };
  const auto more = [&](const std::string& field) { return "{" + head + R"(,"windows":[],)" + field + "}"; };
  const auto pin = [&](const std::string& what) {
    return more(R"("overrides":[{"name":"a","until":"2026-11-24T18:00:00Z","reason":"b")" + what + "}]");
  };
  const std::string reading =
      "want a number, or empty, several, notFinite, failed or refused, or such as {\"partial\": 2}";
  const auto learned = [&](const std::string& what) {
    return more(R"("learned":[{"fitted":"2026-11-24T05:00:00Z","needed":12,)" + what + "}]");
  };
  const Row row = GENERATE_COPY(values<Row>({
      {"[]", "observation: want a map; found []"},
      {"{}", "observation: want now; found nothing"},
      {"{" + head + "}", "observation: want windows; found nothing"},
      {more(R"("window":1)"), "observation: want known fields only; found window"},
      {R"({"now":7,"interval":"15s","windows":[]})", "observation now: want a text; found 7"},
      {R"({"now":"noon","interval":"15s","windows":[]})",
       "observation now: want a time such as 2026-11-24T06:00:00.000Z; found \"noon\""},
      {R"({"now":"2026-11-24T06:00:00Z","interval":"0s","windows":[]})",
       "observation interval: want a duration above 0, up to 1d; found \"0s\""},
      {R"({"now":"2026-11-24T06:00:00Z","interval":"2d","windows":[]})",
       "observation interval: want a duration above 0, up to 1d; found \"2d\""},
      {"{" + head + R"(,"windows":{}})", "observation windows: want a list; found {}"},
      {"{" + head + R"(,"windows":[7]})", "observation windows[0]: want a map; found 7"},
      {ticks(""), "observation windows[0].ticks: want one reading at least; found none"},
      {ticks(R"(1,"lost")"), "observation windows[0].ticks[1]: " + reading + "; found \"lost\""},
      {ticks(R"("value")"), "observation windows[0].ticks[0]: " + reading + "; found \"value\""},
      {ticks(R"(null)"), "observation windows[0].ticks[0]: " + reading + "; found null"},
      {ticks(R"({"partial":1,"value":2})"),
       "observation windows[0].ticks[0]: " + reading + "; found {\"partial\":1,\"value\":2}"},
      {ticks(R"({"times":[0,1]})"),
       "observation windows[0].ticks[0].times: want a count above 0 and a reading; found [0,1]"},
      {ticks(R"({"times":[2]})"),
       "observation windows[0].ticks[0].times: want a count above 0 and a reading; found [2]"},
      {ticks(R"({"times":[2,"lost"]})"), "observation windows[0].ticks[0].times[1]: " + reading + "; found \"lost\""},
      {ticks(R"({"times":[600000,1]},{"times":[600000,1]})"),
       "observation windows[0].ticks[1]: want 1000000 readings at most; found more"},
      {ticks(R"({"value":"much"})"),
       "observation windows[0].ticks[0].value: want a number, \"inf\", \"-inf\" or \"nan\"; found \"much\""},
      {pin(""), "observation overrides[0]: want one of pin, floor, ceiling and hold; found none"},
      {pin(R"(,"pin":1,"hold":true)"),
       "observation overrides[0]: want one of pin, floor, ceiling and hold; found several"},
      {pin(R"(,"pin":-1)"), "observation overrides[0].pin: want a number from 0 to 100000; found -1"},
      {pin(R"(,"hold":false)"), "observation overrides[0].hold: want true; found false"},
      {learned(R"("count":-1)"), "observation learned[0].count: want a count up to 1000000; found -1"},
      {learned(R"("count":20,"value":"inf")"),
       "observation learned[0]: want a finite value and low, and a high that is a number; found "
       R"({"fitted":"2026-11-24T05:00:00Z","needed":12,"count":20,"value":"inf"})"},
      {more(R"("calendars":[])"), "observation calendars: want a map; found []"},
      {more(R"("calendars":{"a":["soon"]})"), "observation calendars.a[0]: want a date or date..date; found \"soon\""},
  }));
  CAPTURE(row.text);
  const Result<RecordedObservation> read = ParseObservation(row.text);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Code::kInvalidArgument);
  CHECK(read.error().message == row.error);
}

TEST_CASE("What is no JSON is refused, with line and column") {
  for (const std::string text : {"", "{", "{\"now\": 1e999}", "\xff", "{\"now\": \"\x01\"}"}) {
    const Result<RecordedObservation> read = ParseObservation(text);
    REQUIRE_FALSE(read);
    CAPTURE(text, read.error().message);
    CHECK(read.error().message.starts_with("observation: not JSON: "));
  }
  CHECK(ParseObservation("{").error().message.starts_with("observation: not JSON: parse error at line 1, column 2"));
}

TEST_CASE("A problem in no UTF-8 is written all the same") {
  RecordedObservation seen = Seen();
  seen.windows[0].problem = "prom said \xff";
  const Result<RecordedObservation> read = ParseObservation(ObservationAsJson(seen));
  REQUIRE(read);
  CHECK(read->windows[0].problem == "prom said \xef\xbf\xbd");
}

TEST_CASE("A decision comes out the same again from what was written down of its inputs") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  testing::LanguageOptions options;
  options.listed_order = true;
  options.objectives = true;
  for (int round = 0; round < 1000; ++round) {
    const std::string spec = MakeAnySpec(chance, options).Yaml();
    World world = testing::MakeAnyWorld(chance, spec);
    for (std::vector<Reading>& readings : world.readings) {
      for (Reading& reading : readings) reading.value *= 1.0 / 3;  // with all of its digits
    }
    const std::string once = WholeText(world.policy, world.Decide());
    const std::string text = ObservationAsJson(Record(world.policy, world.Seen()));
    CAPTURE(spec, text);
    const Result<RecordedObservation> read = ParseObservation(text);
    REQUIRE(read);
    const CalendarLookup lookup = read->Lookup();
    const auto forecasts = read->Forecasts();
    REQUIRE(WholeText(world.policy, Decide(world.policy, world.plan, read->Seen(lookup, forecasts))) == once);
    REQUIRE(ObservationAsJson(*read) == text);
  }
}

}  // namespace
}  // namespace loadline
