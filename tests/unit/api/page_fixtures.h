// What the pages of /api/v1 show in tests: policies, and a journal with some decisions.
#ifndef LOADLINE_TESTS_UNIT_API_PAGE_FIXTURES_H_
#define LOADLINE_TESTS_UNIT_API_PAGE_FIXTURES_H_

#include <catch2/catch.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "journal/journal.h"
#include "support/journal_records.h"
#include "unit/api/served_admin.h"

namespace loadline::testing {

inline constexpr char kGood[] =
    "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: web, namespace: shop }\n"
    "spec: { replicas: { max: 9 }, signals: [ { name: load, query: load, perReplica: 10 } ] }\n";

inline std::shared_ptr<const Policy> Named(const std::string& policy_namespace, const std::string& name,
                                           std::uint64_t hash, std::string_view spec = kLag) {
  auto policy = std::make_shared<Policy>(MakePolicy(spec));
  policy->policy_namespace = policy_namespace;
  policy->name = name;
  policy->hash = hash;
  policy->text = std::make_shared<const std::string>("the text of " + name);
  return policy;
}

inline PolicySet SomePolicies() {
  PolicySet set;
  set.policies = {Named("shop", "web", 3), Named("data", "orders", 1), Named("data", "users", 2)};
  set.problems = {
      {"a.yaml", {{3, 9}, "spec.x", "no such field", "", "did you mean y?", Severity::kError}, "data", "users", true}};
  Budget budget;
  budget.name = "workers";
  budget.budget_namespace = "data";
  budget.replicas = 20;
  budget.members = {{"orders", {5, 2, 1}}};
  set.budgets = {std::make_shared<const Budget>(budget)};
  Calendar calendar;
  calendar.name = "holidays";
  calendar.ranges = {*ParseDateRange("2026-12-24..2026-12-26")};
  set.calendars = {std::make_shared<const Calendar>(calendar)};
  return set;
}

inline nlohmann::json Page(const Admin& admin, const std::string& path) {
  const HttpResponse response = admin.Get(path);
  INFO(path << ": " << response.body);
  REQUIRE(response.status == 200);
  return nlohmann::json::parse(response.body);
}

inline std::unique_ptr<DecisionJournal> MemoryJournal() {
  JournalOptions options;
  options.url = "memory:";
  return *OpenJournal(options);
}

struct Journaled {
  Journaled() {
    JournalBatch batch;
    for (int binding = 0; binding < 3; ++binding) {
      batch.bindings.push_back(SomeBinding(binding));
      for (int tick = 0; tick < 8; ++tick)
        batch.decisions.push_back(SomeDecision(binding, tick, tick < 4 ? 2 : 3 + binding));
    }
    const auto appended = journal->Append(batch);
    REQUIRE(appended);
    REQUIRE(appended->stored == 24);
  }
  static std::string Span(int from, int until) {
    return "from=" + FormatTimestamp(TickTime(from)) + "&until=" + FormatTimestamp(TickTime(until));
  }

  std::unique_ptr<DecisionJournal> journal = MemoryJournal();
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_API_PAGE_FIXTURES_H_
