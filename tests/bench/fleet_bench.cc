// What a fleet costs: `loadline serve` with its defaults and a journal on disk, a real Prometheus, and objects that are
// polled as KEDA and the HPA do it. Processor time of ticks and of calls apart, by threads; queries by Prometheus' own
// counter; latencies; memory. Figures, no verdicts.
// usage: build-release/tests/fleet_bench [OBJECTS:GROUPS ...]    of 100 policies with 4 queries for each group;
// default: all
#include <fmt/format.h>

#include <string_view>
#include <thread>

#include "bench/fleet.h"
#include "bench/load_client.h"
#include "bench/process_figures.h"
#include "bench/served.h"
#include "support/prometheus_server.h"
#include "system/clock.h"

namespace loadline::bench {
namespace {

constexpr int kTicks = 4;  // of each phase
constexpr std::chrono::seconds kInterval{15};
// KEDA polls each 30 s and the HPA syncs each 15 s: three calls each, of 10,000 objects.
constexpr double kPolls = 1'000;

// Of all queries, by Prometheus itself.
double QueriesAnswered(const std::string& prometheus) {
  double sum = 0;
  std::istringstream page(HttpGet(prometheus + "/metrics"));
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("prometheus_http_requests_total{") &&
        line.find("handler=\"/api/v1/query") != std::string::npos)
      sum += std::stod(line.substr(line.rfind(' ') + 1));
  }
  return sum;
}

// The next time that is just before a tick's queries are sent, when those of the tick before have long been answered.
Timestamp BeforeATick() {
  const Timestamp now = SystemClock().Now();
  const Timestamp tick = Timestamp((now.time_since_epoch() / kInterval) * kInterval);
  const Timestamp before = tick + kInterval - std::chrono::milliseconds(500);
  return before > now ? before : before + kInterval;
}

struct Phase {
  double tick_ms = 0;  // processor time of one
  double prometheus_ms = 0;
  double queries = 0;  // of one tick
  double call_us = 0;
  PollResult polled;
};

Phase Measure(const Served& serve, testing::PrometheusServer& prometheus, LoadClient* client) {
  SystemClock().WaitUntil(BeforeATick(), {});
  const Timestamp end = SystemClock().Now() + kTicks * kInterval;
  const double queries = QueriesAnswered(prometheus.url());
  const double prometheus_seconds = CpuSeconds(prometheus.child().pid());
  const ThreadSeconds before = SecondsOfThreads(serve.pid());
  Phase phase;
  if (client != nullptr) phase.polled = client->Poll(static_cast<int>(kPolls * kTicks * kInterval.count()), kPolls);
  SystemClock().WaitUntil(end, {});
  const ThreadSeconds after = SecondsOfThreads(serve.pid());
  phase.tick_ms = (after.others - before.others) * 1e3 / kTicks;
  phase.prometheus_ms = (CpuSeconds(prometheus.child().pid()) - prometheus_seconds) * 1e3 / kTicks;
  phase.queries = (QueriesAnswered(prometheus.url()) - queries) / kTicks;
  if (client != nullptr) phase.call_us = (after.calls - before.calls) * 1e6 / phase.polled.All().calls;
  return phase;
}

void PrintCosts(const Fleet& fleet, const Phase& alone, const Phase& called, double kb_a_binding, double peak_mb) {
  const double share = 100 / (1e3 * static_cast<double>(kInterval.count()));
  fmt::print(
      "| {} | {} | {:.0f} | {:.0f} ms, {:.2f} % | {:.0f} ms, {:.2f} % | {:.0f} ms | {:.1f} us | {:.1f} KB | {:.0f} MB "
      "|\n",
      fleet.objects, fleet.DistinctQueries(), alone.queries, alone.tick_ms, alone.tick_ms * share, called.tick_ms,
      called.tick_ms * share, alone.prometheus_ms, called.call_us, kb_a_binding, peak_mb);
}

void PrintLatencies(PollResult& polled) {
  constexpr std::array kNames = {"GetMetricSpec", "GetMetrics", "IsActive"};
  for (const Method method : kMethods) {
    const LoadResult& result = polled[method];
    fmt::print("|   {} | {} calls, {} failed | p50 {:.0f} us | p99 {:.0f} us | max {:.1f} ms |\n",
               kNames[static_cast<std::size_t>(method)], result.calls, result.failed,
               Quantile(result.latencies_us, 0.5), Quantile(result.latencies_us, 0.99),
               Quantile(result.latencies_us, 1) / 1e3);
  }
  if (!polled.an_error.empty()) fmt::print("|   such as: {} |\n", polled.an_error);
}

// Looks rarely: the page with a series for each binding is a load of its own.
void AwaitDecisions(const Served& serve, int objects) {
  int decided = 0;
  for (int look = 0; look < 20 && decided < objects; ++look) {
    std::this_thread::sleep_for(std::chrono::seconds(5));
    decided = serve.Series("loadline_decision_error", 0);
  }
  if (decided < objects) fmt::print("only {} of {} are decided\n", decided, objects);
}

void Run(const Fleet& fleet) {
  const testing::TempDir dir;
  fleet.WritePolicies(dir);
  const Timestamp now = SystemClock().Now();
  testing::PrometheusServer prometheus(fleet.Series(now - std::chrono::minutes(20), now + std::chrono::minutes(30)));
  const Served serve(dir, prometheus.url(), {"--dataDir=" + (dir / "data")});
  serve.AwaitReady();
  const double empty_kb = ResidentKb(serve.pid());
  LoadClient client(serve.address(), 1, fleet);
  client.Poll(fleet.objects, 4 * kPolls);
  AwaitDecisions(serve, fleet.objects);
  const Phase alone = Measure(serve, prometheus, nullptr);
  // Before /metrics is read again: that is a large page.
  const double kb = (ResidentKb(serve.pid()) - empty_kb) / fleet.objects;
  Phase called = Measure(serve, prometheus, &client);
  PrintCosts(fleet, alone, called, kb, PeakResidentKb(serve.pid()) / 1024);
  PrintLatencies(called.polled);
  std::fflush(stdout);
}

}  // namespace
}  // namespace loadline::bench

int main(int argc, char** argv) {
  using loadline::bench::Fleet;
  std::vector<Fleet> fleets;
  for (int i = 1; i < argc; ++i) {
    const std::string text = argv[i];
    fleets.push_back({.objects = std::stoi(text), .groups = std::stoi(text.substr(text.find(':') + 1))});
  }
  if (fleets.empty())
    fleets = {{.objects = 10'000, .groups = 1},
              {.objects = 10'000, .groups = 10},
              {.objects = 10'000, .groups = 100},
              {.objects = 100'000, .groups = 1},
              {.objects = 100'000, .groups = 100}};
  fmt::print("a tick each {} s, {} of them in each phase; {} polls of three calls a second in the second; {}\n",
             loadline::bench::kInterval.count(), loadline::bench::kTicks, loadline::bench::kPolls,
             loadline::bench::MachineLoad());
  fmt::print(
      "| bindings | distinct queries | queries a tick | CPU of a tick, share of a core | the same while called | "
      "Prometheus' | CPU of a call | memory a binding | at most |\n|---|---|---|---|---|---|---|---|---|\n");
  for (const Fleet& each : fleets) loadline::bench::Run(each);
  fmt::print("{}\n", loadline::bench::MachineLoad());
}
