// Streams of activity, and connections that get old. The rules are those of docs/keda-rules.md.
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

#include "support/eventually.h"
#include "unit/api/served_keda.h"

namespace loadline {
namespace {

using testing::Eventually;
using testing::GetMetricSpecResponse;
using testing::GetMetricsResponse;
using testing::IsActiveResponse;
using testing::RefTo;
using testing::ScaledObjectRef;
using testing::Served;
using Steady = std::chrono::steady_clock;

// A client's end of a stream that is read in a thread.
template <class Response>
class Reading {
 public:
  using Open = std::function<std::unique_ptr<grpc::ClientReader<Response>>(grpc::ClientContext*)>;
  explicit Reading(const Open& open) : reader_(open(&context_)) {
    thread_ = std::jthread([this] {
      Response response;
      while (reader_->Read(&response)) {
        const std::lock_guard lock(mutex_);
        got_.push_back(response);
      }
      status_ = reader_->Finish();
      ended_ = true;
    });
  }
  ~Reading() { context_.TryCancel(); }

  std::vector<Response> got() const {
    const std::lock_guard lock(mutex_);
    return got_;
  }
  bool ended() const { return ended_; }
  const grpc::Status& status() const { return status_; }
  void Cancel() { context_.TryCancel(); }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<Response>> reader_;
  mutable std::mutex mutex_;
  std::vector<Response> got_;
  std::atomic<bool> ended_{false};
  grpc::Status status_;
  std::jthread thread_;
};

std::unique_ptr<Reading<IsActiveResponse>> StreamActivity(Served& served, const ScaledObjectRef& ref) {
  return std::make_unique<Reading<IsActiveResponse>>(
      [&](grpc::ClientContext* context) { return served.stub->StreamIsActive(context, ref); });
}

std::vector<bool> Told(const Reading<IsActiveResponse>& stream) {
  std::vector<bool> told;
  for (const IsActiveResponse& each : stream.got()) told.push_back(each.result());
  return told;
}

TEST_CASE("Rule 40: the stream tells the state when it opens, then each wake once, and never sleep") {
  Served served;
  const auto binding = served.BindingOf(RefTo("app"));
  const auto stream = StreamActivity(served, RefTo("app"));
  REQUIRE(Eventually([&] { return binding->HasSubscribers(); }));
  CHECK(stream->got().empty());  // nothing is known yet
  served.controller.Publish(*binding, 0, false);
  REQUIRE(Eventually([&] { return stream->got().size() == 1; }));
  served.controller.Publish(*binding, 1, true);
  REQUIRE(Eventually([&] { return stream->got().size() == 2; }));
  for (int i = 0; i < 5; ++i) served.controller.Publish(*binding, 2 + i, true);
  served.controller.PublishError(*binding, {Code::kUnavailable, "no data"});
  served.controller.Publish(*binding, 2, true);
  served.controller.Publish(*binding, 0, false);
  served.controller.Publish(*binding, 3, true);
  REQUIRE(Eventually([&] { return stream->got().size() == 3; }));
  CHECK(Told(*stream) == std::vector<bool>{false, true, true});

  const auto late = StreamActivity(served, RefTo("app"));
  REQUIRE(Eventually([&] { return late->got().size() == 1; }));
  CHECK(Told(*late) == std::vector<bool>{true});
  CHECK(Eventually([&] {
    return served.instruments.Text().find("loadline_grpc_stream_messages_total{method=\"StreamIsActive\"} 4\n") !=
           std::string::npos;
  }));
}

TEST_CASE("Rule 40: while the answer is an error a new stream is told nothing") {
  Served served;
  const auto binding = served.BindingOf(RefTo("app"));
  served.controller.Publish(*binding, 3, true);
  served.controller.PublishError(*binding, {Code::kUnavailable, "no data"});
  const auto stream = StreamActivity(served, RefTo("app"));
  REQUIRE(Eventually([&] { return binding->HasSubscribers(); }));
  served.controller.Publish(*binding, 3, true);
  REQUIRE(Eventually([&] { return stream->got().size() == 1; }));
  CHECK(Told(*stream) == std::vector<bool>{true});
}

TEST_CASE(
    "Rules 32, 42, S13: a stream of specs says one when it opens, and no other; a client that leaves takes its stream "
    "along") {
  Served served;
  auto stream = std::make_unique<Reading<GetMetricSpecResponse>>(
      [&](grpc::ClientContext* context) { return served.stub->StreamMetricSpec(context, RefTo("app", "cdc-worker")); });
  REQUIRE(Eventually([&] { return stream->got().size() == 1; }));
  GetMetricSpecResponse polled;
  REQUIRE(served.GetMetricSpec(RefTo("app", "cdc-worker"), &polled).ok());
  CHECK(stream->got()[0].SerializeAsString() == polled.SerializeAsString());
  CHECK_FALSE(stream->ended());
  CHECK(served.server->open_streams() == 1);
  const auto binding = served.BindingOf(RefTo("app", "cdc-worker"));
  for (int replicas = 0; replicas < 5; ++replicas) served.controller.Publish(*binding, replicas, replicas > 0);
  REQUIRE(served.GetMetricSpec(RefTo("app", "cdc-worker"), &polled).ok());  // over the connection of the stream
  CHECK(stream->got().size() == 1);
  stream.reset();
  CHECK(Eventually([&] { return served.server->open_streams() == 0; }));
  CHECK(served.controller.Bindings().size() == 1);  // silence is not deletion
}

TEST_CASE("Rule 41: at a stop streams end with OK, at once, and nothing is refused before") {
  Served served;
  std::vector<std::unique_ptr<Reading<IsActiveResponse>>> streams;
  for (int i = 0; i < 100; ++i) streams.push_back(StreamActivity(served, RefTo("app-" + std::to_string(i))));
  REQUIRE(Eventually([&] { return served.server->open_streams() == 100; }));
  const auto begin = Steady::now();
  served.server->Stop(std::chrono::seconds(60));
  CHECK(Steady::now() - begin < std::chrono::seconds(5));
  for (const auto& stream : streams) {
    REQUIRE(Eventually([&] { return stream->ended(); }));
    CHECK(stream->status().ok());
  }
  CHECK_FALSE(served.server->serving());
}

TEST_CASE("Rules 7, 41: streams end with OK before connections get too old, and calls go on over new connections") {
  KedaServerOptions options;
  options.max_connection_age = std::chrono::seconds(1);
  Served served(options);
  served.controller.Publish(*served.BindingOf(RefTo("app")), 3, true);
  const auto stream = StreamActivity(served, RefTo("app"));
  REQUIRE(Eventually([&] { return stream->ended(); }));
  CHECK(stream->status().ok());
  // Until the connection has been taken out of use, and some calls longer.
  auto renewed = std::async(std::launch::async, [&] {
    return served.channel->WaitForStateChange(GRPC_CHANNEL_READY,
                                              std::chrono::system_clock::now() + std::chrono::seconds(30));
  });
  for (int after = 0; after < 20;) {
    if (renewed.wait_for(std::chrono::seconds(0)) == std::future_status::ready) ++after;
    GetMetricsResponse response;
    const grpc::Status status = served.GetMetrics(RefTo("app"), &response);
    INFO(status.error_message());
    REQUIRE(status.ok());
  }
  CHECK(renewed.get());
}

TEST_CASE("Seen with KEDA 2.21: hundreds of streams on one connection do not starve its polls") {
  Served served;
  served.controller.Publish(*served.BindingOf(RefTo("app")), 3, true);
  std::vector<std::unique_ptr<Reading<IsActiveResponse>>> streams;
  for (int i = 0; i < 300; ++i) streams.push_back(StreamActivity(served, RefTo("app-" + std::to_string(i))));
  REQUIRE(Eventually([&] { return served.server->open_streams() == 300; }));
  GetMetricsResponse response;
  CHECK(served.GetMetrics(RefTo("app"), &response).ok());
}

}  // namespace
}  // namespace loadline
