// KEDA's five RPCs, answered from what is published.
#ifndef LOADLINE_API_KEDA_SERVICE_H_
#define LOADLINE_API_KEDA_SERVICE_H_

#include <functional>
#include <memory>
#include <string_view>

#include "api/push_stream.h"
#include "controller/controller.h"
#include "externalscaler.grpc.pb.h"

namespace loadline {

// GetMetrics is a raw method: most calls are its, and what it answers was serialised when it was published.
using KedaMethods = externalscaler::ExternalScaler::WithRawCallbackMethod_GetMetrics<
    externalscaler::ExternalScaler::WithCallbackMethod_IsActive<
        externalscaler::ExternalScaler::WithCallbackMethod_GetMetricSpec<
            externalscaler::ExternalScaler::WithCallbackMethod_StreamIsActive<
                externalscaler::ExternalScaler::WithCallbackMethod_StreamMetricSpec<
                    externalscaler::ExternalScaler::Service>>>>>;

// Where there is no decision, or no policy, GetMetrics and IsActive fail with a status whose message says why: never
// 0, never inactive. GetMetricSpec succeeds, at once, whatever the trigger is (rule 36). Past `max_streams` streams
// are refused, while polls go on. Thread-safe.
class KedaService final : public KedaMethods {
 public:
  // The first two must outlive the service. See KedaServerOptions for the durations.
  KedaService(Controller& controller, Instruments& instruments, Duration first_decision_wait, Duration stream_life,
              std::size_t max_streams)
      : controller_(controller),
        instruments_(instruments),
        wait_(first_decision_wait),
        stream_life_(stream_life),
        max_streams_(max_streams) {}

  grpc::ServerUnaryReactor* GetMetrics(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* IsActive(grpc::CallbackServerContext* context,
                                     const externalscaler::ScaledObjectRef* request,
                                     externalscaler::IsActiveResponse* response) override;
  grpc::ServerUnaryReactor* GetMetricSpec(grpc::CallbackServerContext* context,
                                          const externalscaler::ScaledObjectRef* request,
                                          externalscaler::GetMetricSpecResponse* response) override;
  grpc::ServerWriteReactor<externalscaler::IsActiveResponse>* StreamIsActive(
      grpc::CallbackServerContext* context, const externalscaler::ScaledObjectRef* request) override;
  grpc::ServerWriteReactor<externalscaler::GetMetricSpecResponse>* StreamMetricSpec(
      grpc::CallbackServerContext* context, const externalscaler::ScaledObjectRef* request) override;

  OpenStreams& streams() { return streams_; }
  const OpenStreams& streams() const { return streams_; }

 private:
  void Count(std::string_view method, const grpc::Status& status);
  // A stream of this method, which is counted, and what it sends.
  template <class Stream>
  std::shared_ptr<Stream> MakeStream(
      const char* method, std::function<void()> on_done = [] {});
  void Finish(grpc::ServerUnaryReactor* reactor, std::string_view method, const grpc::Status& status);
  Status RoomForStream() const;
  template <class Stream>
  Stream* Refused(const char* method, const Error& error);

  Controller& controller_;
  Instruments& instruments_;
  const Duration wait_;
  const Duration stream_life_;
  const std::size_t max_streams_;
  OpenStreams streams_;
};

}  // namespace loadline

#endif  // LOADLINE_API_KEDA_SERVICE_H_
