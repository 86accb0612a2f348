#include "cli/commands/status.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "base/text.h"
#include "cli/api_client.h"
#include "cli/followed.h"
#include "cli/print_error.h"
#include "replay/table.h"
#include "system/clock.h"

namespace loadline {
namespace {

constexpr const char* kMost = "10000";
constexpr int kBeforeFollowed = 5;  // columns: it stands behind ACTIVE

// What is wrong with the server itself, a line each.
std::vector<std::string> ProblemsOf(const ApiJson& ready) {
  std::vector<std::string> problems;
  if (ready.value("ready", ApiJson()) != true) problems.emplace_back("it is not ready: KEDA is not to call this pod");
  for (const ApiJson& each : ready.value("sources", ApiJson::array())) {
    if (each.value("ok", true)) continue;
    problems.push_back(fmt::format("source {} ({}): {}; was well last {}", CellOf(each, "name"),
                                   CellOf(each, "address"), CellOf(each, "problem"), CellOf(each, "last_ok")));
  }
  for (const ApiJson& each : ready.value("policy_problems", ApiJson::array())) {
    problems.push_back(fmt::format("{}:{}:{}: {}: {}; found {}", CellOf(each, "file"), CellOf(each, "line"),
                                   CellOf(each, "column"), CellOf(each, "field"), CellOf(each, "rule"),
                                   CellOf(each, "found")));
  }
  if (ready.contains("journal") && !ready["journal"].value("ok", true))
    problems.push_back("journal: " + CellOf(ready["journal"], "problem"));
  return problems;
}

// What is wrong with KEDA's objects, and with how they are watched, a line each; nothing where Kubernetes is not
// watched, or by a server that does not know it.
std::vector<std::string> FindingsOf(const Result<ApiJson>& page) {
  std::vector<std::string> findings;
  if (!page) return findings;
  for (const ApiJson& each : page->value("watches", ApiJson::array())) {
    if (!each.value("problem", "").empty())
      findings.push_back(fmt::format("{} are not watched: {}", CellOf(each, "resource"), CellOf(each, "problem")));
  }
  for (const ApiJson& each : (*page)["problems"]) {
    if (CellOf(each, "severity") == "note") continue;
    const std::string mend = each.value("mend", "");
    findings.push_back(fmt::format("{}/{}: {}: {}{}", CellOf(each, "namespace"), CellOf(each, "name"),
                                   CellOf(each, "finding"), CellOf(each, "sentence"), mend.empty() ? "" : "; " + mend));
  }
  return findings;
}

// What is wrong with a binding, in a few words; empty: nothing.
std::string ProblemOf(const ApiJson& decision) {
  const ApiJson error = decision.value("error", ApiJson());
  if (!error.is_null()) return "error: " + error.value("code", "");
  std::vector<std::string> missing;
  for (const ApiJson& each : decision.value("signals", ApiJson::array())) {
    const std::string reason = CellOf(each, "reason");
    if (reason == "Held" || reason == "Missing" || reason == "Ignored" || reason == "AssumedHigh" ||
        reason == "Fallback" || reason == "PartialData")
      missing.push_back(fmt::format("{} {}", CellOf(each, "name"), reason));
  }
  if (!missing.empty()) return JoinWords(missing, "and");
  if (IsUnsure(decision)) {
    const std::string doubt = decision.value("doubt", "");
    return doubt.empty() ? "low confidence" : "low confidence: " + doubt;
  }
  return "";
}

std::string AgeOf(const ApiJson& decision, Timestamp now) {
  const auto time = ParseTimestamp(CellOf(decision, "time"));
  if (!time) return "-";
  return FormatDuration(std::chrono::floor<std::chrono::seconds>(std::max(now - *time, Duration::zero())));
}

int Failed(const std::string& message) {
  PrintError("status", message);
  return 2;
}

int ShowStatus(const StatusCommand& command) {
  const auto ready = AskServer(command.server, "/readyz", {}, "ready");
  const auto body = AskServer(command.server, "/api/v1/decisions",
                              {{"namespace", command.object_namespace}, {"limit", kMost}}, "decisions");
  if (!body) return Failed(body.error().message);
  const std::vector<std::string> findings = FindingsOf(AskServer(
      command.server, "/api/v1/problems", {{"namespace", command.object_namespace}, {"limit", kMost}}, "problems"));
  const std::vector<std::string> problems =
      ready ? ProblemsOf(*ready) : std::vector<std::string>{ready.error().message};
  const Timestamp now = SystemClock().Now();
  const std::vector<ApiJson> followed = AskFollowed(command.server, {{"namespace", command.object_namespace}});
  struct Row {
    bool bad;
    std::vector<std::string> cells;
  };
  std::vector<Row> rows;
  for (const ApiJson& each : (*body)["decisions"]) {
    const std::string problem = ProblemOf(each);
    if (command.only_problems && problem.empty()) continue;
    rows.push_back({!problem.empty(),
                    {CellOf(each, "namespace") + "/" + CellOf(each, "name"), CellOf(each, "policy"),
                     CellOf(each, "observed"), CellOf(each, "replicas"), CellOf(each, "active"), AgeOf(each, now),
                     problem.empty() ? "-" : problem, OneLine(CellOf(each, "summary"), 120)}});
    if (followed.empty()) continue;
    const ApiJson* row = FollowedOf(followed, each);
    std::vector<std::string>& cells = rows.back().cells;
    cells.insert(cells.begin() + kBeforeFollowed, row == nullptr ? "-" : CellOf(*row, "effectiveness"));
  }
  const auto bad = std::count_if(rows.begin(), rows.end(), [](const Row& each) { return each.bad; });
  const bool well = problems.empty() && findings.empty() && bad == 0;
  if (command.output == "json") {
    ApiJson json = {{"well", well},
                    {"problems", problems},
                    {"kubernetes", findings},
                    {"ready", ready ? *ready : ApiJson()},
                    {"decisions", (*body)["decisions"]}};
    fmt::print("{}\n", json.dump(2, ' ', false, ApiJson::error_handler_t::replace));
    return well ? 0 : 1;
  }
  fmt::print("{} bindings, {} with a problem; {}\n", CellOf(*body, "total"), bad,
             problems.empty() ? "the server is well" : "the server is not:");
  for (const std::string& each : problems) fmt::print("  {}\n", each);
  if (!findings.empty()) fmt::print("{} problems in Kubernetes:\n", findings.size());
  for (const std::string& each : findings) fmt::print("  {}\n", each);
  // Trouble first.
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.bad > b.bad; });
  std::vector<std::vector<std::string>> table = {
      {"BINDING", "POLICY", "HAVE", "WANT", "ACTIVE", "AGE", "PROBLEM", "WHY"}};
  if (!followed.empty()) table[0].insert(table[0].begin() + kBeforeFollowed, "FOLLOWED");
  for (Row& each : rows) table.push_back(std::move(each.cells));
  if (table.size() > 1) fmt::print("\n{}", FormatTable(table));
  return well ? 0 : 1;
}

}  // namespace

int RunStatus(const StatusCommand& command) {
  try {
    return ShowStatus(command);
  } catch (const ApiJson::exception& error) {
    return Failed(OddAnswer(command.server, error));
  }
}

}  // namespace loadline
