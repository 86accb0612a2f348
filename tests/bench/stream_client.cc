#include "bench/stream_client.h"

#include <utility>

#include "support/eventually.h"
#include "system/clock.h"

namespace loadline::bench {

externalscaler::ScaledObjectRef RefOf(const Fleet& fleet, int object) {
  externalscaler::ScaledObjectRef ref;
  ref.set_name(fleet.ObjectName(object));
  ref.set_namespace_("data");
  auto& metadata = *ref.mutable_scalermetadata();
  metadata["scalerAddress"] = "loadline.loadline.svc:50051";
  metadata["policy"] = fleet.PolicyName(object);
  metadata["group"] = fleet.GroupName(object);
  return ref;
}

class StreamClient::Stream : public grpc::ClientReadReactor<externalscaler::IsActiveResponse> {
 public:
  Stream(StreamClient& client, externalscaler::ScaledObjectRef ref) : client_(client), ref_(std::move(ref)) {
    client_.stub_->async()->StreamIsActive(&context_, &ref_, this);
    StartRead(&response_);
    StartCall();
  }

  void Cancel() { context_.TryCancel(); }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    client_.Arrived();
    StartRead(&response_);
  }
  void OnDone(const grpc::Status&) override { ++client_.ended_; }

 private:
  StreamClient& client_;
  grpc::ClientContext context_;
  const externalscaler::ScaledObjectRef ref_;
  externalscaler::IsActiveResponse response_;
};

StreamClient::StreamClient(const std::string& address, const Fleet& fleet) {
  grpc::ChannelArguments arguments;
  arguments.SetString("bench.client", "streams");  // else it would share the connection of others
  stub_ = externalscaler::ExternalScaler::NewStub(
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  for (int i = 0; i < fleet.objects; ++i) streams_.push_back(std::make_unique<Stream>(*this, RefOf(fleet, i)));
}

StreamClient::~StreamClient() {
  for (const auto& each : streams_) each->Cancel();
  testing::Eventually([&] { return ended_ == static_cast<int>(streams_.size()); });
}

void StreamClient::Arrived() {
  const Timestamp now = SystemClock().Now();
  const MutexLock lock(mutex_);
  arrivals_.push_back(now);
}

std::vector<Timestamp> StreamClient::TakeArrivals() {
  const MutexLock lock(mutex_);
  return std::exchange(arrivals_, {});
}

}  // namespace loadline::bench
