// What a Prometheus answers, or something in its place: whatever the bytes are, there is a reading for each time that
// was asked for, and words for the last where it is no plain number. A result in Prometheus' own form says what a tree
// of it says.
//
// Three bytes say what was asked, the status and the content type; the rest is the body.
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/require.h"
#include "sources/prometheus_response.h"

namespace {

using namespace loadline;
using fuzz::Require;
using nlohmann::json;

constexpr std::array kStatuses = {200, 200, 204, 301, 400, 401, 403, 404, 422, 429, 500, 502, 503, 0};
constexpr std::array kTypes = {"application/json", "", "text/html", "application/json; charset=utf-8"};
constexpr std::size_t kMostWords = 1000;

Question Asked(std::uint8_t byte) {
  const Timestamp end{std::chrono::hours(24) * 20'000};
  if (byte % 2 == 0) return {"up", end, end, Duration(0)};
  return {"up", end - Duration(15'000) * (byte / 2), end, Duration(15'000)};
}

// Keys that come twice are two things to whoever reads as they come, and one in a tree.
struct Keys : nlohmann::json_sax<json> {
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    seen.emplace_back();
    return seen.size() < 16;
  }
  bool key(string_t& name) override {
    plain = plain && name.find_first_of(".[]") == std::string::npos;
    for (const std::string& each : seen.back()) plain = plain && each != name;
    seen.back().push_back(name);
    return true;
  }
  bool end_object() override {
    seen.pop_back();
    return true;
  }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

  std::vector<std::vector<std::string>> seen;
  bool plain = true;
};

bool IsPoint(const json& point) {
  return point.is_array() && point.size() == 2 && point[0].is_number() && point[1].is_string();
}

// How many points of the tree are for each time of the question; none where the tree is in another form.
std::optional<std::vector<int>> PointsOf(const json& tree, const Question& question, std::size_t times) {
  if (!tree.is_object() || !tree.contains("data") || !tree["data"].is_object()) return std::nullopt;
  const json& data = tree["data"];
  if (tree.value("status", json()) != "success" || !data.contains("result") || !data["result"].is_array())
    return std::nullopt;
  if (tree.contains("warnings") || tree.contains("isPartial")) return std::nullopt;
  const json type = data.value("resultType", json());
  if (type != "vector" && type != "matrix") return std::nullopt;
  std::vector<int> counts(times);
  for (const json& series : data["result"]) {
    if (!series.is_object() || series.size() != 2 || !series.contains("metric") || !series["metric"].is_object())
      return std::nullopt;
    for (const auto& [_, value] : series["metric"].items()) {
      if (!value.is_string()) return std::nullopt;
    }
    json points = json::array();
    if (series.contains("value")) points.push_back(series["value"]);
    if (series.contains("values") && series["values"].is_array()) points = series["values"];
    if (points.empty()) return std::nullopt;
    for (const json& point : points) {
      if (!IsPoint(point)) return std::nullopt;
      const double since =
          point[0].get<double>() * 1000 - static_cast<double>(question.begin.time_since_epoch().count());
      if (std::abs(since) > 1e12 || std::abs(since - std::round(since)) > 0.25)
        return std::nullopt;  // a matter of rounding
      const double step = question.step > Duration::zero() ? static_cast<double>(question.step.count()) : 1;
      const double index = question.step > Duration::zero() ? std::floor(std::round(since) / step) : 0;
      if (index >= 0 && index < static_cast<double>(times)) ++counts[static_cast<std::size_t>(index)];
    }
  }
  return counts;
}

void RequireSameAsTree(const Question& question, const std::string& body, const Answer& answer) {
  Keys keys;
  if (!json::sax_parse(body, &keys) || !keys.plain) return;
  const auto counts = PointsOf(json::parse(body, nullptr, false), question, answer.readings.size());
  if (!counts) return;
  for (std::size_t i = 0; i < counts->size(); ++i) {
    const ReadingState state = answer.readings[i].state;
    Require(((*counts)[i] == 0) == (state == ReadingState::kEmpty));
    Require(((*counts)[i] > 1) == (state == ReadingState::kSeveral));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const Question question = Asked(input.Byte());
  HttpResponse response;
  response.status = kStatuses[input.Byte() % kStatuses.size()];
  response.content_type = kTypes[input.Byte() % kTypes.size()];
  response.body = input.Rest();

  const Answer answer = ReadResponse(question, response);
  const std::size_t times = question.step > Duration::zero()
                                ? static_cast<std::size_t>((question.end - question.begin) / question.step) + 1
                                : 1;
  Require(answer.readings.size() == times);
  for (const Reading& reading : answer.readings) {
    const bool is_number = reading.state == ReadingState::kValue || reading.state == ReadingState::kPartial;
    const double value = reading.value;
    Require(is_number ? std::isfinite(value) : value == 0);
  }
  Require(answer.problem.empty() == (answer.readings.back().state == ReadingState::kValue));
  fuzz::RequireOneLine(answer.problem, kMostWords);
  if (response.status == 200) RequireSameAsTree(question, response.body, answer);
  return 0;
}
