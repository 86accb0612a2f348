#include "bench/load_client.h"

#include <grpcpp/generic/generic_stub.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "externalscaler.pb.h"

namespace loadline::bench {
namespace {

using Steady = std::chrono::steady_clock;
constexpr const char* kMethod = "/externalscaler.ExternalScaler/GetMetrics";

struct Call {
  grpc::ClientContext context;
  grpc::ByteBuffer response;
  grpc::Status status;
  Steady::time_point due;
  std::unique_ptr<grpc::ClientAsyncResponseReader<grpc::ByteBuffer>> reader;
};

}  // namespace

LoadClient::LoadClient(const std::string& address, int connections, int objects, int policies) {
  for (int i = 0; i < connections; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt("bench.connection", i);  // else they would share one
    channels_.push_back(grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  }
  for (int i = 0; i < objects; ++i) {
    externalscaler::GetMetricsRequest request;
    const std::string policy = "p-" + std::to_string(i % policies);
    request.set_metricname("loadline-" + policy);
    request.mutable_scaledobjectref()->set_name("app-" + std::to_string(i));
    request.mutable_scaledobjectref()->set_namespace_("data");
    auto& metadata = *request.mutable_scaledobjectref()->mutable_scalermetadata();
    metadata["scalerAddress"] = "loadline.loadline.svc:50051";
    metadata["policy"] = policy;
    metadata["pipeline"] = "orders";
    metadata["team"] = "data";
    const grpc::Slice slice(request.SerializeAsString());
    requests_.emplace_back(&slice, 1);
  }
}

LoadResult LoadClient::Saturate(int calls, int outstanding) {
  std::vector<grpc::GenericStub> stubs;
  for (const auto& channel : channels_) stubs.emplace_back(channel);
  grpc::CompletionQueue queue;
  LoadResult result;
  int started = 0;
  auto start = [&] {
    auto* call = new Call;
    grpc::GenericStub& stub = stubs[static_cast<std::size_t>(started++) % stubs.size()];
    call->reader = stub.PrepareUnaryCall(&call->context, kMethod, requests_[next_++ % requests_.size()], &queue);
    call->reader->StartCall();
    call->reader->Finish(&call->response, &call->status, call);
  };
  for (int i = 0; i < std::min(calls, outstanding); ++i) start();
  while (result.calls < calls) {
    void* tag = nullptr;
    bool ok = false;
    if (!queue.Next(&tag, &ok)) break;
    const std::unique_ptr<Call> call(static_cast<Call*>(tag));
    ++result.calls;
    if (!call->status.ok()) ++result.failed;
    if (started < calls) start();
  }
  queue.Shutdown();
  return result;
}

LoadResult LoadClient::Pace(int calls, double rate) {
  std::vector<grpc::GenericStub> stubs;
  for (const auto& channel : channels_) stubs.emplace_back(channel);
  grpc::CompletionQueue queue;
  std::jthread sender([&] {
    const auto begin = Steady::now() + std::chrono::milliseconds(20);
    for (int i = 0; i < calls; ++i) {
      const auto due = begin + std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 * i / rate));
      std::this_thread::sleep_until(due);
      auto* call = new Call;
      call->due = due;
      call->reader = stubs[static_cast<std::size_t>(i) % stubs.size()].PrepareUnaryCall(
          &call->context, kMethod, requests_[next_++ % requests_.size()], &queue);
      call->reader->StartCall();
      call->reader->Finish(&call->response, &call->status, call);
    }
  });
  LoadResult result;
  while (result.calls < calls) {
    void* tag = nullptr;
    bool ok = false;
    if (!queue.Next(&tag, &ok)) break;
    const std::unique_ptr<Call> call(static_cast<Call*>(tag));
    ++result.calls;
    if (!call->status.ok()) ++result.failed;
    result.latencies_us.push_back(std::chrono::duration<double, std::micro>(Steady::now() - call->due).count());
  }
  std::sort(result.latencies_us.begin(), result.latencies_us.end());
  queue.Shutdown();
  return result;
}

}  // namespace loadline::bench
