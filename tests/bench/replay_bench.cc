// What a replay costs: 14 days at 15 s (80,640 decisions), for one policy of each kind, and reading the recording.
// Figures, no verdicts; CPU time of this thread. usage: build-release/tests/replay_bench [rounds]
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <random>
#include <vector>

#include "scaling/policy_yaml.h"
#include "scaling/replay_run.h"

namespace loadline::bench {
namespace {

constexpr Duration kTick{15'000};
constexpr std::size_t kDays = 14, kTicksADay = 24 * 240;

double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

struct Kind {
  const char* name;
  const char* spec;
  int rounds;  // at most
};

constexpr Kind kKinds[] = {
    {"one signal by perReplica", "  signals: [ { name: a, query: load, perReplica: 40 } ]\n", 100},
    {"the same, scaleDown.stabilize: 5m, a step limit",
     "  signals: [ { name: a, query: load, perReplica: 40 } ]\n  scaleDown: { stabilize: 5m, atMost: [ 50%/1m ] }\n",
     100},
    {"four signals, a backlog in the closed loop, a rule for 5m",
     "  signals:\n    - { name: a, query: load, perReplica: 40 }\n    - { name: cpu, query: cpu, target: 0.7 }\n"
     "    - name: work\n      backlog: { depth: depth, arrivals: load, drainWithin: 2m, throughputPerReplica: 50 }\n"
     "    - { name: jobs, query: depth, tiers: [ { from: 10, replicas: 2 }, { from: 1000, replicas: 9 } ] }\n"
     "  rules: [ { name: burst, when: { signal: a, above: 600, for: 5m }, add: 2 } ]\n",
     100},
    {"an objective of a service",
     "  signals: [ { name: a, query: load, perReplica: 50 } ]\n"
     "  objective: { violations: 1%, capacity: 50, startDelay: 30s }\n",
     3},
    {"a forecast, 7d of history, fitted each 10m",
     "  signals:\n    - { name: a, query: load, perReplica: 40 }\n"
     "    - { name: soon, forecast: { of: a, ahead: 2m, history: 7d, mode: active } }\n",
     1},
};

Recording MakeRecording() {
  std::mt19937 random(1);
  std::normal_distribution<double> noise(0, 12);
  Recording recording;
  recording.begin = recording.from = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 9));
  recording.ticks = kDays * kTicksADay;
  for (const char* text :
       {"load", "cpu", "depth", "kube_deployment_status_replicas{namespace=\"data\",deployment=\"app\"}"})
    recording.queries.push_back({"default", text, {}});
  for (std::size_t i = 0; i < recording.ticks; ++i) {
    const double day = static_cast<double>(i) / kTicksADay;
    const double load = std::max(5.0, 260 + 220 * std::sin(day * 2 * std::numbers::pi) + noise(random));
    const double replicas = std::ceil(load / 40);
    const double values[] = {load, load / 50 / replicas, 10, replicas};
    for (std::size_t q = 0; q < 4; ++q) recording.queries[q].readings.push_back({values[q], ReadingState::kValue});
  }
  return recording;
}

void Measure(const Kind& kind, const Recording& recording, int rounds) {
  const std::string text = std::string(
                               "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: p, namespace: data "
                               "}\nspec:\n  replicas: { min: 1, max: 40 }\n") +
                           kind.spec;
  const Policy policy = *ParsePolicy({text, 1}).content;
  const Parameters parameters = {{"namespace", "data"}, {"name", "app"}};
  const QueryPlan plan = *PlanQueries(policy, parameters);
  const ReplayMember member{&policy, &plan, &parameters};
  const WorkloadModel workload = *FindWorkload(recording, std::span(&member, 1), {});
  ReplayOptions options;
  options.begin = recording.begin;
  options.end = recording.TimeAt(recording.ticks);
  std::vector<double> took;
  double hours = 0;
  for (int i = 0; i < std::min(rounds, kind.rounds); ++i) {
    const double begin = CpuSeconds();
    ReplayForecasts forecasts(recording, std::chrono::minutes(10), std::chrono::minutes(1));
    hours = Replay(recording, member, workload, options, forecasts).Total().ReplicaHours();
    took.push_back(CpuSeconds() - begin);
  }
  std::ranges::sort(took);
  fmt::print("| {} | {:.3f} s | {:.0f} replica-hours |\n", kind.name, took[took.size() / 2], hours);
}

}  // namespace
}  // namespace loadline::bench

int main(int argc, char** argv) {
  using namespace loadline::bench;
  const int rounds = argc > 1 ? std::max(std::atoi(argv[1]), 1) : 5;
  const loadline::Recording recording = MakeRecording();
  for (const Kind& kind : kKinds) Measure(kind, recording, rounds);
  const std::string text = FormatRecording(recording);
  const double begin = CpuSeconds();
  const auto read = loadline::ParseRecording(text);
  fmt::print("| reading it from a file of {:.1f} MB | {:.3f} s | {} ticks |\n", static_cast<double>(text.size()) / 1e6,
             CpuSeconds() - begin, read->ticks);
  return 0;
}
