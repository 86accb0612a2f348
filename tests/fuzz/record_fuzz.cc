// A decision as a journal keeps it, whatever somebody has made of it: plan and readings are refused with a word, or the
// decision is made again, the same each time, in numbers that KEDA could be told.
//
// The first byte says which policy; then come the plan, and after a zero byte what was seen.
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "fuzz/require.h"
#include "journal/columns.h"
#include "scaling/explain.h"
#include "scaling/redecide.h"

namespace {

using namespace loadline;
using fuzz::Require;

// Of each kind something: laws, gates, rules, schedules, forecasts, fallbacks.
constexpr std::array kSpecs = {
    R"(replicas: { min: 0, max: 20 }
  signals: [ { name: lag, query: lag, perReplica: 100, activateAbove: 5, window: { over: 1m, take: avg } } ]
  scaleDown: { stabilize: 5m }
  whenIdle: inactive
  onMissing: { hold: 2m, then: { replicas: 3 } })",
    R"(replicas: { min: 1, max: 50, observed: replicas }
  signals:
    - { name: depth, backlog: { depth: d, arrivals: a, throughputPerReplica: 2, drainWithin: 10m } }
    - { name: open, query: g, role: gate, above: 0 }
    - { name: night, schedule: { timezone: Europe/Berlin, windows: [ { start: "0 22 * * *", end: "0 6 * * *", max: 2 } ] } }
  budget: b)",
    R"(replicas: { min: 0, max: 9, observed: replicas }
  whenIdle: wake
  combine: lag * 2 + rate
  signals:
    - { name: lag, query: lag, perReplica: 100, distrustZero: 1m }
    - { name: rate, query: rate, perReplica: 10 }
  rules:
    - { name: burst, when: { signal: lag, above: 500, for: 1m }, add: 2 })"};

const std::array<std::shared_ptr<const Policy>, kSpecs.size()>& Policies() {
  static const auto policies = [] {
    std::array<std::shared_ptr<const Policy>, kSpecs.size()> all;
    for (std::size_t i = 0; i < kSpecs.size(); ++i) {
      const std::string text =
          std::string(
              "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: p, namespace: data }\nspec:\n  ") +
          kSpecs[i] + "\n";
      const auto policy = PolicyOf({0, "data", "p", text, {}});
      Require(policy.has_value());
      all[i] = *policy;
    }
    return all;
  }();
  return policies;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const Policy& policy = *Policies()[input.Byte() % kSpecs.size()];
  DecisionRecord record;
  record.plan = input.Part();
  record.seen = input.Rest();
  for (const auto& [key, value] : MetadataOf(record.seen))
    Require(MetadataOf(MetadataAsJson({{key, value}})).at(key) == value);
  if (const Result<RecordedPlan> plan = ParsePlan(record.plan)) {
    const std::string written = PlanAsJson(plan->plan, plan->terms);
    const Result<RecordedPlan> again = ParsePlan(written);
    Require(again && PlanAsJson(again->plan, again->terms) == written);
  } else {
    fuzz::RequireOneLine(plan.error().message, 300);
  }
  const Result<Decision> decision = Redecide(policy, record);
  if (!decision) {
    Require(!decision.error().message.empty());
    return 0;
  }
  if (!decision->error) {
    Require(std::isfinite(decision->replicas) && decision->replicas >= 0);
    Require(std::isfinite(decision->wanted));
  }
  Require(decision->confidence.Product() >= 0 && decision->confidence.Product() <= 1);
  Require(!Summary(policy, *decision).empty());
  const Result<Decision> again = Redecide(policy, record);
  Require(again && (decision->error ? again->error == decision->error : again->replicas == decision->replicas));
  return 0;
}
