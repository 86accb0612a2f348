#include "scaling/observation_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "scaling/observation_words.h"

namespace loadline {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kRun = 4;  // so many alike are shorter as {"times": ...}

template <class Table, class Value>
const char* WordOf(const Table& table, Value value) {
  return std::find_if(table.begin(), table.end(), [&](const auto& each) { return each.first == value; })->second;
}

// JSON has no infinities and no NaN.
Json NumberJson(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

Json ReadingJson(const Reading& reading) {
  if (reading.state == ReadingState::kValue && std::isfinite(reading.value)) return reading.value;
  const char* word = WordOf(kReadingWords, reading.state);
  const bool plain_zero = reading.value == 0 && !std::signbit(reading.value);
  const bool has_number = reading.state == ReadingState::kValue || reading.state == ReadingState::kPartial;
  if (plain_zero && !has_number) return word;
  Json json;
  json[word] = NumberJson(reading.value);
  return json;
}

// By its bits: 0 and -0 are not alike, a NaN is like itself.
bool Alike(const Reading& a, const Reading& b) {
  return a.state == b.state &&
         std::bit_cast<std::uint64_t>(double{a.value}) == std::bit_cast<std::uint64_t>(double{b.value});
}

// A plain number has a point or an exponent, so that it is read as a double again: -0 as an integer would be 0.
void AddNumber(double value, std::string& text) {
  std::array<char, 32> digits;  // the longest has 24
  const char* const end = fmt::format_to(digits.data(), "{}", value);
  const std::string_view written(digits.data(), static_cast<std::size_t>(end - digits.data()));
  text += written;
  if (written.find_first_of(".e") == std::string_view::npos) text += ".0";
}

// Readings are most of an observation, and numbers most of them: these go without a tree of JSON.
void AddTicks(const std::vector<Reading>& ticks, std::string& text) {
  for (auto run = ticks.begin(); run != ticks.end();) {
    const auto end = std::find_if(run, ticks.end(), [&](const Reading& each) { return !Alike(each, *run); });
    const auto length = static_cast<std::size_t>(end - run);
    const bool plain = run->state == ReadingState::kValue && std::isfinite(run->value);
    const std::string other = plain ? "" : ReadingJson(*run).dump();
    const auto add = [&] { plain ? AddNumber(run->value, text) : void(text += other); };
    if (length >= kRun) {
      text += fmt::format(R"({{"times":[{},)", length);
      add();
      text += "]},";
    } else {
      for (std::size_t i = 0; i < length; ++i) {
        add();
        text += ',';
      }
    }
    run = end;
  }
  if (!ticks.empty()) text.pop_back();
}

std::string Dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json OverrideJson(const Override& each) {
  Json json = {{"name", each.name}};
  if (each.all) json["all"] = true;
  if (!each.object_namespace.empty()) json["namespace"] = each.object_namespace;
  if (!each.object.empty()) json["object"] = each.object;
  if (!each.policy.empty()) json["policy"] = each.policy;
  json[WordOf(kOverrideWords, each.kind)] = each.kind == Override::Kind::kHold ? Json(true) : Json(each.replicas);
  if (each.from) json["from"] = FormatTimestamp(*each.from);
  json["until"] = FormatTimestamp(each.until);
  json["reason"] = each.reason;
  if (!each.author.empty()) json["author"] = each.author;
  return json;
}

Json NumbersJson(const std::vector<double>& numbers) {
  Json json = Json::array();
  for (const double number : numbers) json.push_back(NumberJson(number));
  return json;
}

Json TrustJson(const Trust& trust) {
  return {{"on", trust.on},
          {"reason", TrustCode(trust.reason)},
          {"ours", NumberJson(trust.ours)},
          {"naive", NumberJson(trust.naive)},
          {"rule", trust.rule},
          {"coverage", NumberJson(trust.coverage)},
          {"shift", NumberJson(trust.shift)},
          {"corrected", NumberJson(trust.corrected)},
          {"origins", trust.origins}};
}

Json ForecastJson(const std::optional<SignalForecast>& forecast) {
  if (!forecast) return {};
  Json json = {{"fitted", FormatTimestamp(forecast->fitted)}, {"refit", FormatDuration(forecast->refit)},
               {"step", FormatDuration(forecast->step)},      {"middle", NumbersJson(forecast->middle)},
               {"upper", NumbersJson(forecast->upper)},       {"trust", TrustJson(forecast->trust)}};
  if (!forecast->problem.empty()) json["problem"] = forecast->problem;
  return json;
}

Json LearnedJson(const LearnedNumber* learned) {
  if (learned == nullptr) return {};
  Json json = {{"fitted", FormatTimestamp(learned->fitted)}, {"count", learned->count}, {"needed", learned->needed}};
  if (learned->value) {
    json["value"] = NumberJson(*learned->value);
    json["low"] = NumberJson(learned->low);
    json["high"] = NumberJson(learned->high);
  }
  if (!learned->problem.empty()) json["problem"] = learned->problem;
  return json;
}

Json OutcomeJson(const RiskOutcome& outcome) {
  return {NumberJson(outcome.risk), NumberJson(outcome.missed), NumberJson(outcome.replicas)};
}

Json ObjectiveJson(const ObjectiveReport& report) {
  Json json = {{"fitted", FormatTimestamp(report.fitted)},
               {"asked", NumberJson(report.asked)},
               {"chosen", OutcomeJson(report.chosen)},
               {"outcomes", Json::array()},
               {"hasModel", report.has_model}};
  for (const RiskOutcome& each : report.outcomes) json["outcomes"].push_back(OutcomeJson(each));
  if (!report.problem.empty()) json["problem"] = report.problem;
  return json;
}

}  // namespace

std::string ObservationAsJson(const RecordedObservation& observation) {
  std::string text = fmt::format(R"({{"now":"{}","interval":"{}","windows":[)", FormatTimestamp(observation.now),
                                 FormatDuration(observation.interval));
  for (const RecordedWindow& window : observation.windows) {
    text += R"({"ticks":[)";
    AddTicks(window.ticks, text);
    text += ']';
    if (!window.problem.empty()) text += R"(,"problem":)" + Dump(window.problem);
    text += "},";
  }
  if (!observation.windows.empty()) text.pop_back();
  text += ']';
  Json rest = Json::object();
  for (const Override& each : observation.overrides) rest["overrides"].push_back(OverrideJson(each));
  for (const auto& each : observation.forecasts) rest["forecasts"].push_back(ForecastJson(each));
  for (const auto& each : observation.learned) rest["learned"].push_back(LearnedJson(each.get()));
  if (observation.objective) rest["objective"] = ObjectiveJson(*observation.objective);
  for (const Levels& each : observation.levels)
    rest["levels"].push_back(each.known() ? Json{each.up, each.down} : Json());
  for (const auto& [name, calendar] : observation.calendars) {
    Json& dates = rest["calendars"][name] = Json::array();
    for (const DateRange& range : calendar.ranges) dates.push_back(FormatDateRange(range));
  }
  return text + (rest.empty() ? "}" : "," + Dump(rest).substr(1));
}

}  // namespace loadline
