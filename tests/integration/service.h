// The program, run by a test on ports of its own, and asked as KEDA would.
#ifndef LOADLINE_TESTS_INTEGRATION_SERVICE_H_
#define LOADLINE_TESTS_INTEGRATION_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "externalscaler.grpc.pb.h"
#include "support/child.h"
#include "support/eventually.h"
#include "support/places.h"
#include "support/prometheus_server.h"
#include "support/temp_dir.h"
#include "system/clock.h"
#include "system/http_client.h"

namespace loadline::testing {

// lag 1240 of pipeline orders, for half an hour around now.
inline std::string LiveData() {
  const Timestamp now = AlignDown(SystemClock().Now(), std::chrono::seconds(15));
  return GaugeText("lag", "pipeline=\"orders\"", now - std::chrono::seconds(900), std::chrono::seconds(15),
                   std::vector<double>(120, 1240)) +
         GaugeText("kube_deployment_status_replicas", "namespace=\"data\",deployment=\"app\"",
                   now - std::chrono::seconds(900), std::chrono::seconds(15), std::vector<double>(120, 3)) +
         "# EOF\n";
}

inline std::string PolicyText(const std::string& per_replica = "300") {
  return "apiVersion: loadline.dev/v1\n"
         "kind: ScalingPolicy\n"
         "metadata: { name: worker, namespace: data }\n"
         "spec:\n"
         "  parameters: { pipeline: { pattern: '[a-z]+' } }\n"
         "  replicas: { min: 0, max: 40 }\n"
         "  signals: [ { name: lag, query: 'max(lag{pipeline=\"${pipeline}\"})', perReplica: " +
         per_replica +
         ", activateAbove: 60 } ]\n"
         "  onMissing: { hold: 1s, then: error }\n"
         "  whenIdle: inactive\n";
}

class Service {
 public:
  Service(const TempDir& dir, const std::string& prometheus, std::vector<std::string> more = {})
      : dir_(dir), more_(std::move(more)) {
    more_.push_back("--set=sources.default.url=" + prometheus);
    Start();
  }

  void Start() {
    std::vector<std::string> arguments = {testing::kLoadline,
                                          "serve",
                                          "--grpc.listen=127.0.0.1:0",
                                          "--http.listen=127.0.0.1:0",
                                          "--http.rateLimit=0",  // tests look again and again
                                          "--tick.interval=200ms",
                                          "--tick.delay=20ms",
                                          "--tick.budget=150ms",
                                          "--policies.path=" + (dir_ / "policies"),
                                          "--dataDir=" + (dir_ / "data")};
    arguments.insert(arguments.end(), more_.begin(), more_.end());
    child_ = std::make_unique<Child>(arguments, dir_ / "serve.log");
    REQUIRE(Eventually([&] { return Event("started").has_value() || !child_->running(); }));
    const auto started = Event("started");
    INFO(child_->Output());
    REQUIRE(started);
    grpc_port_ = (*started)["grpc_port"];
    http_port_ = (*started)["http_port"];
    const bool ready = Eventually([&] { return Get("/readyz").status == 200; });
    CAPTURE(child_->Output());
    REQUIRE(ready);
  }

  // The latest event of this name in the log. Every line of it must be JSON.
  std::optional<nlohmann::json> Event(const std::string& name) const {
    std::optional<nlohmann::json> found;
    std::istringstream lines(child_->Output());
    for (std::string line; std::getline(lines, line);) {
      if (lines.eof()) break;  // not whole yet
      nlohmann::json event = nlohmann::json::parse(line);
      if (event["event"] == name) found = std::move(event);
    }
    return found;
  }
  HttpResponse Get(const std::string& path) const {
    const auto response = MakeHttpClient({})->SendAll({{http() + path, "", Duration(5000)}}, Duration(5000))[0];
    return response ? *response : HttpResponse{};
  }
  std::string http() const { return "http://127.0.0.1:" + std::to_string(http_port_); }
  std::string grpc() const { return "127.0.0.1:" + std::to_string(grpc_port_); }
  Child& child() { return *child_; }

 private:
  const TempDir& dir_;
  std::vector<std::string> more_;
  std::unique_ptr<Child> child_;
  int grpc_port_ = 0;
  int http_port_ = 0;
};

inline externalscaler::GetMetricsRequest TestRequest(const std::string& pipeline = "orders") {
  externalscaler::GetMetricsRequest request;
  request.mutable_scaledobjectref()->set_name("app");
  request.mutable_scaledobjectref()->set_namespace_("data");
  (*request.mutable_scaledobjectref()->mutable_scalermetadata())["policy"] = "worker";
  (*request.mutable_scaledobjectref()->mutable_scalermetadata())["pipeline"] = pipeline;
  return request;
}

struct Told {
  grpc::Status status;
  double value = -1;
};
inline Told Ask(const Service& service, const externalscaler::GetMetricsRequest& request = TestRequest()) {
  const auto stub =
      externalscaler::ExternalScaler::NewStub(grpc::CreateChannel(service.grpc(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  externalscaler::GetMetricsResponse response;
  Told told;
  told.status = stub->GetMetrics(&context, request, &response);
  if (told.status.ok()) told.value = response.metricvalues(0).metricvaluefloat();
  return told;
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_INTEGRATION_SERVICE_H_
