// A KEDA server on a port of its own, and a client of it.
#ifndef LOADLINE_TESTS_UNIT_API_SERVED_KEDA_H_
#define LOADLINE_TESTS_UNIT_API_SERVED_KEDA_H_

#include <grpcpp/grpcpp.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/keda_mapping.h"
#include "api/keda_server.h"
#include "externalscaler.grpc.pb.h"
#include "support/fake_controller.h"
#include "support/policy_builder.h"

namespace loadline::testing {

using externalscaler::ExternalScaler;
using externalscaler::GetMetricSpecResponse;
using externalscaler::GetMetricsRequest;
using externalscaler::GetMetricsResponse;
using externalscaler::IsActiveResponse;
using externalscaler::ScaledObjectRef;

inline std::shared_ptr<const Policy> TestPolicy() {
  return std::make_shared<Policy>(MakePolicy("signals: [ { name: lag, query: lag, perReplica: 1 } ]"));
}

inline ScaledObjectRef RefTo(const std::string& name, const std::string& policy = "test") {
  ScaledObjectRef ref;
  ref.set_name(name);
  ref.set_namespace_("data");
  (*ref.mutable_scalermetadata())["scalerAddress"] = "loadline:50051";
  if (!policy.empty()) (*ref.mutable_scalermetadata())["policy"] = policy;
  return ref;
}

inline GetMetricsRequest RequestFor(const ScaledObjectRef& ref, const std::string& metric = "loadline-test") {
  GetMetricsRequest request;
  *request.mutable_scaledobjectref() = ref;
  request.set_metricname(metric);
  return request;
}

struct Served {
  explicit Served(KedaServerOptions options = {}) : controller(TestPolicy(), EncodeAnswer) {
    options.listen = "127.0.0.1:0";
    server = MakeKedaServer(options, controller, instruments);
    const Result<int> started = server->Start();
    REQUIRE(started);
    port = *started;
    channel = grpc::CreateChannel(address(), grpc::InsecureChannelCredentials());
    stub = ExternalScaler::NewStub(channel);
  }

  std::string address() const { return "127.0.0.1:" + std::to_string(port); }
  std::shared_ptr<Binding> BindingOf(const ScaledObjectRef& ref) {
    std::vector<std::pair<std::string_view, std::string_view>> metadata(ref.scalermetadata().begin(),
                                                                        ref.scalermetadata().end());
    return controller.Find({ref.namespace_(), ref.name(), metadata});
  }
  grpc::Status GetMetrics(const ScaledObjectRef& ref, GetMetricsResponse* response,
                          const std::string& metric = "loadline-test") {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    return stub->GetMetrics(&context, RequestFor(ref, metric), response);
  }
  grpc::Status IsActive(const ScaledObjectRef& ref, IsActiveResponse* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    return stub->IsActive(&context, ref, response);
  }
  grpc::Status GetMetricSpec(const ScaledObjectRef& ref, GetMetricSpecResponse* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    return stub->GetMetricSpec(&context, ref, response);
  }

  Instruments instruments;
  FakeController controller;
  std::unique_ptr<KedaServer> server;
  int port = 0;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<ExternalScaler::Stub> stub;
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_API_SERVED_KEDA_H_
