// What streams cost: 2,000 objects with the trigger external-push, whose activity changes at each tick, over one
// connection, in turns without and with others that behave badly: one that is slow (it gives no room to be sent
// anything), one that is frozen (it reads nothing, not even pings), and one that dies and comes back ten times a
// second. Figures, no verdicts. usage: build-release/tests/stream_bench [rounds]
#include <fmt/format.h>

#include <thread>

#include "bench/fleet.h"
#include "bench/load_client.h"
#include "bench/process_figures.h"
#include "bench/raw_http2.h"
#include "bench/served.h"
#include "bench/stream_client.h"
#include "support/eventually.h"
#include "support/prometheus_server.h"
#include "system/clock.h"

namespace loadline::bench {
namespace {

constexpr std::string_view kPath = "/externalscaler.ExternalScaler/StreamIsActive";
constexpr std::chrono::seconds kInterval{1};
constexpr std::chrono::milliseconds kDelay{100};
constexpr int kBadStreams = 100;  // of each bad client

// Active at each second tick.
void WritePolicies(const testing::TempDir& dir, const Fleet& fleet) {
  std::string text;
  for (int i = 0; i < fleet.policies; ++i) {
    text += fmt::format(
        "---\napiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: {{ name: p-{}, namespace: data }}\nspec:\n"
        "  parameters: {{ group: {{ pattern: \"[a-z0-9-]{{1,63}}\" }} }}\n  replicas: {{ min: 0, max: 40 }}\n"
        "  signals: [ {{ name: work, query: vector(time() % 2 * {}), perReplica: 1 }} ]\n",
        i, 1 + i % 40);
  }
  dir.Write("policies/all.yaml", text);
}

void OpenStreams(RawHttp2& client, const Fleet& fleet) {
  for (int i = 0; i < kBadStreams; ++i) client.Call(kPath, RefOf(fleet, i).SerializeAsString());
}

// All three, for as long as it lives.
class BadClients {
 public:
  BadClients(int port, const Fleet& fleet) : slow_(port, 0), frozen_(port, 1 << 16) {
    OpenStreams(slow_, fleet);
    OpenStreams(frozen_, fleet);
    slow_thread_ = std::jthread([this](std::stop_token stop) {
      while (!stop.stop_requested() && slow_.Read()) {
      }
    });
    dying_thread_ = std::jthread([this, port, fleet](std::stop_token stop) {
      for (; !stop.stop_requested(); ++deaths_) {
        RawHttp2 dying(port, 1 << 16);
        OpenStreams(dying, fleet);
        dying.Read();
        dying.Cut();
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
      }
    });
  }
  int deaths() const { return deaths_; }

 private:
  RawHttp2 slow_;
  RawHttp2 frozen_;
  std::atomic<int> deaths_{0};
  std::jthread slow_thread_;
  std::jthread dying_thread_;
};

struct Round {
  double wakes = 0;   // messages of each good stream
  double p50_ms = 0;  // of a message, from the time at which its tick's readings are asked for
  double p99_ms = 0;
  double most_ms = 0;
  double calls_p99_us = 0;  // of GetMetrics meanwhile
  double calls_most_us = 0;
  double cpu_percent = 0;
  double megabytes = 0;
  double open_streams = 0;
  double open_files = 0;
};

Round Measure(const Served& serve, StreamClient& good, LoadClient& calls, int streams) {
  constexpr int kSeconds = 10;
  good.TakeArrivals();
  const double cpu = CpuSeconds(serve.pid());
  const auto begin = std::chrono::steady_clock::now();
  const LoadResult called = calls.Pace(500 * kSeconds, 500);
  Round round;
  round.cpu_percent = (CpuSeconds(serve.pid()) - cpu) * 1e5 / MillisecondsSince(begin);
  std::vector<double> ms;
  for (const Timestamp arrival : good.TakeArrivals())
    ms.push_back(static_cast<double>(((arrival - kDelay).time_since_epoch() % kInterval).count()));
  round.wakes = static_cast<double>(ms.size()) / streams;
  round.p50_ms = Quantile(ms, 0.5);
  round.p99_ms = Quantile(ms, 0.99);
  round.most_ms = Quantile(ms, 1);
  round.calls_p99_us = Quantile(called.latencies_us, 0.99);
  round.calls_most_us = Quantile(called.latencies_us, 1);
  round.megabytes = ResidentKb(serve.pid()) / 1024;
  round.open_streams = serve.Metric("loadline_grpc_open_streams");
  round.open_files = OpenFiles(serve.pid());
  return round;
}

double MedianOf(const std::vector<Round>& rounds, double Round::*figure) {
  std::vector<double> values;
  for (const Round& each : rounds) values.push_back(each.*figure);
  return Median(values);
}

double MostOf(const std::vector<Round>& rounds, double Round::*figure) {
  std::vector<double> values;
  for (const Round& each : rounds) values.push_back(each.*figure);
  return Quantile(values, 1);
}

void Print(const char* what, const std::vector<Round>& rounds) {
  fmt::print("| {} | {:.1f} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {:.1f} % | {:.0f} | {:.0f} | {:.0f} |\n",
             what, MedianOf(rounds, &Round::wakes), MedianOf(rounds, &Round::p50_ms), MedianOf(rounds, &Round::p99_ms),
             MedianOf(rounds, &Round::most_ms), MedianOf(rounds, &Round::calls_p99_us),
             MedianOf(rounds, &Round::calls_most_us), MedianOf(rounds, &Round::cpu_percent),
             MostOf(rounds, &Round::megabytes), MostOf(rounds, &Round::open_streams),
             MostOf(rounds, &Round::open_files));
}

void Run(int rounds) {
  const Fleet fleet{.objects = 2'000};
  const testing::TempDir dir;
  WritePolicies(dir, fleet);
  const testing::PrometheusServer prometheus;
  const Served serve(
      dir, prometheus.url(),
      {"--tick.interval=1s", "--tick.delay=100ms", "--tick.budget=800ms", "--dataDir=" + (dir / "data")});
  serve.AwaitReady();
  LoadClient calls(serve.address(), 1, fleet);
  calls.Saturate(fleet.objects, 64);
  const double before_kb = ResidentKb(serve.pid());
  StreamClient good(serve.address(), fleet);
  if (!testing::Eventually([&] { return serve.Metric("loadline_grpc_open_streams") == fleet.objects; }))
    fmt::print("not all streams are open\n");
  std::this_thread::sleep_for(std::chrono::seconds(5));
  fmt::print("{} streams; {:.1f} KB each; {} interleaved rounds of 10 s; {}\n", fleet.objects,
             (ResidentKb(serve.pid()) - before_kb) / fleet.objects, rounds, MachineLoad());
  std::vector<Round> alone, beside;
  int deaths = 0;
  for (int i = 0; i < rounds; ++i) {
    alone.push_back(Measure(serve, good, calls, fleet.objects));
    const std::string address = serve.address();
    const BadClients bad(std::stoi(address.substr(address.find(':') + 1)), fleet);
    beside.push_back(Measure(serve, good, calls, fleet.objects));
    deaths += bad.deaths();
  }
  fmt::print(
      "| | messages a stream | p50 ms after the tick | p99 ms | max ms | GetMetrics p99 us | max us | CPU | most MB | "
      "most streams | most files |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
  Print("the good ones alone", alone);
  Print("with a slow, a frozen and a dying one", beside);
  fmt::print("{} connections with {} streams each were cut; of the good ones {} streams ended\n", deaths, kBadStreams,
             good.ended());
  const bool closed = testing::Eventually([&] { return serve.Metric("loadline_grpc_open_streams") == fleet.objects; });
  fmt::print("after: {:.0f} MB, {} files, {:.0f} streams{}; {}\n", ResidentKb(serve.pid()) / 1024,
             OpenFiles(serve.pid()), serve.Metric("loadline_grpc_open_streams"),
             closed ? "" : ": some of the bad ones are still open", MachineLoad());
}

}  // namespace
}  // namespace loadline::bench

int main(int argc, char** argv) { loadline::bench::Run(argc > 1 ? std::stoi(argv[1]) : 6); }
