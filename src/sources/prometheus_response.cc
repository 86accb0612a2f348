#include "sources/prometheus_response.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"

namespace loadline {
namespace {

constexpr std::size_t kMostWords = 200;  // of what a server said, in a message
constexpr double kMostSeconds = 1e11;    // since 1970: more is no time, and does not fit into one

struct Point {
  double time = 0;
  std::string value;
};

using Labels = std::map<std::string, std::string>;

struct Body {
  std::string status;
  std::string error_type;
  std::string error;
  std::string result_type;
  std::optional<std::string> missing;  // the first warning that tells of missing data
  bool partial = false;
  std::vector<Labels> labels;  // of the first two series: enough to say how they differ
  std::size_t series = 0;
  std::vector<Point> points;           // of all series
  bool series_without_points = false;  // such as a native histogram
};

// Whether one of a response's warnings says that data is missing. Those of stores do, whatever their words. What the
// engine says of the query itself does not: "PromQL info: metric might not be a counter" and its like (which stand in
// "warnings" of Prometheus 2.48 to 2.53 and of Thanos, later in "infos", which are not read), "PromQL warning: quantile
// value should be between 0 and 1". It does where it left series out of the result: then a sum is too low.
// The texts: https://github.com/prometheus/prometheus/blob/main/util/annotations/annotations.go
bool TellsOfMissingData(std::string_view warning) {
  if (warning.starts_with("PromQL info:")) return false;
  if (!warning.starts_with("PromQL warning:")) return true;
  constexpr std::string_view kLeftOut[] = {"mix of", "incompatible", "missing", "range too short"};
  return std::any_of(std::begin(kLeftOut), std::end(kLeftOut),
                     [&](std::string_view words) { return warning.find(words) != std::string_view::npos; });
}

// Range results are long, and their tree would be four times the text: so they are taken as they come.
// The path to where we are is kept as text, with "[]" for a list's elements: "data.result[].values[][]". So that no key
// can look like a path, one that has such a sign is "?" in it, but for the names of labels.
class BodyReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit BodyReader(Body& body) : body_(body) {}

  bool null() override { return Element(); }
  bool boolean(bool value) override {
    if (path_ == "isPartial") body_.partial = value;
    return Element();
  }
  bool number_integer(number_integer_t value) override { return Number(static_cast<double>(value)); }
  bool number_unsigned(number_unsigned_t value) override { return Number(static_cast<double>(value)); }
  bool number_float(number_float_t value, const string_t&) override { return Number(value); }
  bool binary(binary_t&) override { return false; }

  bool string(string_t& value) override {
    if (path_ == "status") body_.status = value;
    if (path_ == "errorType") body_.error_type = value;
    if (path_ == "error") body_.error = value;
    if (path_ == "data.resultType") body_.result_type = value;
    if (path_ == "warnings[]" && !body_.missing && TellsOfMissingData(value)) body_.missing = value;
    if (path_.starts_with("data.result[].metric.") && body_.labels.size() == body_.series) {
      body_.labels.back()[path_.substr(std::string_view("data.result[].metric.").size())] = value;
    }
    if (IsPoint()) point_.value = value;
    return Element();
  }

  bool start_object(std::size_t) override {
    if (path_ == "data.result[]") {
      ++body_.series;
      if (body_.labels.size() < 2) body_.labels.emplace_back();
      points_before_ = body_.points.size();
    }
    return Enter(".");
  }
  bool key(string_t& name) override {
    path_.resize(marks_.back());
    const bool is_plain = name.find_first_of(".[]") == std::string::npos || path_ == "data.result[].metric";
    path_ += (marks_.size() > 1 ? "." : "") + (is_plain ? name : "?");
    return true;
  }
  bool end_object() override {
    Leave();
    if (path_ == "data.result[]" && body_.points.size() == points_before_) body_.series_without_points = true;
    return true;
  }

  bool start_array(std::size_t) override {
    if (!Enter("[]")) return false;
    path_ += "[]";
    if (IsPoint()) {
      point_ = {};
      in_point_ = 0;
    }
    return true;
  }
  bool end_array() override {
    // A scalar is a point right below data; its elements are those of data.result itself.
    const bool point = IsPoint();
    if (point && in_point_ == 2) body_.points.push_back(point_);
    return Leave();
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  static constexpr std::size_t kDeepest = 32;

  bool IsPoint() const {
    return path_ == "data.result[].value[]" || path_ == "data.result[].values[][]" ||
           (path_ == "data.result[]" && (body_.result_type == "scalar" || body_.result_type == "string"));
  }
  bool Number(double value) {
    if (IsPoint()) point_.time = value;
    return Element();
  }
  bool Element() {
    if (IsPoint()) ++in_point_;
    return true;
  }
  bool Enter(std::string_view) {
    if (marks_.size() >= kDeepest) return false;
    marks_.push_back(path_.size());
    return true;
  }
  bool Leave() {
    path_.resize(marks_.back());
    marks_.pop_back();
    return true;
  }

  Body& body_;
  std::string path_;
  std::vector<std::size_t> marks_;
  Point point_;
  int in_point_ = 0;
  std::size_t points_before_ = 0;  // the series that is being read
};

Reading ReadingOf(const std::string& text) {
  double value = 0;
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return {0, ReadingState::kNotFinite};
  if (error != std::errc() || end != text.data() + text.size()) return {0, ReadingState::kFailed};
  if (!std::isfinite(value)) return {0, ReadingState::kNotFinite};
  return {value, ReadingState::kValue};
}

std::string LabelsThatDiffer(const Labels& a, const Labels& b) {
  for (const auto& [name, value] : a) {
    const auto other = b.find(name);
    if (other == b.end()) return fmt::format("{}=\"{}\" and none", name, value);
    if (other->second != value) return fmt::format("{}=\"{}\" and \"{}\"", name, value, other->second);
  }
  for (const auto& [name, value] : b) {
    if (!a.contains(name)) return fmt::format("{}=\"{}\" and none", name, value);
  }
  return "";
}

std::string TitleOf(const std::string& body) {
  const std::size_t begin = body.find("<title>");
  const std::size_t end = body.find("</title>");
  if (begin != std::string::npos && end != std::string::npos && begin + 7 < end)
    return OneLine(body.substr(begin + 7, end - begin - 7), 60);
  return OneLine(body, 60);
}

Answer FromError(const Question& question, const HttpResponse& response, const Body& body) {
  const std::string words = body.error.empty() ? "" : ": " + OneLine(body.error, kMostWords);
  const bool refused = response.status == 400 || response.status == 422 || body.error_type == "bad_data" ||
                       body.error_type == "execution";
  if (refused) return Everywhere(question, ReadingState::kRefused, "refused the query" + words);
  if (response.status == 401 || response.status == 403) {
    return Everywhere(question, ReadingState::kFailed,
                      fmt::format("HTTP {}: check the source's credentials and tenant{}", response.status, words));
  }
  if (response.status == 404) {
    return Everywhere(question, ReadingState::kFailed,
                      "HTTP 404: check the source's url, which ends before /api/v1" + words);
  }
  return Everywhere(question, ReadingState::kFailed, fmt::format("HTTP {}{}", response.status, words));
}

// Why the last reading is no number.
std::string ProblemOf(ReadingState state, const Body& body) {
  switch (state) {
    case ReadingState::kEmpty: return "the query's result is empty";
    case ReadingState::kNotFinite: return "the value is not a number (NaN or infinite)";
    case ReadingState::kFailed: return "the value cannot be read";
    case ReadingState::kSeveral: {
      const std::string differ = body.labels.size() > 1 ? LabelsThatDiffer(body.labels[0], body.labels[1]) : "";
      return fmt::format("{} series where one is needed{}: wrap the query in sum() or max()", body.series,
                         differ.empty() ? "" : " (" + OneLine(differ, kMostWords) + ")");
    }
    default: return "";
  }
}

}  // namespace

Answer Everywhere(const Question& question, ReadingState state, std::string problem) {
  std::size_t count = 1;
  if (question.step > Duration::zero())
    count = static_cast<std::size_t>((question.end - question.begin) / question.step) + 1;
  return {std::vector<Reading>(count, Reading{0, state}), std::move(problem)};
}

Answer ReadResponse(const Question& question, const HttpResponse& response) {
  Body body;
  BodyReader reader(body);
  const bool is_json = nlohmann::json::sax_parse(response.body, &reader);
  if (!is_json || body.status.empty()) {
    if (response.status == 200 || response.content_type.find("json") == std::string::npos) {
      const std::string code = response.status == 200 ? "" : fmt::format("HTTP {}: ", response.status);
      if (response.status == 400 || response.status == 422)
        return Everywhere(question, ReadingState::kRefused, code + OneLine(response.body, kMostWords));
      return Everywhere(question, ReadingState::kFailed,
                        fmt::format("{}answered {} where JSON was wanted: {}", code,
                                    response.content_type.empty() ? "something" : OneLine(response.content_type, 40),
                                    TitleOf(response.body)));
    }
    return FromError(question, response, body);
  }
  if (response.status / 100 != 2 || body.status != "success") return FromError(question, response, body);
  if (body.result_type == "string")
    return Everywhere(question, ReadingState::kRefused, "the query yields text where a number is needed");
  if (body.result_type != "scalar" && body.result_type != "vector" && body.result_type != "matrix") {
    return Everywhere(question, ReadingState::kFailed,
                      "the response has no resultType that is known: " + OneLine(body.result_type, 40));
  }

  if (body.series_without_points) {
    return Everywhere(question, ReadingState::kRefused, "a series has no plain value (is it a native histogram?)");
  }
  Answer answer = Everywhere(question, ReadingState::kEmpty, "");
  std::vector<bool> seen(answer.readings.size());
  for (const Point& point : body.points) {
    if (std::abs(point.time) > kMostSeconds) continue;
    const Duration since = FromSeconds(point.time) - question.begin;
    const bool is_range = question.step > Duration::zero();
    if (is_range && since < Duration::zero()) continue;  // less than a step before the first would round to it
    const auto index = is_range ? since / question.step : 0;
    if (static_cast<std::size_t>(index) >= answer.readings.size()) continue;
    // Of a range, too, it is each time by itself that has one series or several, as it is for the instants.
    const auto at = static_cast<std::size_t>(index);
    answer.readings[at] = seen[at] ? Reading{0, ReadingState::kSeveral} : ReadingOf(point.value);
    seen[at] = true;
  }
  answer.problem = ProblemOf(answer.readings.back().state, body);
  if (body.partial || body.missing) {
    for (Reading& reading : answer.readings) {
      if (reading.state == ReadingState::kValue) reading.state = ReadingState::kPartial;
      // An empty part says nothing of the whole.
      if (reading.state == ReadingState::kEmpty) reading.state = ReadingState::kFailed;
    }
    answer.problem = "partial data: " + (body.missing ? OneLine(*body.missing, kMostWords) : "isPartial");
  }
  return answer;
}

}  // namespace loadline
