// When and how often KEDA calls, which is its own business: calls may come at any time, in any order and number. The
// rules are those of docs/keda-rules.md.
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <set>
#include <thread>

#include "unit/api/served_keda.h"

namespace loadline {
namespace {

using testing::ExternalScaler;
using testing::GetMetricSpecResponse;
using testing::GetMetricsResponse;
using testing::IsActiveResponse;
using testing::RefTo;
using testing::RequestFor;
using testing::ScaledObjectRef;
using testing::Served;

ScaledObjectRef Trigger(int index) {
  ScaledObjectRef ref = RefTo("app", "policy-" + std::to_string(index));
  (*ref.mutable_scalermetadata())["pipeline"] = std::to_string(index);
  return ref;
}

std::string SpecOf(Served& served, const ScaledObjectRef& ref) {
  GetMetricSpecResponse response;
  REQUIRE(served.GetMetricSpec(ref, &response).ok());
  return response.SerializeAsString();
}

// "3 active", or the error's message.
std::string Poll(Served& served, const ScaledObjectRef& ref, const std::string& metric = "loadline-test") {
  GetMetricsResponse metrics;
  IsActiveResponse active;
  const grpc::Status told = served.GetMetrics(ref, &metrics, metric);
  if (!told.ok()) return told.error_message();
  const grpc::Status is_active = served.IsActive(ref, &active);
  if (!is_active.ok()) return is_active.error_message();
  return std::to_string(static_cast<int>(metrics.metricvalues(0).metricvaluefloat())) +
         (active.result() ? " active" : "");
}

TEST_CASE("Rule 1: with a poll's first call, GetMetricSpec, the decision is on its way before GetMetrics asks for it") {
  Served served;
  int made = 0;
  served.controller.on_new = [&made](Binding&) { ++made; };
  SpecOf(served, RefTo("app"));
  CHECK(made == 1);
  served.controller.Publish(*served.BindingOf(RefTo("app")), 3, true);
  CHECK(Poll(served, RefTo("app")) == "3 active");
  CHECK(made == 1);
}

TEST_CASE("Rules 2, 3: however often all triggers of an object are asked for their specs, each says the same at once") {
  KedaServerOptions options;
  options.first_decision_wait = std::chrono::minutes(10);  // a call that waited would not come back in time
  Served served(options);
  constexpr int kTriggers = 20;
  std::vector<std::string> reconciled;
  for (int i = 0; i < kTriggers; ++i) reconciled.push_back(SpecOf(served, Trigger(i)));
  // An object's names must differ.
  CHECK(std::set<std::string>(reconciled.begin(), reconciled.end()).size() == kTriggers);
  // A sync of the HPA: for each metric the specs of all triggers.
  int same = 0;
  for (int metric = 0; metric < kTriggers; ++metric) {
    for (int i = 0; i < kTriggers; ++i) same += SpecOf(served, Trigger(i)) == reconciled[static_cast<std::size_t>(i)];
  }
  CHECK(same == kTriggers * kTriggers);
  CHECK(served.controller.Bindings().size() == kTriggers);  // nothing is made anew for a call
}

TEST_CASE("Rule 5: whoever is told an error may ask again at once, over a new connection, and is answered at once") {
  KedaServerOptions options;
  options.first_decision_wait = std::chrono::minutes(10);
  Served served(options);
  served.controller.PublishError(*served.BindingOf(RefTo("app")), {Code::kUnavailable, "no data"});
  for (int i = 0; i < 20; ++i) {
    grpc::ChannelArguments own;
    own.SetInt("test.channel", i);
    served.stub =
        ExternalScaler::NewStub(grpc::CreateCustomChannel(served.address(), grpc::InsecureChannelCredentials(), own));
    REQUIRE(Poll(served, RefTo("app")) == "no data");
  }
  served.controller.Publish(*served.BindingOf(RefTo("app")), 3, true);
  CHECK(Poll(served, RefTo("app")) == "3 active");
}

TEST_CASE("Rules 9, 11: when another operator takes over all objects ask again at once, and each gets its own answer") {
  Served served;
  constexpr int kObjects = 500;
  const auto name = [](int i) { return "app-" + std::to_string(i); };
  for (int i = 0; i < kObjects; ++i) served.controller.Publish(*served.BindingOf(RefTo(name(i))), i, true);
  grpc::CompletionQueue queue;
  struct Call {
    grpc::ClientContext context;
    GetMetricsResponse response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<GetMetricsResponse>> reader;
  };
  std::vector<Call> calls(kObjects);
  for (int i = 0; i < kObjects; ++i) {
    Call& call = calls[static_cast<std::size_t>(i)];
    call.reader = served.stub->AsyncGetMetrics(&call.context, RequestFor(RefTo(name(i))), &queue);
    call.reader->Finish(&call.response, &call.status, &call);
  }
  for (int i = 0; i < kObjects; ++i) {
    void* tag = nullptr;
    bool ok = false;
    REQUIRE(queue.Next(&tag, &ok));
  }
  queue.Shutdown();
  int right = 0;
  for (int i = 0; i < kObjects; ++i) {
    const Call& call = calls[static_cast<std::size_t>(i)];
    right += call.status.ok() && call.response.metricvalues(0).metricvaluefloat() == i;
  }
  CHECK(right == kObjects);
  CHECK(served.controller.Bindings().size() == kObjects);
}

TEST_CASE(
    "Rules 44, S7: a call says nothing of who makes it: poll or sync, ScaledObject or ScaledJob, all are told alike") {
  Served served;
  const auto binding = served.BindingOf(RefTo("app"));
  served.controller.Publish(*binding, 3, true);
  // GetMetrics twice at once and no IsActive, IsActive alone, and GetMetricSpec last: no call needs another.
  GetMetricsResponse metrics;
  IsActiveResponse active;
  for (int i = 0; i < 2; ++i) {
    REQUIRE(served.GetMetrics(RefTo("app"), &metrics).ok());
    REQUIRE(metrics.metricvalues_size() == 1);
    CHECK(metrics.metricvalues(0).metricvaluefloat() == 3);
  }
  REQUIRE(served.IsActive(RefTo("app"), &active).ok());
  CHECK(active.result());
  SpecOf(served, RefTo("app"));
  CHECK(served.controller.Bindings().size() == 1);
  served.controller.PublishError(*binding, {Code::kUnavailable, "no data"});
  for (int i = 0; i < 2; ++i) CHECK(served.GetMetrics(RefTo("app"), &metrics).error_message() == "no data");
}

TEST_CASE("S8: a call needs no header, and the metric's name without KEDA's prefix is ours") {
  Served served;
  served.controller.Publish(*served.BindingOf(RefTo("app")), 3, true);
  GetMetricSpecResponse spec;
  REQUIRE(served.GetMetricSpec(RefTo("app"), &spec).ok());
  CHECK(Poll(served, RefTo("app"), spec.metricspecs(0).metricname()) == "3 active");
  CHECK(Poll(served, RefTo("app"), "s0-" + spec.metricspecs(0).metricname()) == "3 active");
}

}  // namespace
}  // namespace loadline
