// `loadline probe` against scalers that are no Loadline, and with options that do not go together.
#include <grpcpp/grpcpp.h>

#include <catch2/catch.hpp>
#include <limits>
#include <memory>

#include "api/confidence_trailer.h"
#include "externalscaler.grpc.pb.h"
#include "health.grpc.pb.h"
#include "support/certificates.h"
#include "support/child.h"
#include "support/places.h"

namespace loadline {
namespace {

using externalscaler::ExternalScaler;
using externalscaler::GetMetricSpecResponse;
using externalscaler::GetMetricsRequest;
using externalscaler::GetMetricsResponse;
using externalscaler::IsActiveResponse;
using externalscaler::ScaledObjectRef;
using testing::Ran;
using testing::RunProgram;

// A scaler that says what a test tells it.
class Scaler : public ExternalScaler::Service {
 public:
  Scaler() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    REQUIRE(server_ != nullptr);
  }
  ~Scaler() override { server_->Shutdown(); }

  grpc::Status GetMetricSpec(grpc::ServerContext*, const ScaledObjectRef*, GetMetricSpecResponse* response) override {
    for (const double target : targets) {
      auto& spec = *response->add_metricspecs();
      spec.set_metricname("queue");
      spec.set_targetsizefloat(target);
      spec.set_targetsize(whole_target);
    }
    return grpc::Status::OK;
  }
  grpc::Status GetMetrics(grpc::ServerContext*, const GetMetricsRequest*, GetMetricsResponse* response) override {
    for (const auto& [real, whole] : values) {
      auto& value = *response->add_metricvalues();
      value.set_metricvaluefloat(real);
      value.set_metricvalue(whole);
    }
    return metrics_status;
  }
  grpc::Status IsActive(grpc::ServerContext* context, const ScaledObjectRef*, IsActiveResponse* response) override {
    response->set_result(active);
    if (!confidence.empty()) context->AddTrailingMetadata(kConfidenceTrailer, confidence);
    return grpc::Status::OK;
  }

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  std::vector<double> targets = {1};
  std::int64_t whole_target = 0;
  std::vector<std::pair<double, std::int64_t>> values = {{3, 3}};
  grpc::Status metrics_status;
  bool active = true;
  std::string confidence;  // empty: does not say

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

Ran Probe(const std::string& address, const std::vector<std::string>& more = {}) {
  // As for most people: what runs our tests may have silenced gRPC.
  std::vector<std::string> arguments = {"env", "GRPC_VERBOSITY=ERROR", testing::kLoadline, "probe", address, "--policy",
                                        "p"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunProgram(arguments);
}

bool Has(const Ran& ran, const std::string& text) { return ran.output.find(text) != std::string::npos; }

TEST_CASE("An older scaler's whole numbers count, and several values are added up, as KEDA and the HPA do") {
  Scaler scaler;
  scaler.targets = {0};
  scaler.whole_target = 5;
  scaler.values = {{0, 20}, {2.5, 7}, {std::numeric_limits<double>::quiet_NaN(), 1}};
  const Ran ran = Probe(scaler.address());
  INFO(ran.output);
  CHECK(ran.exit_code == 0);
  CHECK(Has(ran, "queue, target 5\n"));
  CHECK(Has(ran, "ms  23.5\n"));
  CHECK(Has(ran, "\n  5   5     HPA: as wanted\n"));
}

TEST_CASE("Rule 19: an answer without a value is an error to the HPA, not 0") {
  Scaler scaler;
  scaler.values.clear();
  const Ran ran = Probe(scaler.address());
  INFO(ran.output);
  CHECK(ran.exit_code == 1);
  CHECK(Has(ran, "ms  no value\n"));
  CHECK(Has(ran, "The HPA gets an error"));
  CHECK_FALSE(Has(ran, "BECAUSE"));
}

TEST_CASE("Without a metric, or with a target that no HPA can have, KEDA has nothing to make an HPA from") {
  Scaler scaler;
  scaler.targets.clear();
  const Ran none = Probe(scaler.address());
  CHECK(none.exit_code == 1);
  CHECK(Has(none, "ms  no metric\n"));
  scaler.targets = {0};
  const Ran zero = Probe(scaler.address());
  CHECK(zero.exit_code == 1);
  CHECK(Has(zero, "target 0\n"));
}

TEST_CASE("Of several metrics the first is asked for, and that is said") {
  Scaler scaler;
  scaler.targets = {1, 2};
  CHECK(Has(Probe(scaler.address()), "queue, target 1 (the first of 2; the others are not asked for)\n"));
}

TEST_CASE("Rule 23: at one replica with nothing to do the HPA keeps its minimum") {
  Scaler scaler;
  scaler.values = {{0, 0}};
  const Ran ran = Probe(scaler.address());
  CHECK(Has(ran, "\n  1   1     HPA: its minimum, though 0 is wanted\n"));
  CHECK(Has(ran, "\n  5   1     HPA: 0 wanted at 5 is a ratio of 0, outside its tolerance; 1 is its minimum\n"));
}

TEST_CASE("What is no number, or beyond all counts, is told as KEDA takes it") {
  Scaler scaler;
  scaler.values = {{std::numeric_limits<double>::infinity(), 0}};
  CHECK(Has(Probe(scaler.address()), "ms  0\n"));
  scaler.values = {{1e15, 0}};
  const Ran huge = Probe(scaler.address());
  INFO(huge.output);
  CHECK(huge.exit_code == 0);
  CHECK(Has(huge, "\n  1   2147483647  HPA: "));
}

TEST_CASE("A Loadline's confidence is shown, where the scaler says it") {
  Scaler scaler;
  CHECK_FALSE(Has(Probe(scaler.address()), "confidence"));
  scaler.confidence = "0.44";
  const Ran ran = Probe(scaler.address());
  CHECK(ran.exit_code == 0);
  CHECK(Has(ran, "\nconfidence                  0.44 of 1: how far the decision is to be trusted"));
}

TEST_CASE("An error has the name that gRPC gives it") {
  Scaler scaler;
  scaler.metrics_status = {grpc::StatusCode::UNAUTHENTICATED, "who are you?"};
  const Ran ran = Probe(scaler.address());
  CHECK(ran.exit_code == 1);
  CHECK(Has(ran, "ms  UNAUTHENTICATED: who are you?\n"));
}

TEST_CASE("A server that is no external scaler is exit code 2") {
  grpc::health::v1::Health::Service service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  const Ran ran = Probe("127.0.0.1:" + std::to_string(port));
  server->Shutdown();
  CHECK(ran.exit_code == 2);
  CHECK(Has(ran, "ms  UNIMPLEMENTED"));
}

TEST_CASE("What is no address, and files that do not go together, are said before anything is asked") {
  for (const char* address : {"", "localhost", ":", "localhost:", "localhost:http", "localhost:0", "localhost:65536"}) {
    const Ran ran = Probe(address);
    CAPTURE(address);
    CHECK(ran.exit_code == 2);
    CHECK(ran.output ==
          "loadline probe: want HOST:PORT such as localhost:50051; found \"" + std::string(address) + "\"\n");
  }
  const testing::Authority authority;
  const auto pair = authority.Sign("client", "");
  CHECK(Probe("localhost:1", {"--tls-key", pair.key}).output ==
        "loadline probe: --tls-cert and --tls-key go together; found only one\n");
  CHECK(Probe("localhost:1", {"--tls-cert", pair.certificate}).exit_code == 2);
  CHECK(Has(Probe("localhost:1", {"--tls-ca", "/none.crt"}), "/none.crt: No such file"));
}

TEST_CASE("Any option of TLS means TLS, and what gRPC logs stays out of the answer") {
  Scaler scaler;  // speaks plain text
  const testing::Authority authority;
  const auto pair = authority.Sign("client", "");
  for (const std::vector<std::string>& options : {std::vector<std::string>{"--tls"},
                                                  {"--tls-server-name", "x"},
                                                  {"--tls-ca", authority.ca_file()},
                                                  {"--tls-cert", pair.certificate, "--tls-key", pair.key}}) {
    const Ran ran = Probe(scaler.address(), options);
    INFO(ran.output);
    CHECK(ran.exit_code == 2);
    CHECK(Has(ran, "ms  UNAVAILABLE: "));
    CHECK(ran.output[0] != 'E');
    CHECK_FALSE(Has(ran, "\nE"));
  }
}

TEST_CASE("What may be secret in the trigger's metadata is not repeated") {
  Scaler scaler;
  const Ran ran = Probe(scaler.address(), {"--metadata", "tokenFromEnv=hunter2", "--metadata", "topic=orders"});
  CHECK(Has(ran, "with policy=p tokenFromEnv=(hidden) topic=orders\n"));
  CHECK_FALSE(Has(ran, "hunter2"));
}

}  // namespace
}  // namespace loadline
