// What KEDA is answered. The rules are those of docs/keda-rules.md.
#include <grpcpp/generic/generic_stub.h>

#include <catch2/catch.hpp>
#include <future>

#include "api/confidence_trailer.h"
#include "support/keda_2_16.pb.h"
#include "unit/api/served_keda.h"

namespace loadline {
namespace {

using testing::ExternalScaler;
using testing::GetMetricSpecResponse;
using testing::GetMetricsResponse;
using testing::IsActiveResponse;
using testing::RefTo;
using testing::ScaledObjectRef;
using testing::Served;
using testing::TestPolicy;

TEST_CASE("Rules 18, 20, 43: one value, as float, and rounded up as int64 for older KEDA") {
  Served served;
  struct Row {
    double replicas;
    std::int64_t whole;
  };
  const Row row =
      GENERATE(values<Row>({{0, 0}, {0.4, 1}, {1, 1}, {7, 7}, {7.001, 8}, {13.201, 14}, {100'000, 100'000}}));
  served.controller.Publish(*served.BindingOf(RefTo("app")), row.replicas, true);
  GetMetricsResponse response;
  REQUIRE(served.GetMetrics(RefTo("app"), &response).ok());
  REQUIRE(response.metricvalues_size() == 1);
  CHECK(response.metricvalues(0).metricvaluefloat() == row.replicas);
  CHECK(response.metricvalues(0).metricvalue() == row.whole);
  CHECK(response.metricvalues(0).metricname() == "loadline-test");
}

// A unary call whose messages are those of another version of the protocol.
template <class Response, class Request>
grpc::Status CallAs(Served& served, const std::string& method, const Request& request, Response* response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  grpc::TemplatedGenericStub<Request, Response> stub(served.channel);
  std::promise<grpc::Status> ended;
  stub.UnaryCall(&context, "/externalscaler.ExternalScaler/" + method, {}, &request, response,
                 [&ended](grpc::Status status) { ended.set_value(std::move(status)); });
  return ended.get_future().get();
}

TEST_CASE("Rule 43: a KEDA that knows whole numbers only gets them, rounded up, and all else as ever") {
  Served served;
  keda_2_16::GetMetricsRequest request;
  keda_2_16::ScaledObjectRef& ref = *request.mutable_scaledobjectref();
  ref.set_name("app");
  ref.set_namespace_("data");
  (*ref.mutable_scalermetadata())["scalerAddress"] = "loadline:50051";
  (*ref.mutable_scalermetadata())["policy"] = "test";
  keda_2_16::GetMetricSpecResponse spec;
  REQUIRE(CallAs(served, "GetMetricSpec", ref, &spec).ok());
  REQUIRE(spec.metricspecs_size() == 1);
  CHECK(spec.metricspecs(0).metricname() == "loadline-test");
  CHECK(spec.metricspecs(0).targetsize() == 1);

  const auto binding = served.BindingOf(RefTo("app"));
  served.controller.Publish(*binding, 2.2, true);
  request.set_metricname(spec.metricspecs(0).metricname());
  keda_2_16::GetMetricsResponse metrics;
  keda_2_16::IsActiveResponse active;
  REQUIRE(CallAs(served, "GetMetrics", request, &metrics).ok());
  REQUIRE(CallAs(served, "IsActive", ref, &active).ok());
  REQUIRE(metrics.metricvalues_size() == 1);
  CHECK(metrics.metricvalues(0).metricvalue() == 3);
  CHECK(active.result());

  served.controller.PublishError(*binding, {Code::kUnavailable, "no data"});
  CHECK(CallAs(served, "GetMetrics", request, &metrics).error_message() == "no data");
  CHECK(CallAs(served, "IsActive", ref, &active).error_message() == "no data");
}

TEST_CASE("Rules 19, 28, 39: what is not known is an error with its reason, never a value, never inactive") {
  Served served;
  served.controller.PublishError(*served.BindingOf(RefTo("app")),
                                 {Code::kUnavailable, "policy test: no data for lag for 5m"});
  GetMetricsResponse metrics;
  grpc::Status status = served.GetMetrics(RefTo("app"), &metrics);
  CHECK(status.error_code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(status.error_message() == "policy test: no data for lag for 5m");
  CHECK(metrics.metricvalues_size() == 0);
  IsActiveResponse active;
  status = served.IsActive(RefTo("app"), &active);
  CHECK(status.error_code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(status.error_message() == "policy test: no data for lag for 5m");
}

TEST_CASE("Rule 39: a message for an Event is one line, and short") {
  Served served;
  served.controller.PublishError(*served.BindingOf(RefTo("app")),
                                 {Code::kUnavailable, "a\nb" + std::string(5000, 'x')});
  GetMetricsResponse metrics;
  const grpc::Status status = served.GetMetrics(RefTo("app"), &metrics);
  CHECK(status.error_message().starts_with("a bxxx"));
  CHECK(status.error_message().size() <= 520);
}

TEST_CASE(
    "Rules 17, 24, 37: GetMetricSpec succeeds at once for every trigger, with a name that is stable and a target of "
    "1") {
  KedaServerOptions options;
  options.first_decision_wait = std::chrono::minutes(10);  // a call that waited would not come back in time
  Served served(options);  // nothing is published: no policy is known, no decision is made
  struct Row {
    const char* policy;
    const char* name;
  };
  const Row row = GENERATE(values<Row>({{"cdc-worker", "loadline-cdc-worker"},
                                        {"", "loadline-unknown"},
                                        {"Bad Name!", "loadline-bad-name-"},
                                        {"ümlaut", "loadline---mlaut"}}));
  GetMetricSpecResponse response;
  REQUIRE(served.GetMetricSpec(RefTo("app", row.policy), &response).ok());
  REQUIRE(response.metricspecs_size() == 1);
  CHECK(response.metricspecs(0).metricname() == row.name);
  CHECK(response.metricspecs(0).targetsize() == 1);
  CHECK(response.metricspecs(0).targetsizefloat() == 1);
}

TEST_CASE("Rules 15, 16: the metric is found whatever name it is asked by, with dashes and all") {
  Served served;
  served.controller.Publish(*served.BindingOf(RefTo("app")), 4, true);
  for (const char* name : {"loadline-test", "s0-loadline-test", "", "other"}) {
    GetMetricsResponse response;
    REQUIRE(served.GetMetrics(RefTo("app"), &response, name).ok());
    CHECK(response.metricvalues(0).metricvaluefloat() == 4);
  }
}

TEST_CASE("Rules 11, 12: triggers that differ in metadata are different bindings; all metadata counts") {
  Served served;
  ScaledObjectRef orders = RefTo("app");
  (*orders.mutable_scalermetadata())["pipeline"] = "orders";
  ScaledObjectRef users = RefTo("app");
  (*users.mutable_scalermetadata())["pipeline"] = "users";
  served.controller.Publish(*served.BindingOf(orders), 3, true);
  served.controller.Publish(*served.BindingOf(users), 9, false);
  GetMetricsResponse response;
  REQUIRE(served.GetMetrics(users, &response).ok());
  CHECK(response.metricvalues(0).metricvaluefloat() == 9);
  IsActiveResponse active;
  REQUIRE(served.IsActive(orders, &active).ok());
  CHECK(active.result());
  REQUIRE(served.IsActive(users, &active).ok());
  CHECK_FALSE(active.result());
}

TEST_CASE("Rules 4, 25, 38: one decision gives both the activity and the number, and its error fails both") {
  Served served;
  const auto binding = served.BindingOf(RefTo("app"));
  struct Row {
    double replicas;
    bool active;
    const char* error;
  };
  // Also a number without activity, and activity without a number: neither is made up from the other.
  const std::vector<Row> rows = {{5, true, nullptr},  {0, false, "no data for lag"},
                                 {5, false, nullptr}, {0, false, "no data"},
                                 {0, true, nullptr},  {0, false, nullptr}};
  for (const Row& row : rows) {
    if (row.error == nullptr) {
      served.controller.Publish(*binding, row.replicas, row.active);
    } else {
      served.controller.PublishError(*binding, {Code::kUnavailable, row.error});
    }
    GetMetricsResponse metrics;
    IsActiveResponse active;
    const grpc::Status metrics_status = served.GetMetrics(RefTo("app"), &metrics);
    const grpc::Status active_status = served.IsActive(RefTo("app"), &active);
    CHECK(metrics_status.error_code() == active_status.error_code());
    CHECK(metrics_status.error_message() == active_status.error_message());
    CHECK(metrics_status.error_message() == (row.error == nullptr ? "" : row.error));
    if (row.error != nullptr) continue;
    CHECK(metrics.metricvalues(0).metricvaluefloat() == row.replicas);
    CHECK(active.result() == row.active);
  }
}

TEST_CASE("Rule 13: TLS keys in metadata are metadata: no file is read, no connection changes, the call is answered") {
  Served served;
  ScaledObjectRef ref = RefTo("app");
  for (const char* key : {"caCert", "tlsClientCert", "tlsClientKey"}) {
    (*ref.mutable_scalermetadata())[key] = "/etc/certs/none.pem";
  }
  (*ref.mutable_scalermetadata())["enableTLS"] = "true";
  (*ref.mutable_scalermetadata())["unsafeSsl"] = "true";
  served.controller.Publish(*served.BindingOf(ref), 4, true);
  GetMetricsResponse metrics;
  IsActiveResponse active;
  GetMetricSpecResponse spec;
  CHECK(served.GetMetricSpec(ref, &spec).ok());
  CHECK(served.IsActive(ref, &active).ok());
  REQUIRE(served.GetMetrics(ref, &metrics).ok());
  CHECK(metrics.metricvalues(0).metricvaluefloat() == 4);
  // Nor are they parameters that a policy would have to declare.
  const auto parameters =
      BindParameters(*TestPolicy(), "data", "app", {ref.scalermetadata().begin(), ref.scalermetadata().end()});
  REQUIRE(parameters);
  CHECK(*parameters == Parameters{{"namespace", "data"}, {"name", "app"}});
}

TEST_CASE("Rule 8: all RPCs answer from the same decision") {
  Served served;
  const auto binding = served.BindingOf(RefTo("app"));
  for (const bool active : {true, false, true}) {
    served.controller.Publish(*binding, active ? 5 : 0, active);
    GetMetricsResponse metrics;
    IsActiveResponse is_active;
    REQUIRE(served.GetMetrics(RefTo("app"), &metrics).ok());
    REQUIRE(served.IsActive(RefTo("app"), &is_active).ok());
    CHECK(metrics.metricvalues(0).metricvaluefloat() == (active ? 5 : 0));
    CHECK(is_active.result() == active);
  }
}

TEST_CASE("Who asks for the confidence gets it with IsActive; KEDA, which does not, gets what it always got") {
  Served served;
  served.controller.Publish(*served.BindingOf(RefTo("app")), 3, true);
  served.controller.PublishError(*served.BindingOf(RefTo("bad")), {Code::kUnavailable, "no data"});
  auto told = [&](const std::string& name, bool asks) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    if (asks) context.AddMetadata(kProbeHeader, "1");
    IsActiveResponse response;
    served.stub->IsActive(&context, RefTo(name), &response);
    const auto& trailers = context.GetServerTrailingMetadata();
    const auto found = trailers.find(kConfidenceTrailer);
    return found == trailers.end() ? "" : std::string(found->second.data(), found->second.size());
  };
  CHECK(told("app", true) == "0.75");
  CHECK(told("app", false).empty());
  CHECK(told("bad", true).empty());
}

TEST_CASE("An answer that is old stands, until it is older than its policy holds one") {
  Served served;
  const auto binding = served.BindingOf(RefTo("app"));
  served.controller.Publish(*binding, 3, true, std::chrono::minutes(4));
  GetMetricsResponse response;
  CHECK(served.GetMetrics(RefTo("app"), &response).ok());
  const auto other = served.BindingOf(RefTo("other"));
  served.controller.Publish(*other, 3, true, std::chrono::minutes(6));
  const grpc::Status status = served.GetMetrics(RefTo("other"), &response);
  CHECK(status.error_code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(status.error_message().find("longer than its policy holds one") != std::string::npos);
}

}  // namespace
}  // namespace loadline
