#include "bench/load_client.h"

#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "bench/served.h"
#include "bench/stream_client.h"

namespace loadline::bench {
namespace {

using Steady = std::chrono::steady_clock;

std::string PathOf(Method method) {
  constexpr std::array kNames = {"GetMetricSpec", "GetMetrics", "IsActive"};
  return std::string("/externalscaler.ExternalScaler/") + kNames[static_cast<std::size_t>(method)];
}

struct Call {
  Method method;
  std::size_t object;
  Steady::time_point due;
  grpc::ClientContext context = {};
  grpc::ByteBuffer response = {};
  grpc::Status status = {};
  std::unique_ptr<grpc::ClientAsyncResponseReader<grpc::ByteBuffer>> reader = nullptr;

  void CountIn(LoadResult& result) const {
    ++result.calls;
    if (!status.ok()) ++result.failed;
    result.latencies_us.push_back(std::chrono::duration<double, std::micro>(Steady::now() - due).count());
  }
};

}  // namespace

// Those that are under way. Two threads may use it: one that begins calls, and one that awaits them.
class LoadClient::Calls {
 public:
  explicit Calls(const LoadClient& client) : client_(client) {
    for (const auto& channel : client.channels_) stubs_.emplace_back(channel);
  }
  ~Calls() { queue_.Shutdown(); }

  void Begin(Method method, std::size_t object, Steady::time_point due) {
    auto* call = new Call{method, object, due};
    grpc::GenericStub& stub = stubs_[started_++ % stubs_.size()];
    call->reader = stub.PrepareUnaryCall(&call->context, paths_[static_cast<std::size_t>(method)],
                                         client_.RequestOf(method, object), &queue_);
    call->reader->StartCall();
    call->reader->Finish(&call->response, &call->status, call);
  }

  std::unique_ptr<const Call> Await() {
    void* tag = nullptr;
    bool ok = false;
    queue_.Next(&tag, &ok);
    return std::unique_ptr<const Call>(static_cast<Call*>(tag));
  }

  // Begins `count` calls with `begin(due)`, `rate` a second or all at once, from a thread of its own.
  template <class BeginOne>
  static std::jthread Paced(int count, double rate, BeginOne begin_one) {
    return std::jthread([=] {
      const auto begin = Steady::now();
      for (int i = 0; i < count; ++i) {
        auto due = begin;
        if (rate > 0) {
          due += std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 * i / rate));
          std::this_thread::sleep_until(due);
        }
        begin_one(due);
      }
    });
  }

 private:
  const LoadClient& client_;
  const std::array<std::string, kMethods.size()> paths_ = {PathOf(kMethods[0]), PathOf(kMethods[1]),
                                                           PathOf(kMethods[2])};
  std::vector<grpc::GenericStub> stubs_;
  std::atomic<std::size_t> started_{0};
  grpc::CompletionQueue queue_;
};

LoadClient::LoadClient(const std::string& address, int connections, const Fleet& fleet) {
  for (int i = 0; i < connections; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt("bench.connection", i);  // else they would share one
    channels_.push_back(grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  }
  auto bytes_of = [](const google::protobuf::Message& message) {
    const grpc::Slice slice(message.SerializeAsString());
    return grpc::ByteBuffer(&slice, 1);
  };
  for (int i = 0; i < fleet.objects; ++i) {
    externalscaler::GetMetricsRequest request;
    request.set_metricname("loadline-" + fleet.PolicyName(i));
    const externalscaler::ScaledObjectRef ref = RefOf(fleet, i);
    *request.mutable_scaledobjectref() = ref;
    refs_.push_back(bytes_of(ref));
    get_metrics_.push_back(bytes_of(request));
  }
}

LoadResult LoadClient::Saturate(int calls, int outstanding) {
  Calls under_way(*this);
  int started = 0;
  auto begin = [&] {
    ++started;
    under_way.Begin(Method::kGetMetrics, NextObject(), Steady::now());
  };
  while (started < std::min(calls, outstanding)) begin();
  LoadResult result;
  while (result.calls < calls) {
    under_way.Await()->CountIn(result);
    if (started < calls) begin();
  }
  return result;
}

LoadResult LoadClient::Pace(int calls, double rate) {
  Calls under_way(*this);
  const std::jthread sender = Calls::Paced(calls, rate, [this, &under_way](Steady::time_point due) {
    under_way.Begin(Method::kGetMetrics, NextObject(), due);
  });
  LoadResult result;
  while (result.calls < calls) under_way.Await()->CountIn(result);
  return result;
}

PollResult LoadClient::Poll(int polls, double rate) {
  Calls under_way(*this);
  const auto begin = Steady::now();
  const std::jthread sender = Calls::Paced(polls, rate, [this, &under_way](Steady::time_point due) {
    under_way.Begin(kMethods.front(), NextObject(), due);
  });
  PollResult result;
  for (int ended = 0; ended < polls;) {
    const auto call = under_way.Await();
    call->CountIn(result[call->method]);
    if (!call->status.ok()) result.an_error = call->status.error_message();
    if (call->status.ok() && call->method != kMethods.back()) {
      under_way.Begin(kMethods[static_cast<std::size_t>(call->method) + 1], call->object, Steady::now());
    } else {
      ++ended;
    }
  }
  result.seconds = MillisecondsSince(begin) / 1e3;
  return result;
}

LoadResult PollResult::All() const {
  LoadResult all;
  for (const LoadResult& each : of) {
    all.calls += each.calls;
    all.failed += each.failed;
    all.latencies_us.insert(all.latencies_us.end(), each.latencies_us.begin(), each.latencies_us.end());
  }
  return all;
}

}  // namespace loadline::bench
