// Whether memory, descriptors and threads stay as they are: `loadline serve` with a journal on disk and a real
// Prometheus under a modest load that never stays the same: objects that come and are forgotten, policies that change,
// streams that are cut, pages that are read. A line a minute. usage: build-release/tests/soak_bench MINUTES
#include <fmt/format.h>

#include <optional>
#include <thread>

#include "bench/fleet.h"
#include "bench/load_client.h"
#include "bench/process_figures.h"
#include "bench/raw_http2.h"
#include "bench/served.h"
#include "bench/stream_client.h"
#include "support/prometheus_server.h"
#include "system/clock.h"

namespace loadline::bench {
namespace {

constexpr double kPolls = 100;  // a second, of three calls each
constexpr int kStreams = 200;
constexpr int kCut = 50;  // streams a minute

void CutStreams(const std::string& address, const Fleet& fleet) {
  RawHttp2 dying(std::stoi(address.substr(address.find(':') + 1)), 1 << 16);
  for (int i = 0; i < kCut; ++i)
    dying.Call("/externalscaler.ExternalScaler/StreamIsActive", RefOf(fleet, i).SerializeAsString());
  dying.Read();
  dying.Cut();
}

// The mean of a part of the run, so that a moment does not count.
double Mean(const std::vector<double>& values, std::size_t begin, std::size_t end) {
  double sum = 0;
  for (std::size_t i = begin; i < end; ++i) sum += values[i];
  return sum / static_cast<double>(end - begin);
}

void Run(int minutes) {
  Fleet fleet{.objects = 2'000};
  const testing::TempDir dir;
  fleet.WritePolicies(dir);
  const Timestamp now = SystemClock().Now();
  const testing::PrometheusServer prometheus(
      fleet.Series(now - std::chrono::minutes(20), now + std::chrono::minutes(minutes + 20)));
  const Served serve(dir, prometheus.url(),
                     {"--dataDir=" + (dir / "data"), "--tick.interval=5s", "--tick.delay=500ms", "--tick.budget=4s",
                      "--bindings.forgetAfter=5m", "--journal.heartbeat=1m"});
  serve.AwaitReady();
  LoadClient client(serve.address(), 1, fleet);
  Fleet pushed = fleet;
  pushed.objects = kStreams;
  StreamClient streams(serve.address(), pushed);
  fmt::print(
      "{} objects, {:.0f} polls of three calls a second, {} streams; a tick each 5 s; each minute 50 new objects, "
      "which are "
      "forgotten after 5, a change of all policies, {} streams cut, pages read; {}\n"
      "| minute | MB | files | threads | bindings | streams | calls | failed | GetMetrics p99 us | CPU s |\n"
      "|---|---|---|---|---|---|---|---|---|---|\n",
      fleet.objects, kPolls, kStreams, kCut, MachineLoad());
  std::vector<double> megabytes, files;
  for (int minute = 1; minute <= minutes; ++minute) {
    fleet.limit = 40 + minute % 2;
    fleet.WritePolicies(dir);
    const Fleet newcomers{.objects = 50, .prefix = fmt::format("new-{}-", minute)};
    LoadClient(serve.address(), 1, newcomers).Poll(newcomers.objects, 50);
    CutStreams(serve.address(), fleet);
    PollResult polled = client.Poll(static_cast<int>(58 * kPolls), kPolls);
    serve.Get("/api/v1/summary");
    const double bindings = serve.Metric("loadline_bindings");
    const LoadResult all = polled.All();
    megabytes.push_back(ResidentKb(serve.pid()) / 1024);
    files.push_back(OpenFiles(serve.pid()));
    fmt::print("| {} | {:.1f} | {:.0f} | {} | {:.0f} | {:.0f} | {} | {} {}| {:.0f} | {:.1f} |\n", minute,
               megabytes.back(), files.back(), Threads(serve.pid()), bindings,
               serve.Metric("loadline_grpc_open_streams"), all.calls, all.failed, polled.an_error,
               Quantile(polled[Method::kGetMetrics].latencies_us, 0.99), CpuSeconds(serve.pid()));
    std::fflush(stdout);
  }
  const std::size_t half = megabytes.size() / 2;
  if (half == 0) return;
  const std::size_t last = megabytes.size() - half / 2;
  fmt::print(
      "memory: {:.1f} MB in the third quarter, {:.1f} MB in the last; files {:.1f} and {:.1f}; streams ended: {}; {}\n",
      Mean(megabytes, half, last), Mean(megabytes, last, megabytes.size()), Mean(files, half, last),
      Mean(files, last, files.size()), streams.ended(), MachineLoad());
}

}  // namespace
}  // namespace loadline::bench

int main(int argc, char** argv) { loadline::bench::Run(argc > 1 ? std::stoi(argv[1]) : 30); }
