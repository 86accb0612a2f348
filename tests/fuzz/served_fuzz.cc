// Requests as bytes to the gRPC port itself, of a server that runs: each comes back, with an answer of its own message
// or with a code that KEDA knows and words in a line, and the port answers the next one.
//
// The first byte says which method, the next how many answers there have been; the rest is the message.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <future>
#include <string>

#include "api/keda_mapping.h"
#include "api/keda_server.h"
#include "externalscaler.pb.h"
#include "fuzz/require.h"
#include "scaling/policy_yaml.h"
#include "support/fake_controller.h"

namespace {

using namespace loadline;
using fuzz::Require;

constexpr std::array kMethods = {"GetMetrics", "IsActive", "GetMetricSpec"};
constexpr std::size_t kMostWords = 600;

constexpr int kMostOfOne = 5000;  // requests to one server: it keeps a binding of each object, up to 10,000

std::shared_ptr<const Policy> SomePolicy() {
  const PolicyDocument document = ParsePolicy({R"(
apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: test, namespace: data }
spec: { signals: [ { name: lag, query: lag, perReplica: 1 } ] }
)",
                                               1});
  Require(document.content.has_value());
  return std::make_shared<Policy>(*document.content);
}

class Served {
 public:
  Served() : controller_(SomePolicy(), EncodeAnswer) {
    KedaServerOptions options;
    options.listen = "127.0.0.1:0";
    options.first_decision_wait = Duration(1);
    server_ = MakeKedaServer(options, controller_, instruments_);
    const Result<int> port = server_->Start();
    Require(port.has_value());
    stub_ = std::make_unique<grpc::GenericStub>(
        grpc::CreateChannel("127.0.0.1:" + std::to_string(*port), grpc::InsecureChannelCredentials()));
  }

  // Of new bindings some have a number, some an error, and some nothing yet.
  void SayOfNew(int what) {
    controller_.on_new = [this, what](Binding& binding) {
      if (what == 1) controller_.Publish(binding, 3.5, true);
      if (what == 2) controller_.PublishError(binding, {Code::kUnavailable, "no data\nat all"});
    };
  }

  grpc::Status Call(const std::string& method, std::string_view message, std::string& answer) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(2));
    const grpc::Slice slice(message.data(), message.size());
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> ended;
    stub_->UnaryCall(&context, "/externalscaler.ExternalScaler/" + method, {}, &request, &response,
                     [&](grpc::Status status) { ended.set_value(std::move(status)); });
    const grpc::Status status = ended.get_future().get();
    grpc::Slice whole;
    if (status.ok()) {
      Require(response.DumpToSingleSlice(&whole).ok());
      answer.assign(reinterpret_cast<const char*>(whole.begin()), whole.size());
    }
    return status;
  }

 private:
  Instruments instruments_;
  testing::FakeController controller_;
  std::unique_ptr<KedaServer> server_;
  std::unique_ptr<grpc::GenericStub> stub_;
};

bool IsRef(std::string_view message) {
  externalscaler::ScaledObjectRef ref;
  return ref.ParseFromArray(message.data(), static_cast<int>(message.size()));
}

void RequireAnswer(const std::string& method, const std::string& answer) {
  if (method == "GetMetrics") {
    externalscaler::GetMetricsResponse metrics;
    Require(metrics.ParseFromString(answer) && metrics.metricvalues_size() == 1);
    Require(metrics.metricvalues(0).metricvaluefloat() == 3.5);
  } else if (method == "IsActive") {
    externalscaler::IsActiveResponse active;
    Require(active.ParseFromString(answer));
  } else {
    externalscaler::GetMetricSpecResponse spec;
    Require(spec.ParseFromString(answer) && spec.metricspecs_size() == 1 && !spec.metricspecs(0).metricname().empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static std::unique_ptr<Served> served;
  static int requests = 0;
  static const auto quiet = google::protobuf::SetLogHandler(nullptr);  // it tells of each text that is no UTF-8
  (void)quiet;
  if (requests++ % kMostOfOne == 0) {
    served.reset();
    served = std::make_unique<Served>();
  }
  fuzz::Input input(data, size);
  const std::string method = kMethods[input.Byte() % kMethods.size()];
  served->SayOfNew(input.Byte() % 3);
  const std::string_view message = input.Rest();
  std::string answer;
  const grpc::Status status = served->Call(method, message, answer);
  if (status.ok()) {
    RequireAnswer(method, answer);
    return 0;
  }
  // gRPC's own answer to what is no message: without words.
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
    Require(!IsRef(message));
    return 0;
  }
  Require(status.error_code() != grpc::StatusCode::DEADLINE_EXCEEDED);
  Require(status.error_code() != grpc::StatusCode::UNKNOWN && !status.error_message().empty());
  fuzz::RequireOneLine(status.error_message(), kMostWords);
  return 0;
}
