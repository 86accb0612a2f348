// The rules are those of docs/keda-rules.md.
#include "api/keda_server.h"

#include <arpa/inet.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <fstream>
#include <future>
#include <limits>
#include <thread>

#include "api/confidence_trailer.h"
#include "api/keda_mapping.h"
#include "externalscaler.grpc.pb.h"
#include "health.grpc.pb.h"
#include "scaling/query_plan.h"
#include "support/certificates.h"
#include "support/eventually.h"
#include "support/fake_controller.h"
#include "support/keda_2_16.pb.h"
#include "support/policy_builder.h"

namespace loadline {
namespace {

using externalscaler::ExternalScaler;
using externalscaler::GetMetricSpecResponse;
using externalscaler::GetMetricsRequest;
using externalscaler::GetMetricsResponse;
using externalscaler::IsActiveResponse;
using externalscaler::ScaledObjectRef;
using testing::Authority;
using testing::Eventually;
using testing::FakeController;
using Steady = std::chrono::steady_clock;

std::shared_ptr<const Policy> TestPolicy() {
  return std::make_shared<Policy>(testing::MakePolicy("signals: [ { name: lag, query: lag, perReplica: 1 } ]"));
}

ScaledObjectRef RefTo(const std::string& name, const std::string& policy = "test") {
  ScaledObjectRef ref;
  ref.set_name(name);
  ref.set_namespace_("data");
  (*ref.mutable_scalermetadata())["scalerAddress"] = "loadline:50051";
  if (!policy.empty()) (*ref.mutable_scalermetadata())["policy"] = policy;
  return ref;
}

GetMetricsRequest RequestFor(const ScaledObjectRef& ref, const std::string& metric = "loadline-test") {
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
    "Rules 32, 42: a stream of specs says one when it opens, and stays; a client that leaves takes its stream along") {
  Served served;
  auto stream = std::make_unique<Reading<GetMetricSpecResponse>>(
      [&](grpc::ClientContext* context) { return served.stub->StreamMetricSpec(context, RefTo("app", "cdc-worker")); });
  REQUIRE(Eventually([&] { return stream->got().size() == 1; }));
  GetMetricSpecResponse polled;
  REQUIRE(served.GetMetricSpec(RefTo("app", "cdc-worker"), &polled).ok());
  CHECK(stream->got()[0].SerializeAsString() == polled.SerializeAsString());
  CHECK_FALSE(stream->ended());
  CHECK(served.server->open_streams() == 1);
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

// Reads HTTP/2 frames until one is a PING that is no answer to one; false where the server closes first.
bool SeesPing(int connection) {
  auto read = [connection](char* to, std::size_t size) {
    return recv(connection, to, size, MSG_WAITALL) == static_cast<ssize_t>(size);
  };
  std::array<char, 9> head{};  // RFC 9113, 4.1: length (3 bytes), type, flags, stream
  std::vector<char> payload;
  while (read(head.data(), head.size())) {
    auto byte = [&head](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(head[i])); };
    payload.resize(byte(0) << 16 | byte(1) << 8 | byte(2));
    if (!payload.empty() && !read(payload.data(), payload.size())) return false;
    constexpr std::size_t kPing = 6;
    if (byte(3) == kPing && (byte(4) & 1) == 0) return true;
  }
  return false;
}

TEST_CASE("Rule 7: the server pings a connection that is silent, and closes one that does not answer") {
  KedaServerOptions options;
  options.keepalive_time = std::chrono::seconds(1);
  options.keepalive_timeout = std::chrono::seconds(1);
  Served served(options);
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(served.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  const timeval patience{30, 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  // The client's preface, and settings that change nothing.
  const std::string hello("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);
  REQUIRE(send(connection, hello.data(), hello.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(hello.size()));
  CHECK(SeesPing(connection));
  char buffer[256];
  ssize_t got = 1;
  while (got > 0) got = recv(connection, buffer, sizeof(buffer), 0);
  CHECK((got == 0 || errno == ECONNRESET));  // and not a time-out of ours
  close(connection);
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

grpc::health::v1::HealthCheckResponse::ServingStatus HealthOf(Served& served, const std::string& service) {
  grpc::ClientContext context;
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  grpc::health::v1::HealthCheckResponse response;
  const grpc::Status status = grpc::health::v1::Health::NewStub(served.channel)->Check(&context, request, &response);
  INFO(status.error_message());
  CHECK(status.ok());
  return response.status();
}

TEST_CASE("Health is served for the server and for the service") {
  Served served;
  CHECK(HealthOf(served, "") == grpc::health::v1::HealthCheckResponse::SERVING);
  CHECK(HealthOf(served, "externalscaler.ExternalScaler") == grpc::health::v1::HealthCheckResponse::SERVING);
}

TEST_CASE("Bytes that are no request are an error, and the next call is answered") {
  Served served;
  served.controller.Publish(*served.BindingOf(RefTo("app")), 3, true);
  for (const char* bytes : {"\xff\xff\xff", "\x0a\x7f", "\x0b\x0b\x0b\x0b"}) {
    grpc::Slice slice(bytes);
    grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    grpc::ClientContext context;
    grpc::GenericStub stub(served.channel);
    std::promise<grpc::Status> ended;
    stub.UnaryCall(&context, "/externalscaler.ExternalScaler/GetMetrics", {}, &request, &response,
                   [&ended](grpc::Status status) { ended.set_value(std::move(status)); });
    const grpc::Status status = ended.get_future().get();
    CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  }
  GetMetricsResponse response;
  CHECK(served.GetMetrics(RefTo("app"), &response).ok());
}

TEST_CASE("A port that is taken is said") {
  Served served;
  KedaServerOptions options;
  options.listen = served.address();
  const auto second = MakeKedaServer(options, served.controller, served.instruments);
  const Result<int> started = second->Start();
  REQUIRE_FALSE(started);
  CHECK(started.error().code == Code::kUnavailable);
  CHECK(started.error().message.find(served.address()) != std::string::npos);
}

grpc::Status CallOver(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  GetMetricSpecResponse response;
  return ExternalScaler::NewStub(channel)->GetMetricSpec(&context, RefTo("app"), &response);
}

std::shared_ptr<grpc::Channel> TlsChannel(const std::string& address, const std::string& ca,
                                          const Authority::Pair* pair) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = testing::FileText(ca);
  if (pair != nullptr) {
    options.pem_cert_chain = testing::FileText(pair->certificate);
    options.pem_private_key = testing::FileText(pair->key);
  }
  // Each channel a connection of its own: gRPC shares those of equal settings.
  static std::atomic<int> number{0};
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("loadline.test");
  arguments.SetInt("test.channel", ++number);
  return grpc::CreateCustomChannel(address, grpc::SslCredentials(options), arguments);
}

TEST_CASE("Rules 13, 14: mTLS with an allow-list of names; the pair is taken up when it changes, a bad one is not") {
  const Authority authority;
  const Authority stranger("stranger");
  const auto server_pair = authority.Sign("server", "DNS:loadline.test");
  const auto keda = authority.Sign("keda", "DNS:keda-operator.keda.svc,URI:spiffe://cluster/keda");
  const auto other = authority.Sign("other", "DNS:other.svc");
  const auto unnamed = authority.Sign("unnamed", "");
  const auto foreign = stranger.Sign("keda", "DNS:keda-operator.keda.svc");

  TlsFilesOptions files{server_pair.certificate, server_pair.key, authority.ca_file(), Duration(20)};
  std::atomic<int> changes{0};
  auto tls = OpenTlsFiles(files, [&](const TlsFilesState&) { ++changes; });
  REQUIRE(tls);
  KedaServerOptions options;
  options.tls = tls->get();
  options.allowed_client_names = {"spiffe://cluster/keda"};
  Served served(options);

  CHECK(CallOver(TlsChannel(served.address(), authority.ca_file(), &keda)).ok());
  for (const auto* pair : {&other, &unnamed}) {
    const grpc::Status refused = CallOver(TlsChannel(served.address(), authority.ca_file(), pair));
    CHECK(refused.error_code() == grpc::StatusCode::PERMISSION_DENIED);
    CHECK(refused.error_message().find("allowedClientNames") != std::string::npos);
  }
  CHECK(CallOver(TlsChannel(served.address(), authority.ca_file(), &foreign)).error_code() ==
        grpc::StatusCode::UNAVAILABLE);
  CHECK(CallOver(TlsChannel(served.address(), authority.ca_file(), nullptr)).error_code() ==
        grpc::StatusCode::UNAVAILABLE);
  CHECK(CallOver(served.channel).error_code() == grpc::StatusCode::UNAVAILABLE);  // plain text

  // A pair that does not fit together is refused, and the last good one stays.
  const auto old_channel = TlsChannel(served.address(), authority.ca_file(), &keda);
  REQUIRE(CallOver(old_channel).ok());
  const auto next = stranger.Sign("server", "DNS:loadline.test");
  std::ofstream(server_pair.certificate) << testing::FileText(next.certificate);
  REQUIRE(Eventually([&] { return !(*tls)->State().problem.empty(); }));
  CHECK((*tls)->State().problem.find("does not belong to the certificate") != std::string::npos);
  CHECK((*tls)->State().errors == 1);
  CHECK(CallOver(TlsChannel(served.address(), authority.ca_file(), &keda)).ok());

  // With its key it is taken up: new connections see the new certificate, open ones go on.
  std::ofstream(server_pair.key) << testing::FileText(next.key);
  REQUIRE(Eventually([&] { return (*tls)->State().reloads == 1; }));
  CHECK((*tls)->State().problem.empty());
  CHECK(Eventually([&] { return CallOver(TlsChannel(served.address(), stranger.ca_file(), &keda)).ok(); }));
  CHECK(CallOver(old_channel).ok());
}

}  // namespace
}  // namespace loadline
