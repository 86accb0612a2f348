#include "cli/commands/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "base/text.h"
#include "cli/api_client.h"
#include "replay/table.h"
#include "system/clock.h"

namespace loadline {
namespace {

// Asks for page after page until there are enough records, or no more.
Result<ApiJson> AskForRecords(const HistoryCommand& command, const std::string& object_namespace,
                              const std::string& name) {
  const Timestamp now = SystemClock().Now();
  std::string from;
  std::string until;
  for (const auto& [text, time] : {std::pair{&command.from, &from}, std::pair{&command.until, &until}}) {
    if (text->empty()) continue;
    const auto parsed = ParseTimeBefore(*text, now);
    if (!parsed) return Fail(parsed.error());
    *time = FormatTimestamp(*parsed);
  }
  ApiJson records = ApiJson::array();
  const auto wanted = static_cast<std::size_t>(command.limit);
  while (records.size() < wanted) {
    const auto body = AskServer(command.server, "/api/v1/history",
                                {{"namespace", object_namespace},
                                 {"name", name},
                                 {"policy", command.policy},
                                 {"from", from},
                                 {"until", until},
                                 {"limit", command.heartbeats ? std::to_string(wanted - records.size()) : "1000"}},
                                "records");
    if (!body) return Fail(body.error());
    for (const ApiJson& each : (*body)["records"]) {
      const bool shown = command.heartbeats || each.value("kind", "") != "heartbeat";
      if (shown && records.size() < wanted) records.push_back(each);
    }
    const ApiJson next = body->value("next", ApiJson());
    if (!next.is_string()) break;
    until = next.get<std::string>();
  }
  return records;
}

std::string AnswerOf(const ApiJson& record) {
  const ApiJson error = record.value("error", ApiJson());
  if (!error.is_null()) return error.value("code", "error");
  return CellOf(record, "replicas") + (record.value("active", ApiJson()) == false ? " inactive" : "");
}

using Changes = std::vector<std::vector<std::string>>;

void Compare(const std::string& what, const std::string& before, const std::string& after, Changes& changes) {
  if (before != after) changes.push_back({what, before, after});
}

std::string SignalOf(const std::map<std::string, ApiJson>& signals, const std::string& name, const char* key) {
  const auto found = signals.find(name);
  return found == signals.end() ? "not there" : CellOf(found->second, key);
}

Changes ChangesOf(const ApiJson& before, const ApiJson& after) {
  Changes changes = {{"WHAT", "FIRST", "SECOND"}};
  Compare("replicas", AnswerOf(before), AnswerOf(after), changes);
  for (const char* key : {"wanted", "observed", "winner", "confidence", "policy_hash", "summary"})
    Compare(key, CellOf(before, key), CellOf(after, key), changes);
  std::set<std::string> names;
  std::map<std::string, ApiJson> signals[2];
  for (const int side : {0, 1}) {
    for (const ApiJson& each : (side == 0 ? before : after).value("signals", ApiJson::array())) {
      names.insert(CellOf(each, "name"));
      signals[side][CellOf(each, "name")] = each;
    }
  }
  for (const std::string& name : names) {
    for (const char* key : {"value", "demand", "reason", "active"})
      Compare(name + " " + key, SignalOf(signals[0], name, key), SignalOf(signals[1], name, key), changes);
  }
  return changes;
}

int Failed(const char* command, const std::string& message) {
  fmt::print(stderr, "loadline {}: {}\n", command, message);
  return 2;
}

int ShowHistory(const HistoryCommand& command) {
  const auto binding = command.server.FindBinding(command.binding, command.object_namespace);
  if (!binding) return Failed("history", binding.error().message);
  const Result<ApiJson> records = AskForRecords(command, binding->first, binding->second);
  if (!records) return Failed("history", records.error().message);
  if (command.output == "json") {
    fmt::print("{}\n", records->dump(2, ' ', false, ApiJson::error_handler_t::replace));
    return records->empty() ? 1 : 0;
  }
  if (records->empty()) {
    fmt::print(stderr, "loadline history: nothing is recorded of {}/{}\n", binding->first, binding->second);
    return 1;
  }
  std::vector<std::vector<std::string>> rows = {{"TIME", "POLICY", "ANSWER", "OBSERVED", "WHY"}};
  for (const ApiJson& each : *records) {
    rows.push_back({CellOf(each, "time"), CellOf(each, "policy"), AnswerOf(each), CellOf(each, "observed"),
                    OneLine(CellOf(each, "summary"), 160)});
  }
  fmt::print("{}", FormatTable(rows));
  return 0;
}

int ShowDiff(const DiffCommand& command) {
  if (command.at.size() != 2) return Failed("diff", fmt::format("want --at twice; found {}", command.at.size()));
  const auto binding = command.server.FindBinding(command.binding, command.object_namespace);
  if (!binding) return Failed("diff", binding.error().message);
  const std::string name = binding->first + "/" + binding->second;
  const Timestamp now = SystemClock().Now();
  std::vector<ApiJson> sides;
  for (const std::string& text : command.at) {
    const auto at = ParseTimeBefore(text, now);
    if (!at) return Failed("diff", "--at: " + at.error().message);
    const auto body = AskServer(command.server, "/api/v1/explain",
                                {{"namespace", binding->first},
                                 {"name", binding->second},
                                 {"policy", command.policy},
                                 {"at", FormatTimestamp(*at)}},
                                "decisions");
    if (!body) return Failed("diff", body.error().message);
    const ApiJson& decisions = (*body)["decisions"];
    if (decisions.size() != 1) {
      return Failed("diff",
                    fmt::format("{} has {} triggers: name one by its policy (--policy)", name, decisions.size()));
    }
    sides.push_back(decisions[0]);
  }
  fmt::print("{}: first {} ({}), second {} ({})\n", name, CellOf(sides[0], "time"), CellOf(sides[0], "source"),
             CellOf(sides[1], "time"), CellOf(sides[1], "source"));
  const Changes changes = ChangesOf(sides[0], sides[1]);
  if (changes.size() == 1) {
    fmt::print("nothing differs\n");
    return 0;
  }
  fmt::print("{}", FormatTable(changes, "  "));
  return 1;
}

}  // namespace

int RunHistory(const HistoryCommand& command) {
  try {
    return ShowHistory(command);
  } catch (const ApiJson::exception& error) {
    return Failed("history", OddAnswer(command.server, error));
  }
}

int RunDiff(const DiffCommand& command) {
  try {
    return ShowDiff(command);
  } catch (const ApiJson::exception& error) {
    return Failed("diff", OddAnswer(command.server, error));
  }
}

}  // namespace loadline
