// Calls that come before the first decision. The rules are those of docs/keda-rules.md.
#include <catch2/catch.hpp>
#include <thread>

#include "support/eventually.h"
#include "unit/api/served_keda.h"

namespace loadline {
namespace {

using testing::Eventually;
using testing::GetMetricsResponse;
using testing::IsActiveResponse;
using testing::RefTo;
using testing::RequestFor;
using testing::Served;

TEST_CASE("Rule 6: a first call waits for the first decision, and no longer than stated") {
  KedaServerOptions options;
  SECTION("and gets it when it comes") {
    options.first_decision_wait = std::chrono::seconds(20);
    Served served(options);
    std::jthread publisher;
    served.controller.on_new = [&](Binding& binding) {
      publisher = std::jthread([&] { served.controller.Publish(binding, 6, true); });
    };
    GetMetricsResponse response;
    REQUIRE(served.GetMetrics(RefTo("app"), &response).ok());
    CHECK(response.metricvalues(0).metricvaluefloat() == 6);
  }
  SECTION("and gets an error that says why when it does not") {
    options.first_decision_wait = Duration(50);
    Served served(options);
    GetMetricsResponse metrics;
    IsActiveResponse active;
    for (const grpc::Status& status :
         {served.GetMetrics(RefTo("app"), &metrics), served.IsActive(RefTo("app"), &active)}) {
      CHECK(status.error_code() == grpc::StatusCode::UNAVAILABLE);
      CHECK(status.error_message() ==
            "there is no decision for data/app yet: its first readings are still on their way");
    }
  }
}

TEST_CASE("Rule 6: calls that wait hold no thread: many wait at once, others are answered meanwhile") {
  KedaServerOptions options;
  options.first_decision_wait = std::chrono::seconds(60);
  Served served(options);
  served.controller.Publish(*served.BindingOf(RefTo("known")), 1, true);
  constexpr int kWaiting = 300;
  grpc::CompletionQueue queue;
  struct Call {
    grpc::ClientContext context;
    GetMetricsResponse response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<GetMetricsResponse>> reader;
  };
  std::vector<Call> calls(kWaiting);
  for (int i = 0; i < kWaiting; ++i) {
    Call& call = calls[static_cast<std::size_t>(i)];
    call.reader = served.stub->AsyncGetMetrics(&call.context, RequestFor(RefTo("app-" + std::to_string(i))), &queue);
    call.reader->Finish(&call.response, &call.status, &call);
  }
  REQUIRE(Eventually([&] { return served.controller.Bindings().size() == kWaiting + 1; }));
  GetMetricsResponse response;
  CHECK(served.GetMetrics(RefTo("known"), &response).ok());
  // Some clients give up meanwhile.
  for (int i = 0; i < 50; ++i) calls[static_cast<std::size_t>(i)].context.TryCancel();
  for (const auto& binding : served.controller.Bindings()) served.controller.Publish(*binding, 2, true);
  for (int i = 0; i < kWaiting; ++i) {
    void* tag = nullptr;
    bool ok = false;
    REQUIRE(queue.Next(&tag, &ok));
  }
  for (int i = 50; i < kWaiting; ++i) CHECK(calls[static_cast<std::size_t>(i)].status.ok());
  queue.Shutdown();
}

}  // namespace
}  // namespace loadline
