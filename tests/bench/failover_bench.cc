// A start with 10,000 policies, and what follows a failover of KEDA's operator: the new leader polls all of its objects
// at once, over one connection, first those of a Loadline that has just started, then of one that knows them. Figures,
// no verdicts. usage: build-release/tests/failover_bench [bursts]
#include <fmt/format.h>
#include <unistd.h>

#include <thread>

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

// Starts, is asked, and is stopped as soon as it has answered, while it may still be keeping versions.
void PrintStart(const char* what, const testing::TempDir& dir, const std::string& prometheus, const Fleet& fleet,
                const std::vector<std::string>& options) {
  Fleet one = fleet;
  one.objects = 1;
  Served serve(dir, prometheus, options);
  const double listening = MillisecondsSince(serve.begin());
  const bool ready = serve.AwaitReady();
  const double ready_after = MillisecondsSince(serve.begin());
  // Gone before the stop: a connection that nobody looks after would keep it waiting.
  const bool answered = Eventually([&] { return LoadClient(serve.address(), 1, one).Saturate(1, 1).failed == 0; });
  const double answered_after = MillisecondsSince(serve.begin());
  const double cpu = CpuSeconds(serve.pid());
  const double megabytes = ResidentKb(serve.pid()) / 1024;
  fmt::print("| {} | {:.0f} | {:.0f}{} | {:.0f}{} | {:.2f} | {:.0f} | {:.0f} |\n", what, listening, ready_after,
             ready ? "" : " (never)", answered_after, answered ? "" : " (never)", cpu, megabytes, serve.Stop());
}

void PrintStarts() {
  const Fleet fleet{.objects = 10'000, .policies = 10'000, .signals = 1};
  const Timestamp now = SystemClock().Now();
  const testing::PrometheusServer server(fleet.Series(now - std::chrono::minutes(20), now + std::chrono::minutes(10)));
  const std::string prometheus = server.url();
  const testing::TempDir dir;
  fleet.WritePolicies(dir);
  fmt::print(
      "start with {} policy documents; {}\n| | listens ms | ready ms | first number ms | CPU s | MB | stopped ms |\n"
      "|---|---|---|---|---|---|---|\n",
      fleet.policies, MachineLoad());
  const std::string data_dir = "--dataDir=" + (dir / "data");
  PrintStart("without `dataDir`", dir, prometheus, fleet, {});
  PrintStart("with `dataDir`", dir, prometheus, fleet, {data_dir});
  PrintStart("with `dataDir`, restarted", dir, prometheus, fleet, {data_dir});
  Served serve(dir, prometheus, {});
  fmt::print("stopped while it reads them: {:.0f} ms\n\n", serve.Stop());
}

void PrintBurst(const std::string& what, LoadClient& client, int objects, pid_t pid) {
  const double cpu = CpuSeconds(pid);
  PollResult polled = client.Poll(objects, 0);
  const LoadResult& metrics = polled[Method::kGetMetrics];
  const LoadResult all = polled.All();
  fmt::print("| {} | {} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {:.2f} | {} {}|\n", what, all.calls,
             Quantile(metrics.latencies_us, 0.5) / 1e3, Quantile(metrics.latencies_us, 1) / 1e3,
             Quantile(all.latencies_us, 1) / 1e3, polled.seconds * 1e3, CpuSeconds(pid) - cpu, all.failed,
             polled.an_error);
  std::fflush(stdout);
}

void PrintBursts(const Fleet& fleet, int bursts) {
  const testing::TempDir dir;
  fleet.WritePolicies(dir);
  const Timestamp now = SystemClock().Now();
  const testing::PrometheusServer prometheus(
      fleet.Series(now - std::chrono::minutes(20), now + std::chrono::minutes(30)));
  const Served serve(dir, prometheus.url(), {"--dataDir=" + (dir / "data")});
  serve.AwaitReady();
  const double empty_mb = ResidentKb(serve.pid()) / 1024;
  LoadClient client(serve.address(), 1, fleet);
  fmt::print(
      "{} objects polled at once, three calls each, {} distinct queries; {}\n"
      "| | calls | GetMetrics p50 ms | GetMetrics max ms | any call max ms | all done ms | CPU s | failed |\n"
      "|---|---|---|---|---|---|---|---|\n",
      fleet.objects, fleet.DistinctQueries(), MachineLoad());
  PrintBurst("just started", client, fleet.objects, serve.pid());
  std::this_thread::sleep_for(std::chrono::seconds(20));
  const double first_mb = ResidentKb(serve.pid()) / 1024;
  for (int i = 0; i < bursts; ++i) PrintBurst("knows them", client, fleet.objects, serve.pid());
  const double burst_mb = ResidentKb(serve.pid()) / 1024;
  std::this_thread::sleep_for(std::chrono::seconds(20));
  fmt::print(
      "memory: {:.0f} MB before, {:.0f} MB 20 s after the first, {:.0f} MB right after the last, {:.0f} MB 20 s later; "
      "at most {:.0f} MB\n\n",
      empty_mb, first_mb, burst_mb, ResidentKb(serve.pid()) / 1024, PeakResidentKb(serve.pid()) / 1024);
}

// The same of a scaler in Go, whose values are there from the start: what the client and gRPC need themselves.
void PrintGo(int bursts) {
  if (access(CACHED_SCALER, X_OK) != 0) {
    fmt::print("no rows for Go: {} is not built (target cached_scaler, where there is Go)\n", CACHED_SCALER);
    return;
  }
  const Fleet fleet;
  const testing::TempDir dir;
  const Child go({CACHED_SCALER, std::to_string(fleet.objects)}, dir / "go");
  Eventually([&] { return go.Output().find('\n') != std::string::npos; });
  LoadClient client("127.0.0.1:" + go.Output().substr(0, go.Output().find('\n')), 1, fleet);
  for (int i = 0; i <= bursts; ++i)
    PrintBurst(i == 0 ? "Go, cached values, just started" : "Go, cached values", client, fleet.objects, go.pid());
}

}  // namespace
}  // namespace loadline::bench

int main(int argc, char** argv) {
  using namespace loadline;
  const int bursts = argc > 1 ? std::stoi(argv[1]) : 5;
  bench::PrintStarts();
  bench::PrintBursts({.objects = 10'000, .groups = 1}, bursts);
  bench::PrintBursts({.objects = 10'000, .groups = 100}, bursts);
  bench::PrintGo(bursts);
}
