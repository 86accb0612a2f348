// What an answer costs: `loadline serve` with 10,000 bindings over 100 policies and a real Prometheus, against an empty
// handler (empty_scaler.cc), in interleaved rounds; how soon it is ready, and ended; what a binding weighs. Figures, no
// verdicts.
// usage: build-release/tests/rpc_bench [rounds]
#include <fmt/format.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "bench/load_client.h"
#include "externalscaler.grpc.pb.h"
#include "support/child.h"
#include "support/eventually.h"
#include "support/prometheus_server.h"
#include "support/temp_dir.h"
#include "system/http_client.h"

namespace loadline::bench {
namespace {

using testing::Child;
using testing::Eventually;
using testing::TempDir;
using Steady = std::chrono::steady_clock;

constexpr int kBindings = 10'000;
constexpr int kPolicies = 100;

double CpuSeconds(pid_t pid) {
  clockid_t clock = 0;
  timespec time{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double ResidentKb(pid_t pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6));
  }
  return 0;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double MillisecondsSince(Steady::time_point begin) {
  return std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
}

std::string PolicyText(int number, bool own_query) {
  const std::string query =
      own_query ? "max(lag{app=\\\"${name}\\\"}) or vector(5)" : fmt::format("vector({})", 1 + number % 40);
  return fmt::format(
      "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: {{ name: p-{}, namespace: data }}\nspec:\n"
      "  parameters:\n    pipeline: {{ pattern: '[A-Za-z0-9._-]{{1,249}}' }}\n    team: {{ pattern: '[a-z]+' }}\n"
      "  replicas: {{ min: 1, max: 40 }}\n"
      "  signals: [ {{ name: lag, query: \"{}\", perReplica: 1 }} ]\n",
      number, query);
}

// `policies` documents in one file.
void WritePolicies(const TempDir& dir, int policies, bool own_queries) {
  std::string text;
  for (int i = 0; i < policies; ++i) text += "---\n" + PolicyText(i, own_queries);
  dir.Write("policies/all.yaml", text);
}

class Serve {
 public:
  // With the policies of `dir`, which must outlive it.
  Serve(const TempDir& dir, const std::string& prometheus, const char* interval, bool data_dir = false) {
    std::vector<std::string> arguments = {LOADLINE_BINARY,
                                          "serve",
                                          "--grpc.listen=127.0.0.1:0",
                                          "--http.listen=127.0.0.1:0",
                                          "--policies.path=" + (dir / "policies"),
                                          "--set=sources.default.url=" + prometheus,
                                          std::string("--tick.interval=") + interval,
                                          "--log.level=warn",
                                          "--log.modules={cli: info}"};
    if (data_dir) arguments.push_back("--dataDir=" + (dir / "data"));
    begin_ = Steady::now();
    child_ = std::make_unique<Child>(arguments, dir / "log");
    if (!Eventually([&] { return child_->Output().find("grpc_port") != std::string::npos; }))
      throw std::runtime_error(child_->Output());
    const nlohmann::json started = nlohmann::json::parse(child_->Output().substr(0, child_->Output().find('\n')));
    grpc_port_ = started["grpc_port"];
    http_port_ = started["http_port"];
  }

  bool AwaitReady() const {
    return Eventually(
        [&] {
          int status = 0;
          Get("/readyz", &status);
          return status == 200;
        },
        std::chrono::seconds(60));
  }
  // How long it takes.
  double Stop() {
    const auto begin = Steady::now();
    child_->Signal(SIGTERM);
    child_->Wait();
    return MillisecondsSince(begin);
  }
  std::string address() const { return fmt::format("127.0.0.1:{}", grpc_port_); }
  std::string Get(const std::string& path, int* status = nullptr) const {
    const auto response = MakeHttpClient({})->SendAll(
        {{fmt::format("http://127.0.0.1:{}{}", http_port_, path), "", Duration(20'000)}}, Duration(20'000))[0];
    if (status != nullptr) *status = response ? response->status : 0;
    return response ? response->body : "";
  }
  // How many series of a name, whatever their labels, have this value.
  int Series(const std::string& name, double value) const {
    std::istringstream page(Get("/metrics"));
    int count = 0;
    for (std::string each; std::getline(page, each);) {
      if (each.starts_with(name + "{") && std::stod(each.substr(each.rfind(' ') + 1)) == value) ++count;
    }
    return count;
  }
  pid_t pid() const { return child_->pid(); }
  Steady::time_point begin() const { return begin_; }

 private:
  Steady::time_point begin_;
  std::unique_ptr<Child> child_;
  int grpc_port_ = 0;
  int http_port_ = 0;
};

bool GetsNumber(const Serve& serve, const std::string& policy) {
  const auto stub =
      externalscaler::ExternalScaler::NewStub(grpc::CreateChannel(serve.address(), grpc::InsecureChannelCredentials()));
  externalscaler::GetMetricsRequest request;
  request.mutable_scaledobjectref()->set_name("app");
  request.mutable_scaledobjectref()->set_namespace_("data");
  auto& metadata = *request.mutable_scaledobjectref()->mutable_scalermetadata();
  metadata["policy"] = policy;
  metadata["pipeline"] = "orders";
  metadata["team"] = "data";
  grpc::ClientContext context;
  externalscaler::GetMetricsResponse response;
  return stub->GetMetrics(&context, request, &response).ok();
}

// Starts, is asked, and is stopped as soon as it has answered, while it may still be keeping versions.
void PrintStart(const char* what, const TempDir& dir, const std::string& prometheus, bool data_dir) {
  Serve serve(dir, prometheus, "15s", data_dir);
  const double listening = MillisecondsSince(serve.begin());
  const bool ready = serve.AwaitReady();
  const double ready_after = MillisecondsSince(serve.begin());
  const bool answered = Eventually([&] { return GetsNumber(serve, "p-9999"); });
  const double answered_after = MillisecondsSince(serve.begin());
  const double cpu = CpuSeconds(serve.pid());
  fmt::print("  {:<24} {:>10.0f} {:>10.0f}{} {:>10.0f}{} {:>10.2f} {:>10.0f}\n", what, listening, ready_after,
             ready ? " " : "!", answered_after, answered ? " " : "!", cpu, serve.Stop());
}

void PrintStarts(const std::string& prometheus) {
  const TempDir dir;
  WritePolicies(dir, 10'000, false);
  fmt::print("start with 10,000 policy documents (! never)\n  {:<24} {:>10} {:>11} {:>11} {:>10} {:>10}\n", "",
             "listens ms", "ready ms", "number ms", "CPU s", "stopped ms");
  PrintStart("without dataDir", dir, prometheus, false);
  PrintStart("with dataDir", dir, prometheus, true);
  PrintStart("with dataDir, restarted", dir, prometheus, true);
  Serve serve(dir, prometheus, "15s");
  fmt::print("  stopped while it reads them: {:.0f} ms\n\n", serve.Stop());
}

// 10,000 bindings appear at once, as after a failover of KEDA.
void PrintFirstDecisions(const std::string& prometheus, bool own_queries) {
  const TempDir dir;
  WritePolicies(dir, kPolicies, own_queries);
  const Serve serve(dir, prometheus, "60s");
  serve.AwaitReady();
  const double before = ResidentKb(serve.pid());
  LoadClient client(serve.address(), 1, kBindings, kPolicies);
  const auto begin = Steady::now();
  const LoadResult first = client.Saturate(kBindings, 1000);
  const double called = MillisecondsSince(begin);
  // Of each binding the latest decision is a series: a second one of the same counts once.
  const bool all =
      Eventually([&] { return serve.Series("loadline_decision_error", 0) == kBindings; }, std::chrono::seconds(60));
  const double decided = MillisecondsSince(begin);
  fmt::print(
      "{} bindings new at once, {} distinct queries: all called after {:.0f} ms ({} of them got \"not yet\"), {} of "
      "them "
      "decided after {:.0f} ms{}; {:.1f} KB a binding\n",
      kBindings, own_queries ? kBindings : 40, called, first.failed, serve.Series("loadline_decision_error", 0),
      decided, all ? "" : fmt::format(" ({} with errors)", serve.Series("loadline_decision_error", 1)),
      (ResidentKb(serve.pid()) - before) / kBindings);
}

void PrintCpu(const std::string& prometheus, int rounds) {
  const TempDir dir;
  WritePolicies(dir, kPolicies, false);
  const Serve serve(dir, prometheus, "60s");
  serve.AwaitReady();
  Child empty({EMPTY_SCALER}, dir / "empty");
  Child empty_jemalloc({"/usr/bin/env", std::string("LD_PRELOAD=") + JEMALLOC, EMPTY_SCALER}, dir / "jemalloc");
  auto port_of = [](const Child& child) {
    Eventually([&] { return child.Output().find('\n') != std::string::npos; });
    return "127.0.0.1:" + child.Output().substr(0, child.Output().find('\n'));
  };
  struct Target {
    const char* name;
    pid_t pid;
    LoadClient client;
    std::vector<double> cpu_us = {};
    std::vector<double> p50 = {};
    std::vector<double> p99 = {};
    int failed = 0;
  };
  std::vector<Target> targets;
  targets.push_back({"loadline", serve.pid(), LoadClient(serve.address(), 4, kBindings, kPolicies)});
  targets.push_back({"empty handler", empty.pid(), LoadClient(port_of(empty), 4, kBindings, kPolicies)});
  targets.push_back(
      {"empty handler, jemalloc", empty_jemalloc.pid(), LoadClient(port_of(empty_jemalloc), 4, kBindings, kPolicies)});
  for (Target& each : targets) each.client.Saturate(2 * kBindings, 64);
  if (!Eventually([&] { return targets[0].client.Saturate(kBindings, 64).failed == 0; }))
    fmt::print("\nnot every call gets a number: what follows tells of errors, too\n");
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
      Target& each = targets[(i + static_cast<std::size_t>(round)) % targets.size()];
      const double before = CpuSeconds(each.pid);
      const LoadResult saturated = each.client.Saturate(20'000, 64);
      each.cpu_us.push_back((CpuSeconds(each.pid) - before) * 1e6 / saturated.calls);
      const LoadResult paced = each.client.Pace(6'000, 3'000);
      each.p50.push_back(paced.latencies_us[paced.latencies_us.size() / 2]);
      each.p99.push_back(paced.latencies_us[paced.latencies_us.size() * 99 / 100]);
      each.failed += saturated.failed + paced.failed;
    }
  }
  fmt::print(
      "\nGetMetrics, {} bindings over {} policies, median of {} interleaved rounds (64 under way for CPU; 3,000/s for "
      "latency)\n",
      kBindings, kPolicies, rounds);
  fmt::print("  {:<24} {:>12} {:>8} {:>10} {:>10} {:>8} {:>8}\n", "", "CPU us/call", "ratio", "p50 us", "p99 us",
             "ratio", "failed");
  for (const Target& each : targets) {
    fmt::print("  {:<24} {:>12.2f} {:>8.2f} {:>10.0f} {:>10.0f} {:>8.2f} {:>8}\n", each.name, Median(each.cpu_us),
               Median(each.cpu_us) / Median(targets[1].cpu_us), Median(each.p50), Median(each.p99),
               Median(each.p99) / Median(targets[1].p99), each.failed);
  }
}

}  // namespace
}  // namespace loadline::bench

int main(int argc, char** argv) {
  using namespace loadline;
  const testing::PrometheusServer prometheus;
  bench::PrintStarts(prometheus.url());
  bench::PrintFirstDecisions(prometheus.url(), false);
  bench::PrintFirstDecisions(prometheus.url(), true);
  bench::PrintCpu(prometheus.url(), argc > 1 ? std::stoi(argv[1]) : 15);
}
