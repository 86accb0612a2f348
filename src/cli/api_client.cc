#include "cli/api_client.h"

#include <fmt/format.h>

#include "base/text.h"
#include "system/url.h"

namespace loadline {
namespace {

constexpr Duration kPatience = std::chrono::seconds(30);  // a journal, or a Prometheus, may have to be asked
constexpr double kLowConfidence = 0.5;

std::string DetailOf(const HttpResponse& response, const ApiJson& body) {
  if (body.is_object() && body.contains("detail") && body["detail"].is_string())
    return body["detail"].get<std::string>();
  return OneLine(response.body, 200);
}

Code CodeOf(int status) {
  switch (status) {
    case 400: return Code::kInvalidArgument;
    case 401:
    case 403: return Code::kPermissionDenied;
    case 404: return Code::kNotFound;
    case 409: return Code::kAlreadyExists;
    default: return Code::kUnavailable;
  }
}

// "03:12" of the day that `now` is in, or of the one before.
Result<Timestamp> ParseTimeOfDay(const std::string& text, Timestamp now) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const Result<Timestamp> time = ParseTimestamp(
      fmt::format("{:04}-{:02}-{:02}T{}{}Z", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), text, text.size() == 5 ? ":00" : ""));
  if (time && *time > now) return *time - std::chrono::hours(24);
  return time;
}

}  // namespace

Result<ApiJson> AskServer(const Server& server, const std::string& path,
                          const std::vector<std::pair<std::string, std::string>>& query, const char* field) {
  std::string url = path;
  char separator = '?';
  for (const auto& [name, value] : query) {
    if (value.empty()) continue;
    url += fmt::format("{}{}={}", separator, name, UrlEncode(value));
    separator = '&';
  }
  const Result<HttpResponse> response = server.Send({url, "", kPatience});
  if (!response) return Fail(response.error());
  ApiJson body = ApiJson::parse(response->body, nullptr, false);
  if (response->status == 404 && body.is_object() && body.contains("detail"))
    return Fail(Code::kNotFound, DetailOf(*response, body));
  if (response->status != 200 || !body.is_object() || !body.contains(field)) {
    return Fail(Code::kUnavailable,
                fmt::format("{} answered {}: {}{}", server.Name(), response->status, DetailOf(*response, body),
                            response->status == 401 ? " (--token-file)" : ""));
  }
  return body;
}

Result<ApiJson> TellServer(const Server& server, const std::string& method, const std::string& path,
                           const ApiJson& body, const char* field) {
  const std::string text = body.is_null() ? "" : body.dump(-1, ' ', false, ApiJson::error_handler_t::replace);
  const Result<HttpResponse> response =
      server.Send({path, text, kPatience, text.empty() ? "" : "application/json", method});
  if (!response) return Fail(response.error());
  ApiJson answer = ApiJson::parse(response->body, nullptr, false);
  if (response->status / 100 == 2 && answer.is_object() && answer.contains(field)) return answer;
  return Fail(CodeOf(response->status),
              fmt::format("{} answered {}: {}{}", server.Name(), response->status, DetailOf(*response, answer),
                          response->status == 401 || response->status == 403 ? " (--token-file)" : ""));
}

Result<Timestamp> ParseTimeBefore(const std::string& text, Timestamp now) {
  if (text == "now") return now;
  if (const Result<Timestamp> time = ParseTimestamp(text)) return *time;
  const bool minus = text.starts_with('-');
  if (const Result<Duration> ago = ParseDuration(minus ? text.substr(1) : text)) return now - *ago;
  if (const Result<Timestamp> time = ParseTimeOfDay(text, now)) return *time;
  return Fail(
      Code::kInvalidArgument,
      fmt::format("want a time such as 2026-11-24T03:12:00Z, 03:12 or 2h (ago); found \"{}\"", OneLine(text, 60)));
}

std::string OddAnswer(const Server& server, const ApiJson::exception& error) {
  return fmt::format("{} answered what no Loadline of this version does: {}", server.Name(), error.what());
}

std::string CellOf(const ApiJson& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return "-";
  if (found->is_string()) return found->get<std::string>().empty() ? "-" : found->get<std::string>();
  if (found->is_boolean()) return found->get<bool>() ? "yes" : "no";
  if (found->is_number()) return FormatNumber(found->get<double>());
  return found->dump();
}

bool IsUnsure(const ApiJson& decision) {
  const ApiJson confidence = decision.value("confidence", ApiJson());
  return confidence.is_number() && confidence < kLowConfidence;
}

}  // namespace loadline
