#include "api/request_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace loadline {

Status CheckFields(const ServerRequest& request, const std::vector<std::string>& known) {
  for (const auto& [name, _] : request.query) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    if (known.empty())
      return Fail(Code::kInvalidArgument,
                  fmt::format("there is no query parameter \"{}\", nor any other", OneLine(name, 60)));
    const auto meant = DidYouMean(name, known);
    return Fail(Code::kInvalidArgument,
                fmt::format("there is no query parameter \"{}\"; want {}{}", OneLine(name, 60), JoinWords(known, "or"),
                            meant ? fmt::format(" (did you mean {}?)", *meant) : ""));
  }
  return {};
}

std::string FieldText(const ServerRequest& request, const std::string& name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? "" : found->second;
}

Result<std::string> NeededField(const ServerRequest& request, const std::string& name) {
  std::string text = FieldText(request, name);
  if (text.empty()) return Fail(Code::kInvalidArgument, fmt::format("want {}; found none", name));
  return text;
}

Result<std::size_t> LimitField(const ServerRequest& request, std::size_t absent, std::size_t most) {
  const std::string text = FieldText(request, "limit");
  if (!request.query.contains("limit")) return absent;
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error == std::errc::result_out_of_range && end == text.data() + text.size()) return most;
  if (error != std::errc() || end != text.data() + text.size() || limit == 0) {
    return Fail(Code::kInvalidArgument,
                fmt::format("limit: want a whole number above 0; found \"{}\"", OneLine(text, 60)));
  }
  return std::min(limit, most);
}

Result<Timestamp> TimeField(const ServerRequest& request, const std::string& name, Timestamp absent) {
  if (!request.query.contains(name)) return absent;
  const std::string text = FieldText(request, name);
  if (const Result<Timestamp> time = ParseTimestamp(text)) return *time;
  return Fail(Code::kInvalidArgument,
              fmt::format("{}: want a time such as 2026-11-24T03:12:00Z; found \"{}\"", name, OneLine(text, 60)));
}

}  // namespace loadline
