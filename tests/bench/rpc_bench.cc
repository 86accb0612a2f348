// What an answer costs: GetMetrics of `loadline serve` with 10,000 bindings and a real Prometheus, beside an empty
// handler (empty_scaler.cc) and a scaler in Go that serves cached values (tests/cluster/cached_scaler), in interleaved
// rounds. Figures, no verdicts. usage: build-release/tests/rpc_bench [rounds [objects]]
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <functional>

#include "base/time.h"
#include "bench/fleet.h"
#include "bench/load_client.h"
#include "bench/process_figures.h"
#include "bench/served.h"
#include "support/eventually.h"
#include "support/prometheus_server.h"
#include "system/clock.h"

namespace loadline::bench {
namespace {

using testing::Child;
using testing::Eventually;

// One way of calling, and what a round of it gave.
struct Load {
  const char* name;
  std::function<LoadResult(LoadClient&)> call;
};
const std::array kLoads = {
    Load{"64 calls under way", [](LoadClient& client) { return client.Saturate(20'000, 64); }},
    Load{"one call at a time", [](LoadClient& client) { return client.Saturate(4'000, 1); }},
    Load{"3,000 calls a second", [](LoadClient& client) { return client.Pace(6'000, 3'000); }},
};

struct Round {
  double cpu_us = 0;  // a call
  double p50_us = 0;
  double p99_us = 0;
  double most_us = 0;
};

struct Target {
  std::string name;
  pid_t pid;
  LoadClient client;
  std::array<std::vector<Round>, kLoads.size()> rounds = {};
  int failed = 0;

  void Measure(std::size_t load) {
    const double before = CpuSeconds(pid);
    const LoadResult result = kLoads[load].call(client);
    const double cpu = CpuSeconds(pid) - before;
    rounds[load].push_back({cpu * 1e6 / result.calls, Quantile(result.latencies_us, 0.5),
                            Quantile(result.latencies_us, 0.99), Quantile(result.latencies_us, 1)});
    failed += result.failed;
  }
};

double MedianOf(const std::vector<Round>& rounds, double Round::*figure) {
  std::vector<double> values;
  for (const Round& each : rounds) values.push_back(each.*figure);
  return Median(values);
}

// Of each round by itself, so that what else the machine did meanwhile is in both.
double MedianRatio(const std::vector<Round>& rounds, const std::vector<Round>& to, double Round::*figure) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < rounds.size(); ++i) ratios.push_back(rounds[i].*figure / (to[i].*figure));
  return Median(ratios);
}

void Print(const std::vector<Target>& targets) {
  for (std::size_t load = 0; load < kLoads.size(); ++load) {
    fmt::print(
        "\n| {} | CPU us a call | to empty | p50 us | p99 us | to empty | max us | to empty | failed |\n"
        "|---|---|---|---|---|---|---|---|---|\n",
        kLoads[load].name);
    for (const Target& each : targets) {
      const std::vector<Round>& own = each.rounds[load];
      const std::vector<Round>& empty = targets[1].rounds[load];
      fmt::print("| {} | {:.2f} | {:.2f} | {:.0f} | {:.0f} | {:.2f} | {:.0f} | {:.2f} | {} |\n", each.name,
                 MedianOf(own, &Round::cpu_us), MedianRatio(own, empty, &Round::cpu_us), MedianOf(own, &Round::p50_us),
                 MedianOf(own, &Round::p99_us), MedianRatio(own, empty, &Round::p99_us), MedianOf(own, &Round::most_us),
                 MedianRatio(own, empty, &Round::most_us), each.failed);
    }
    if (targets.size() > 3)
      fmt::print("loadline to Go: CPU {:.2f}, p99 {:.2f}\n",
                 MedianRatio(targets[0].rounds[load], targets[3].rounds[load], &Round::cpu_us),
                 MedianRatio(targets[0].rounds[load], targets[3].rounds[load], &Round::p99_us));
  }
}

std::string AddressOf(const Child& child) {
  Eventually([&] { return child.Output().find('\n') != std::string::npos; });
  return "127.0.0.1:" + child.Output().substr(0, child.Output().find('\n'));
}

void Run(int rounds, int objects) {
  constexpr int kConnections = 4;
  const Fleet fleet{.objects = objects};
  const testing::TempDir dir;
  fleet.WritePolicies(dir);
  const Timestamp now = SystemClock().Now();
  const testing::PrometheusServer prometheus(fleet.Series(now - std::chrono::hours(2), now + std::chrono::hours(2)));
  // No tick while calls are measured: fleet_bench has both.
  const Served serve(dir, prometheus.url(), {"--tick.interval=1h"});
  serve.AwaitReady();
  const Child empty({EMPTY_SCALER}, dir / "empty");
  const Child empty_jemalloc({"/usr/bin/env", std::string("LD_PRELOAD=") + JEMALLOC, EMPTY_SCALER}, dir / "jemalloc");
  std::vector<Target> targets;
  targets.push_back({"loadline", serve.pid(), LoadClient(serve.address(), kConnections, fleet)});
  targets.push_back({"empty handler", empty.pid(), LoadClient(AddressOf(empty), kConnections, fleet)});
  targets.push_back(
      {"empty handler, jemalloc", empty_jemalloc.pid(), LoadClient(AddressOf(empty_jemalloc), kConnections, fleet)});
  std::unique_ptr<Child> go;
  if (access(CACHED_SCALER, X_OK) == 0) {
    go = std::make_unique<Child>(std::vector<std::string>{CACHED_SCALER, std::to_string(fleet.objects)}, dir / "go");
    targets.push_back({"Go, cached values", go->pid(), LoadClient(AddressOf(*go), kConnections, fleet)});
  } else {
    fmt::print("no column for Go: {} is not built (target cached_scaler, where there is Go)\n", CACHED_SCALER);
  }
  for (Target& each : targets) each.client.Saturate(2 * fleet.objects, 64);
  if (!Eventually([&] { return targets[0].client.Saturate(fleet.objects, 64).failed == 0; }))
    fmt::print("not every call gets a number: what follows tells of errors, too\n");
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t load = 0; load < kLoads.size(); ++load) {
      for (std::size_t i = 0; i < targets.size(); ++i)
        targets[(i + static_cast<std::size_t>(round)) % targets.size()].Measure(load);
    }
  }
  fmt::print("GetMetrics of {} bindings over {} policies; medians, also of the ratios, of {} interleaved rounds; {}\n",
             fleet.objects, fleet.policies, rounds, MachineLoad());
  Print(targets);
}

}  // namespace
}  // namespace loadline::bench

int main(int argc, char** argv) {
  loadline::bench::Run(argc > 1 ? std::stoi(argv[1]) : 15, argc > 2 ? std::stoi(argv[2]) : 10'000);
}
