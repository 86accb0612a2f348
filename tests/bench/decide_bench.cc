// What a tick costs once its readings are there: one decision for each of 10,000 bindings with 4 signals, how that
// grows, and how much it allocates; and what reading 10,000 policies costs. Figures, no verdicts; CPU time of this
// thread. usage: build-release/tests/decide_bench [rounds]
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <deque>
#include <new>
#include <vector>

#include "scaling/documents.h"
#include "scaling/fleet.h"
#include "scaling/policy_yaml.h"

namespace {
std::atomic<std::size_t> allocations{0};
}

void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace loadline::bench {
namespace {

double CpuMs() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::string PolicyText(int number, bool shaped) {
  return fmt::format(
      "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: {{ name: p-{}, namespace: data }}\nspec:\n"
      "  replicas: {{ min: 1, max: 40 }}\n  signals:\n"
      "    - {{ name: lag, query: \"max(lag{{app=\\\"${{name}}\\\"}})\", perReplica: 300, activateAbove: 60 }}\n"
      "    - name: buffer\n      backlog: {{ depth: depth, arrivals: arrivals, drainWithin: 2m, throughputPerReplica: "
      "50 }}\n"
      "    - {{ name: cpu, query: cpu, target: 0.7 }}\n"
      "    - {{ name: jobs, query: jobs, tiers: [ {{ from: 10, replicas: 2 }}, {{ from: 100, replicas: 50% }} ] }}\n{}",
      number, shaped ? "  scaleDown: { stabilize: 5m, atMost: [ 50%/1m ], cooldown: 5m, hysteresis: 10% }\n" : "");
}

// `count` bindings, each with the readings of its own windows.
class Fleet {
 public:
  Fleet(int count, bool shaped) : policy_(*ParsePolicy({PolicyText(0, shaped), 1}).content) {
    for (int i = 0; i < count; ++i) {
      const std::string name = fmt::format("app-{}", i);
      plans_.push_back(*PlanQueries(policy_, {{"namespace", "data"}, {"name", name}}));
      FleetMember member{{"data", name, policy_.name}, &policy_, &plans_.back(), {}};
      member.seen.now = Timestamp(std::chrono::hours(1000));
      for (const PlannedQuery& query : plans_.back().queries) {
        auto& readings = readings_.emplace_back(static_cast<std::size_t>(query.window / member.seen.interval) + 1);
        for (Reading& each : readings)
          each = {static_cast<double>(1 + (i * 7 + readings_.size()) % 20), ReadingState::kValue};
        member.seen.windows.push_back({readings, ""});
      }
      members_.push_back(std::move(member));
    }
    plan_ = PlanFleet(members_, std::chrono::seconds(15));
  }

  double Tick() {
    const double begin = CpuMs();
    const std::vector<Decision> decisions = DecideFleet(plan_, members_, {});
    const double took = CpuMs() - begin;
    for (const Decision& each : decisions) sum_ += each.replicas;  // so that nothing is optimised away
    return took;
  }

 private:
  const Policy policy_;
  std::deque<QueryPlan> plans_;
  std::deque<std::vector<Reading>> readings_;
  std::vector<FleetMember> members_;
  FleetPlan plan_;
  double sum_ = 0;
};

double MedianTick(Fleet& fleet, int rounds) {
  std::vector<double> ms;
  for (int i = 0; i < rounds; ++i) ms.push_back(fleet.Tick());
  return Median(ms);
}

void PrintTicks(int rounds, bool shaped) {
  Fleet small(1'000, shaped);
  Fleet large(10'000, shaped);
  large.Tick();
  small.Tick();
  const std::size_t before = allocations.load();
  large.Tick();
  const double each = static_cast<double>(allocations.load() - before) / 10'000;
  const double small_ms = MedianTick(small, rounds);
  const double large_ms = MedianTick(large, rounds);
  fmt::print(
      "a tick of 10,000 bindings, 4 signals each{}: {:.1f} ms, {:.1f} times 1,000; {:.1f} allocations a decision\n",
      shaped ? ", stabilised over 5m with step limits and cooldowns" : "", large_ms, large_ms / small_ms, each);
}

void PrintParsing() {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "---\n" + PolicyText(i, true);
  const double begin = CpuMs();
  std::size_t good = 0;
  for (const DocumentText& document : SplitDocuments(text)) good += ParseLoadlineDocument(document).content.has_value();
  fmt::print("reading and checking {} policies ({} KB): {:.0f} ms\n", good, text.size() / 1024, CpuMs() - begin);
}

}  // namespace
}  // namespace loadline::bench

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 15;
  fmt::print("bytes: a decision {}, each signal's outcome {}, each step {}, each query of a plan {}, each reading {}\n",
             sizeof(loadline::Decision), sizeof(loadline::SignalOutcome), sizeof(loadline::Step),
             sizeof(loadline::PlannedQuery), sizeof(loadline::Reading));
  loadline::bench::PrintTicks(rounds, false);
  loadline::bench::PrintTicks(rounds, true);
  loadline::bench::PrintParsing();
}
