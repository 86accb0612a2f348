// Runs the pipeline, plays KEDA and the HPA, and shows on one line a second what happens and why.
#include <fmt/format.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "base/text.h"
#include "keda_client.h"
#include "pipeline.h"
#include "scaling/keda_model.h"
#include "system/clock.h"
#include "system/http_client.h"
#include "system/http_server.h"

namespace loadline::quickstart {
namespace {

struct Arguments {
  std::string exporter;  // host:port to serve the pipeline's metrics on
  std::string scaler;    // host:port of Loadline's gRPC
  std::string api;       // URL of Loadline's HTTP port
  double time_scale = 30;
  bool once = false;
};

// A duration of the cluster, here.
Duration Scaled(const Arguments& arguments, std::chrono::seconds in_cluster) {
  return Duration(static_cast<Duration::rep>(Duration(in_cluster).count() / arguments.time_scale));
}

KedaOptions KedaOptionsOf(const Arguments& arguments) {
  KedaOptions options;
  options.max = 12;
  options.cooldown = Scaled(arguments, std::chrono::minutes(5));
  options.behavior = DefaultHpaBehavior();
  options.behavior->down.stabilization = Scaled(arguments, std::chrono::minutes(2));
  for (ScalingRules* rules : {&options.behavior->up, &options.behavior->down}) {
    for (RatePolicy& each : rules->policies) each.period = Scaled(arguments, std::chrono::seconds(15));
  }
  return options;
}

// What has been seen so far: the story that the quickstart promises, or what is missing of it.
struct Story {
  bool woke = false;
  bool scaled = false;
  bool drained_to_zero = false;
  bool woke_again = false;

  void See(int before, int after) {
    if (before == 0 && after > 0) (drained_to_zero ? woke_again : woke) = true;
    if (after >= 5) scaled = true;
    if (before > 0 && after == 0 && scaled) drained_to_zero = true;
  }
  bool complete() const { return woke && scaled && drained_to_zero && woke_again; }
};

class Show {
 public:
  explicit Show(Arguments arguments)
      : arguments_(std::move(arguments)),
        pipeline_(arguments_.time_scale),
        keda_(KedaOptionsOf(arguments_), 0),
        client_(MakeKedaClient(arguments_.scaler)),
        api_(MakeHttpClient({})) {}

  // Returns the exit code: 0 where all was seen that should be, or where a person ended it.
  int Run(std::stop_token stop) {
    HttpServerOptions options;
    options.address = arguments_.exporter;
    const auto exporter = MakeHttpServer(options);
    exporter->Handle("GET", "/metrics", [this](const ServerRequest&) {
      const std::lock_guard lock(mutex_);
      ++scrapes_;
      return ServerResponse{200, "text/plain; version=0.0.4", pipeline_.Metrics()};
    });
    if (const auto port = exporter->Start(); !port) {
      fmt::print(stderr, "quickstart: {}\n", port.error().message);
      return 1;
    }
    AwaitScrapes(stop);
    const Duration sync = Scaled(arguments_, std::chrono::seconds(15));
    const double end = arguments_.once ? kPeriod + 15 : HUGE_VAL;
    begin_ = SystemClock().Now();
    Timestamp next_poll = begin_;
    Timestamp next_line = begin_;
    PrintHeader();
    for (Timestamp now = begin_; !stop.stop_requested() && Seconds(now) < end; now = SystemClock().Now()) {
      Advance(now);
      std::string problem;
      const ScalerAnswer answer = client_->Ask(problem);
      const int before = keda_.replicas();
      if (now >= next_poll) {
        keda_.Poll(now, answer);
        next_poll = now + Scaled(arguments_, std::chrono::seconds(30));
      }
      keda_.Sync(now, answer.value);
      story_.See(before, keda_.replicas());
      if (now >= next_line) {
        PrintLine(now, answer, problem);
        next_line += std::chrono::seconds(1);
      }
      if (arguments_.once && story_.complete()) break;
      SystemClock().WaitUntil(now + sync, stop);
    }
    exporter->Stop();
    if (!arguments_.once || stop.stop_requested()) return 0;
    fmt::print("\nwoken from zero: {}   5 or more workers: {}   drained to zero: {}   woken again: {}\n",
               Word(story_.woke), Word(story_.scaled), Word(story_.drained_to_zero), Word(story_.woke_again));
    return story_.complete() ? 0 : 1;
  }

 private:
  static const char* Word(bool seen) { return seen ? "yes" : "NO"; }
  double Seconds(Timestamp now) const { return ToSeconds(now - begin_); }

  // Prometheus takes some seconds to find a target; until then there would be nothing to see but missing data.
  void AwaitScrapes(std::stop_token stop) {
    fmt::print("waiting for Prometheus' first scrapes ...\n");
    std::fflush(stdout);
    const Timestamp most = SystemClock().Now() + std::chrono::seconds(30);
    while (SystemClock().Now() < most && SystemClock().WaitUntil(SystemClock().Now() + Duration(100), stop)) {
      const std::lock_guard lock(mutex_);
      if (scrapes_ >= 3) return;
    }
  }

  void Advance(Timestamp now) {
    const std::lock_guard lock(mutex_);
    pipeline_.RunTo(Seconds(now), keda_.replicas());
  }

  void PrintHeader() const {
    fmt::print("{:>6} {:>8} {:>7} {:>7} {:>7} {:>4}  {}\n", "time", "load/s", "buffer", "lag", "wants", "has", "why");
  }

  void PrintLine(Timestamp now, const ScalerAnswer& answer, const std::string& problem) {
    const auto in_cluster = std::chrono::seconds(static_cast<int>(Seconds(now) * arguments_.time_scale));
    const bool has_workers = pipeline_.workers() > 0;
    const auto lag = std::chrono::seconds(static_cast<int>(pipeline_.lag()));
    fmt::print("{:>6} {:>8.0f} {:>7} {:>7} {:>7} {:>4}  {}\n", FormatDuration(in_cluster), LoadAt(Seconds(now)),
               has_workers ? fmt::format("{:.0f}", pipeline_.depth()) : "-", has_workers ? FormatDuration(lag) : "-",
               answer.value ? fmt::format("{:.2f}", *answer.value) : "error", keda_.replicas(),
               problem.empty() ? Why() : problem);
    std::fflush(stdout);
  }

  std::string Why() {
    const std::string url = arguments_.api + "/api/v1/decisions?namespace=data&name=orders-cdc";
    const auto response = api_->SendAll({{url, "", Duration(1000)}}, Duration(1000))[0];
    if (!response) return response.error().message;
    const auto body = nlohmann::json::parse(response->body, nullptr, false);
    if (!body.is_object() || body.value("total", 0) == 0) return "";
    return body.at("decisions").at(0).value("summary", "");
  }

  const Arguments arguments_;
  std::mutex mutex_;  // of pipeline_ and scrapes_, which the exporter's thread uses
  int scrapes_ = 0;
  Pipeline pipeline_;
  KedaModel keda_;
  Story story_;
  const std::unique_ptr<KedaClient> client_;
  const std::unique_ptr<HttpClient> api_;
  Timestamp begin_;
};

int Main(int argc, char** argv) {
  CLI::App app("The quickstart's pipeline, with the part of KEDA and the HPA.");
  Arguments arguments;
  app.add_option("--exporter", arguments.exporter)->required();
  app.add_option("--scaler", arguments.scaler)->required();
  app.add_option("--api", arguments.api)->required();
  app.add_option("--time-scale", arguments.time_scale);
  app.add_flag("--once", arguments.once);
  CLI11_PARSE(app, argc, argv);

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::stop_source stop;
  std::jthread waiter([&stop, &signals](std::stop_token ended) {
    const timespec moment{0, 100'000'000};
    while (!ended.stop_requested()) {
      if (sigtimedwait(&signals, nullptr, &moment) > 0) stop.request_stop();
    }
  });
  return Show(arguments).Run(stop.get_token());
}

}  // namespace
}  // namespace loadline::quickstart

int main(int argc, char** argv) { return loadline::quickstart::Main(argc, argv); }
