#include "cli/followed.h"

#include <fmt/format.h>

#include <algorithm>

namespace loadline {
namespace {

constexpr int kMostPages = 10;  // of a thousand: as many as decisions are shown

}  // namespace

std::vector<ApiJson> AskFollowed(const Server& server, std::vector<std::pair<std::string, std::string>> query) {
  std::vector<ApiJson> rows;
  query.emplace_back("limit", "1000");
  query.emplace_back("after", "");
  for (int page = 0; page < kMostPages; ++page) {
    const Result<ApiJson> body = AskServer(server, "/api/v1/effectiveness", query, "bindings");
    if (!body) break;
    for (const ApiJson& each : (*body)["bindings"]) rows.push_back(each);
    const ApiJson next = body->value("next", ApiJson());
    if (!next.is_string()) break;
    query.back().second = next.get<std::string>();
  }
  return rows;
}

const ApiJson* FollowedOf(const std::vector<ApiJson>& rows, const ApiJson& decision) {
  const auto found = std::ranges::find_if(rows, [&](const ApiJson& row) {
    return std::ranges::all_of(
        std::initializer_list<const char*>{"namespace", "name", "metadata"},
        [&](const char* key) { return row.value(key, ApiJson()) == decision.value(key, ApiJson()); });
  });
  return found == rows.end() ? nullptr : &*found;
}

std::string FollowedLines(const ApiJson& row) {
  std::string text = fmt::format("  HPA       {}\n", CellOf(row, "sentence"));
  if (!row.value("effectiveness", ApiJson()).is_number()) return text;
  return text + fmt::format("  followed  {} of 1 since {}: reach {}, promptness {}, steadiness {}\n",
                            CellOf(row, "effectiveness"), CellOf(row, "from"), CellOf(row, "reach"),
                            CellOf(row, "promptness"), CellOf(row, "steadiness"));
}

}  // namespace loadline
