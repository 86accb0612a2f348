// Reads what ObservationAsJson writes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"
#include "scaling/observation_json.h"
#include "scaling/observation_words.h"

namespace loadline {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostWords = 120;  // of what was found, in a message
constexpr int kMostOrigins = 1'000'000;
constexpr std::size_t kMostTicks = 1'000'000;  // of all windows together: a few bytes must not become a lot of memory
constexpr Duration kLongestInterval = std::chrono::hours(24);

// Reads a tree, and remembers the first thing in it that is wrong; what comes after one is not looked at.
class Reader {
 public:
  Result<RecordedObservation> Run(const Json& json) {
    RecordedObservation seen;
    Fields(json, "", {"now", "interval", "windows"},
           {"overrides", "calendars", "forecasts", "learned", "objective", "levels"});
    if (!error_) {
      seen.now = Time(json["now"], "now");
      seen.interval = Interval(json["interval"], "interval");
      List(json["windows"], "windows",
           [&](const Json& each, const std::string& at) { seen.windows.push_back(Window(each, at)); });
      if (json.contains("overrides")) {
        List(json["overrides"], "overrides",
             [&](const Json& each, const std::string& at) { seen.overrides.push_back(OverrideOf(each, at)); });
      }
      if (json.contains("objective")) seen.objective = ObjectiveOf(json["objective"], "objective");
      if (json.contains("levels"))
        List(json["levels"], "levels",
             [&](const Json& each, const std::string& at) { seen.levels.push_back(LevelsOf(each, at)); });
      if (json.contains("calendars")) Calendars(json["calendars"], seen.calendars);
      if (json.contains("forecasts")) {
        List(json["forecasts"], "forecasts",
             [&](const Json& each, const std::string& at) { seen.forecasts.push_back(ForecastOf(each, at)); });
      }
      if (json.contains("learned")) {
        List(json["learned"], "learned",
             [&](const Json& each, const std::string& at) { seen.learned.push_back(LearnedOf(each, at)); });
      }
    }
    if (error_) return Fail(*error_);
    return seen;
  }

 private:
  using Names = std::vector<std::string>;

  void WrongWord(const std::string& at, std::string_view want, std::string_view found) {
    if (error_) return;
    error_ = Error{Code::kInvalidArgument, fmt::format("observation{}{}: want {}; found {}", at.empty() ? "" : " ", at,
                                                       want, OneLine(found, kMostWords))};
  }
  void Wrong(const std::string& at, std::string_view want, const Json& found) {
    if (!error_) WrongWord(at, want, found.dump(-1, ' ', false, Json::error_handler_t::replace));
  }

  // Whether it is a map with all of `required`, and nothing but those and `optional`.
  bool Fields(const Json& json, const std::string& at, const Names& required, const Names& optional) {
    if (!json.is_object()) {
      Wrong(at, "a map", json);
      return false;
    }
    for (const std::string& name : required) {
      if (!json.contains(name)) WrongWord(at, name, "nothing");
    }
    for (const auto& [name, _] : json.items()) {
      const bool known = std::find(required.begin(), required.end(), name) != required.end() ||
                         std::find(optional.begin(), optional.end(), name) != optional.end();
      if (!known) WrongWord(at, "known fields only", name);
    }
    return !error_;
  }

  template <class Each>
  void List(const Json& json, const std::string& at, const Each& each) {
    if (!json.is_array()) return Wrong(at, "a list", json);
    for (std::size_t i = 0; i < json.size() && !error_; ++i) each(json[i], fmt::format("{}[{}]", at, i));
  }

  std::string Text(const Json& json, const std::string& at) {
    if (json.is_string()) return json.get<std::string>();
    Wrong(at, "a text", json);
    return "";
  }
  std::string TextOf(const Json& map, const std::string& at, const char* name) {
    return map.contains(name) ? Text(map[name], at + "." + name) : "";
  }

  Timestamp Time(const Json& json, const std::string& at) {
    const Result<Timestamp> time = ParseTimestamp(Text(json, at));
    if (!time) Wrong(at, "a time such as 2026-11-24T06:00:00.000Z", json);
    return time.value_or(Timestamp());
  }

  Duration Interval(const Json& json, const std::string& at) {
    const Result<Duration> interval = ParseDuration(Text(json, at));
    const bool good = interval && *interval > Duration::zero() && *interval <= kLongestInterval;
    if (!good) Wrong(at, "a duration above 0, up to 1d", json);
    return good ? *interval : kLongestInterval;
  }

  double Number(const Json& json, const std::string& at) {
    if (json.is_number()) return json.get<double>();
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (json == "inf") return kInfinity;
    if (json == "-inf") return -kInfinity;
    if (json != "nan") Wrong(at, "a number, \"inf\", \"-inf\" or \"nan\"", json);
    return std::numeric_limits<double>::quiet_NaN();
  }

  Reading ReadingOf(const Json& json, const std::string& at) {
    if (json.is_number()) return {json.get<double>(), ReadingState::kValue};
    const bool pair = json.is_object() && json.size() == 1;
    const std::string word = json.is_string() ? json.get<std::string>() : pair ? json.begin().key() : "";
    for (const auto& [state, name] : kReadingWords) {
      const bool has_number = state == ReadingState::kValue || state == ReadingState::kPartial;
      if (word == name && pair) return {Number(json.front(), at + "." + word), state};
      if (word == name && !has_number) return {0, state};
    }
    Wrong(at, "a number, or empty, several, notFinite, failed or refused, or such as {\"partial\": 2}", json);
    return {};
  }

  void AddTicks(const Json& json, const std::string& at, std::vector<Reading>& ticks) {
    const bool run = json.is_object() && json.size() == 1 && json.contains("times");
    if (!run) return Add(ReadingOf(json, at), 1, at, ticks);
    const Json& times = json["times"];
    const bool pair = times.is_array() && times.size() == 2 && times[0].is_number_unsigned() && times[0] > 0;
    if (!pair) return Wrong(at + ".times", "a count above 0 and a reading", times);
    Add(ReadingOf(times[1], at + ".times[1]"), times[0].get<std::size_t>(), at, ticks);
  }
  void Add(const Reading& reading, std::size_t times, const std::string& at, std::vector<Reading>& ticks) {
    if (times > kMostTicks - ticks_) return WrongWord(at, fmt::format("{} readings at most", kMostTicks), "more");
    ticks_ += times;
    ticks.insert(ticks.end(), times, reading);
  }

  RecordedWindow Window(const Json& json, const std::string& at) {
    RecordedWindow window;
    if (!Fields(json, at, {"ticks"}, {"problem"})) return window;
    List(json["ticks"], at + ".ticks",
         [&](const Json& each, const std::string& at_tick) { AddTicks(each, at_tick, window.ticks); });
    if (window.ticks.empty()) WrongWord(at + ".ticks", "one reading at least", "none");
    window.problem = TextOf(json, at, "problem");
    return window;
  }

  Override OverrideOf(const Json& json, const std::string& at) {
    Override result;
    if (!Fields(json, at, {"name", "until", "reason"},
                {"all", "namespace", "object", "policy", "pin", "floor", "ceiling", "hold", "from", "author"}))
      return result;
    result.name = TextOf(json, at, "name");
    result.all = json.contains("all");
    if (result.all && json["all"] != true) Wrong(at + ".all", "true", json["all"]);
    result.object_namespace = TextOf(json, at, "namespace");
    result.object = TextOf(json, at, "object");
    result.policy = TextOf(json, at, "policy");
    int kinds = 0;
    for (const auto& [kind, word] : kOverrideWords) {
      if (!json.contains(word)) continue;
      ++kinds;
      result.kind = kind;
      result.replicas = kind == Override::Kind::kHold ? 0 : Replicas(json[word], at + "." + word);
      if (kind == Override::Kind::kHold && json[word] != true) Wrong(at + ".hold", "true", json[word]);
    }
    if (kinds != 1) WrongWord(at, "one of pin, floor, ceiling and hold", kinds == 0 ? "none" : "several");
    if (json.contains("from")) result.from = Time(json["from"], at + ".from");
    result.until = Time(json["until"], at + ".until");
    result.reason = TextOf(json, at, "reason");
    result.author = TextOf(json, at, "author");
    return result;
  }

  std::optional<SignalForecast> ForecastOf(const Json& json, const std::string& at) {
    if (json.is_null()) return std::nullopt;
    SignalForecast forecast;
    if (!Fields(json, at, {"fitted", "refit", "step", "middle", "upper", "trust"}, {"problem"})) return forecast;
    forecast.fitted = Time(json["fitted"], at + ".fitted");
    if (json["refit"] != FormatDuration(Duration::zero())) forecast.refit = Interval(json["refit"], at + ".refit");
    if (json["step"] != FormatDuration(Duration::zero())) forecast.step = Interval(json["step"], at + ".step");
    forecast.middle = Numbers(json["middle"], at + ".middle");
    forecast.upper = Numbers(json["upper"], at + ".upper");
    forecast.trust = TrustOf(json["trust"], at + ".trust");
    forecast.problem = TextOf(json, at, "problem");
    return forecast;
  }

  std::shared_ptr<const LearnedNumber> LearnedOf(const Json& json, const std::string& at) {
    if (json.is_null()) return nullptr;
    LearnedNumber learned;
    if (!Fields(json, at, {"fitted", "count", "needed"}, {"value", "low", "high", "problem"})) return nullptr;
    learned.fitted = Time(json["fitted"], at + ".fitted");
    learned.count = Count(json["count"], at + ".count");
    learned.needed = Count(json["needed"], at + ".needed");
    if (json.contains("value")) {
      learned.value = Number(json["value"], at + ".value");
      if (json.contains("low")) learned.low = Number(json["low"], at + ".low");
      if (json.contains("high")) learned.high = Number(json["high"], at + ".high");
      if (!std::isfinite(*learned.value) || !std::isfinite(learned.low) || std::isnan(learned.high))
        Wrong(at, "a finite value and low, and a high that is a number", json);
    }
    learned.problem = TextOf(json, at, "problem");
    return std::make_shared<const LearnedNumber>(std::move(learned));
  }

  int Count(const Json& json, const std::string& at) {
    const bool counts = json.is_number_unsigned() && json <= kMostOrigins;
    if (!counts) Wrong(at, "a count up to 1000000", json);
    return counts ? json.get<int>() : 0;
  }

  ObjectiveReport ObjectiveOf(const Json& json, const std::string& at) {
    ObjectiveReport report;
    if (!Fields(json, at, {"fitted", "asked", "chosen", "outcomes", "hasModel"}, {"problem"})) return report;
    report.fitted = Time(json["fitted"], at + ".fitted");
    report.asked = Number(json["asked"], at + ".asked");
    report.chosen = OutcomeOf(json["chosen"], at + ".chosen");
    List(json["outcomes"], at + ".outcomes",
         [&](const Json& each, const std::string& where) { report.outcomes.push_back(OutcomeOf(each, where)); });
    if (!json["hasModel"].is_boolean()) Wrong(at + ".hasModel", "true or false", json["hasModel"]);
    report.has_model = json["hasModel"] == true;
    report.problem = TextOf(json, at, "problem");
    return report;
  }
  RiskOutcome OutcomeOf(const Json& json, const std::string& at) {
    const std::vector<double> numbers = Numbers(json, at);
    if (numbers.size() == 3) return {numbers[0], numbers[1], numbers[2]};
    Wrong(at, "risk, missed and replicas", json);
    return {};
  }
  // [up, down]; null where the law had nothing to go by.
  Levels LevelsOf(const Json& json, const std::string& at) {
    if (json.is_null()) return {0, 0};
    const auto count = [](const Json& each) { return each.is_number_unsigned() && each <= kMostReplicas && each >= 1; };
    if (json.is_array() && json.size() == 2 && count(json[0]) && count(json[1]) && json[0] <= json[1])
      return {json[0].get<int>(), json[1].get<int>()};
    Wrong(at, "two counts of replicas, the lower one first, or null", json);
    return {0, 0};
  }

  std::vector<double> Numbers(const Json& json, const std::string& at) {
    std::vector<double> numbers;
    List(json, at, [&](const Json& each, const std::string& where) { numbers.push_back(Number(each, where)); });
    return numbers;
  }

  Trust TrustOf(const Json& json, const std::string& at) {
    Trust trust;
    if (!Fields(json, at, {"on", "reason", "ours", "naive", "rule", "coverage", "shift", "corrected", "origins"}, {}))
      return trust;
    if (!json["on"].is_boolean()) Wrong(at + ".on", "true or false", json["on"]);
    trust.on = json["on"] == true;
    const auto reason = ParseTrustCode(Text(json["reason"], at + ".reason"));
    if (!reason) Wrong(at + ".reason", "a reason such as Better", json["reason"]);
    trust.reason = reason.value_or(TrustReason::kShortHistory);
    trust.ours = Number(json["ours"], at + ".ours");
    trust.naive = Number(json["naive"], at + ".naive");
    const auto rule = ParseNaiveRule(Text(json["rule"], at + ".rule"));
    if (!rule) Wrong(at + ".rule", "a naive rule such as last value", json["rule"]);
    trust.rule = rule.value_or("");
    trust.coverage = Number(json["coverage"], at + ".coverage");
    trust.shift = Number(json["shift"], at + ".shift");
    trust.corrected = Number(json["corrected"], at + ".corrected");
    trust.origins = Count(json["origins"], at + ".origins");
    return trust;
  }

  double Replicas(const Json& json, const std::string& at) {
    const double replicas = json.is_number() ? json.get<double>() : -1;
    if (!(replicas >= 0 && replicas <= kMostReplicas)) Wrong(at, "a number from 0 to 100000", json);
    return replicas;
  }

  void Calendars(const Json& json, std::map<std::string, Calendar>& calendars) {
    if (!json.is_object()) return Wrong("calendars", "a map", json);
    for (const auto& [name, dates] : json.items()) {
      Calendar& calendar = calendars[name];
      calendar.name = name;
      List(dates, "calendars." + name, [&](const Json& each, const std::string& at) {
        const Result<DateRange> range = ParseDateRange(Text(each, at));
        if (!range) return Wrong(at, "a date or date..date", each);
        calendar.ranges.push_back(*range);
      });
      calendar.ranges = MergeRanges(std::move(calendar.ranges));
    }
  }

  std::optional<Error> error_;
  std::size_t ticks_ = 0;  // of all windows so far
};

}  // namespace

Result<RecordedObservation> ParseObservation(std::string_view text) {
  try {
    return Reader().Run(Json::parse(text));
  } catch (const Json::exception& e) {
    const std::string_view said = e.what();  // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    const std::size_t words = said.find("] ");
    return Fail(Code::kInvalidArgument,
                fmt::format("observation: not JSON: {}",
                            OneLine(words == std::string_view::npos ? said : said.substr(words + 2), 2 * kMostWords)));
  }
}

}  // namespace loadline
