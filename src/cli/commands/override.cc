#include "cli/commands/override.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/api_client.h"
#include "cli/print_error.h"
#include "replay/table.h"
#include "system/clock.h"
#include "system/http_client.h"
#include "system/url.h"

namespace loadline {
namespace {

constexpr char kPage[] = "/api/v1/overrides";
constexpr std::size_t kMostNamed = 5;

int Failed(const Error& error) {
  PrintError("override", error.message);
  return error.code == Code::kUnavailable || error.code == Code::kFailedPrecondition ? 2 : 1;
}

// What cannot be read of an answer is no answer.
template <class Run>
int Guarded(const Server& server, Run run) {
  try {
    return run();
  } catch (const ApiJson::exception& error) {
    return Failed({Code::kUnavailable, OddAnswer(server, error)});
  }
}

// "exactly 5 replicas"
std::string WhatOf(const ApiJson& each) {
  const std::string kind = CellOf(each, "kind");
  if (kind == "hold") return "what is observed stays";
  const std::string words = kind == "pin" ? "exactly" : kind == "floor" ? "at least" : "at most";
  return fmt::format("{} {} replicas", words, CellOf(each, "replicas"));
}

// "data/orders-cdc", "all of data", "policy worker in data"
std::string WhomOf(const ApiJson& each) {
  const std::string object_namespace = CellOf(each, "namespace");
  const std::string policy = CellOf(each, "policy");
  if (CellOf(each, "object") != "-")
    return fmt::format("{}/{}{}", object_namespace, CellOf(each, "object"),
                       policy == "-" ? "" : " with policy " + policy);
  const std::string where = object_namespace == "-" ? "" : " in " + object_namespace;
  return policy == "-" ? "all" + where : fmt::format("policy {}{}", policy, where);
}

std::string ShortTime(const std::string& text) {
  const std::size_t dot = text.find('.');
  return dot == std::string::npos ? text : text.substr(0, dot) + "Z";
}

// " (in 2h)"
std::string InHowLong(const std::string& text, Timestamp now) {
  const Result<Timestamp> time = ParseTimestamp(text);
  if (!time || *time <= now) return "";
  return fmt::format(" (in {})", FormatDuration(std::chrono::ceil<std::chrono::seconds>(*time - now)));
}

std::string MatchesOf(const ApiJson& each) {
  const auto count = each.at("bindings").get<std::size_t>();
  std::vector<std::string> names;
  for (const ApiJson& match : each.at("matches")) {
    if (names.size() == kMostNamed) break;
    names.push_back(match.get<std::string>());
  }
  if (names.empty()) return "0 bindings";
  if (count > names.size()) names.push_back(fmt::format("{} more", count - names.size()));
  return fmt::format("{} {}: {}", count, count == 1 ? "binding" : "bindings", JoinWords(names));
}

// Several, or none, are left to the server, which says what is wanted.
void AddKind(const OverrideSetCommand& command, ApiJson& body) {
  const std::vector<std::pair<const char*, const std::optional<double>*>> counts = {
      {"pin", &command.pin}, {"floor", &command.floor}, {"ceiling", &command.ceiling}};
  for (const auto& [kind, replicas] : counts) {
    if (*replicas) body.update({{"kind", kind}, {"replicas", **replicas}});
  }
  if (command.hold) body["kind"] = "hold";
}

Result<ApiJson> BodyOf(const OverrideSetCommand& command) {
  ApiJson body = ApiJson::object();
  auto put = [&body](const char* field, const std::string& text) {
    if (!text.empty()) body[field] = text;
  };
  if (!command.binding.empty()) {
    const auto parts = command.server.FindBinding(command.binding, command.object_namespace);
    if (!parts) return Fail(parts.error());
    put("namespace", parts->first);
    put("object", parts->second);
  } else {
    put("namespace", command.object_namespace);
  }
  put("name", command.name);
  put("policy", command.policy);
  if (command.all) body["all"] = true;
  AddKind(command, body);
  put("from", command.from);
  put("until", command.until);
  put("for", command.lasting);
  put("reason", command.reason);
  put("author", command.author);
  return body;
}

void PrintSet(const ApiJson& set, Timestamp now) {
  const std::string from = CellOf(set, "from");
  const std::string until = CellOf(set, "until");
  fmt::print("override {}: {}: {}\n", CellOf(set, "name"), WhomOf(set), WhatOf(set));
  fmt::print("  from     {}{}\n", CellOf(set, "state") == "in_force" ? "now on" : ShortTime(from),
             InHowLong(from, now));
  fmt::print("  until    {}{}\n", ShortTime(until), InHowLong(until, now));
  fmt::print("  why      {}\n", CellOf(set, "reason"));
  fmt::print("  by       {}\n", CellOf(set, "author"));
  fmt::print("  matches  {}\n", MatchesOf(set));
  fmt::print("  kept in  {}\n", CellOf(set, "kept_in"));
  if (!set.at("replaced").is_null()) {
    const ApiJson& old = set.at("replaced");
    fmt::print("  was      {}: {}, until {}: {} (by {})\n", WhomOf(old), WhatOf(old), ShortTime(CellOf(old, "until")),
               CellOf(old, "reason"), CellOf(old, "author"));
  }
  fmt::print("  replicas.min, replicas.max and budgets of the policies hold all the same\n");
  for (const ApiJson& each : set.at("warnings")) fmt::print("warning: {}\n", each.get<std::string>());
}

void PrintList(const ApiJson& page) {
  std::vector<std::vector<std::string>> table = {
      {"NAME", "FOR", "WHAT", "STATE", "FROM", "UNTIL", "SET", "BINDINGS", "BY", "WHY"}};
  for (const ApiJson& each : page.at("overrides")) {
    table.push_back({CellOf(each, "name"), WhomOf(each), WhatOf(each),
                     CellOf(each, "state") == "in_force" ? "in force" : "to come", ShortTime(CellOf(each, "from")),
                     ShortTime(CellOf(each, "until")), CellOf(each, "set_over"), CellOf(each, "bindings"),
                     CellOf(each, "author"), OneLine(CellOf(each, "reason"), 120)});
  }
  if (table.size() == 1) {
    fmt::print("no overrides\n");
  } else {
    fmt::print("{}", FormatTable(table));
  }
  if (!page.at("problem").is_null()) fmt::print("not all may be shown: {}\n", CellOf(page, "problem"));
}

}  // namespace

int RunOverrideSet(const OverrideSetCommand& command) {
  return Guarded(command.server, [&] {
    const Result<ApiJson> body = BodyOf(command);
    if (!body) return Failed(body.error());
    const Result<ApiJson> set = TellServer(command.server, "POST", kPage, *body, "kept_in");
    if (!set) return Failed(set.error());
    if (command.output == "json") {
      fmt::print("{}\n", set->dump(2, ' ', false, ApiJson::error_handler_t::replace));
    } else {
      PrintSet(*set, SystemClock().Now());
    }
    return 0;
  });
}

int RunOverrideList(const OverrideListCommand& command) {
  return Guarded(command.server, [&] {
    const Result<ApiJson> page = AskServer(command.server, kPage, {}, "overrides");
    if (!page) return Failed(page.error());
    if (command.output == "json") {
      fmt::print("{}\n", page->dump(2, ' ', false, ApiJson::error_handler_t::replace));
    } else {
      PrintList(*page);
    }
    return 0;
  });
}

int RunOverrideRemove(const OverrideRemoveCommand& command) {
  return Guarded(command.server, [&] {
    const Result<ApiJson> answer =
        TellServer(command.server, "DELETE", fmt::format("{}/{}", kPage, UrlEncode(command.name)), {}, "removed");
    if (!answer) return Failed(answer.error());
    const ApiJson& each = answer->at("removed");
    fmt::print("override {} is removed: {}: {} (by {}: {})\n", CellOf(each, "name"), WhomOf(each), WhatOf(each),
               CellOf(each, "author"), CellOf(each, "reason"));
    return 0;
  });
}

}  // namespace loadline
