#include "api/keda_service.h"

#include <grpcpp/support/slice.h>

#include <string>
#include <utility>
#include <vector>

#include "api/confidence_trailer.h"
#include "api/first_answer.h"
#include "api/keda_mapping.h"
#include "api/scaled_object_view.h"
#include "api/trigger_size.h"
#include "base/text.h"

namespace loadline {
namespace {

using externalscaler::GetMetricSpecResponse;
using externalscaler::IsActiveResponse;
using externalscaler::ScaledObjectRef;

Result<std::shared_ptr<Binding>> FindBinding(Controller& controller, const BindingView& view) {
  if (const Status fits = CheckTriggerSize(view); !fits) return Fail(fits.error());
  std::shared_ptr<Binding> binding = controller.Find(view);
  if (binding == nullptr)
    return Fail(Code::kResourceExhausted,
                "there are as many bindings as bindings.max allows: this one is not decided for");
  return binding;
}

Result<std::shared_ptr<Binding>> FindBinding(Controller& controller, const ScaledObjectRef& ref) {
  std::vector<std::pair<std::string_view, std::string_view>> metadata(ref.scalermetadata().begin(),
                                                                      ref.scalermetadata().end());
  return FindBinding(controller, {ref.namespace_(), ref.name(), metadata});
}

std::string_view PolicyOf(const ScaledObjectRef& ref) {
  const auto found = ref.scalermetadata().find("policy");
  return found == ref.scalermetadata().end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

void KedaService::Count(std::string_view method, const grpc::Status& status) {
  instruments_.CountRpc(method, status.ok() ? "OK" : CodeName(static_cast<Code>(status.error_code())));
}

void KedaService::Finish(grpc::ServerUnaryReactor* reactor, std::string_view method, const grpc::Status& status) {
  Count(method, status);
  reactor->Finish(status);
}

Status KedaService::RoomForStream() const {
  if (streams_.size() < max_streams_) return {};
  return Fail(Code::kResourceExhausted, "too many streams are open: polls are answered");
}

template <class Stream>
std::shared_ptr<Stream> KedaService::MakeStream(const char* method, std::function<void()> on_done) {
  return Stream::Make(
      streams_, [this, method] { instruments_.CountStreamMessage(method); },
      [this, method, on_done = std::move(on_done)](const grpc::Status& status) {
        on_done();
        Count(method, status);
      });
}

template <class Stream>
Stream* KedaService::Refused(const char* method, const Error& error) {
  auto refused = MakeStream<Stream>(method);
  refused->Open(refused, stream_life_);
  refused->EndWith(StatusOf(error));
  return refused.get();
}

grpc::ServerUnaryReactor* KedaService::GetMetrics(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                                  grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  grpc::Slice bytes;
  // Kept by each thread, so that a call allocates nothing for its look-up.
  thread_local ScaledObjectView view;
  const bool whole = request->TrySingleSlice(&bytes).ok() || request->DumpToSingleSlice(&bytes).ok();
  if (!whole || !view.ParseGetMetricsRequest({reinterpret_cast<const char*>(bytes.begin()), bytes.size()})) {
    Finish(reactor, "GetMetrics", {grpc::StatusCode::INVALID_ARGUMENT, "this is no GetMetricsRequest"});
    return reactor;
  }
  const auto found = FindBinding(controller_, view.binding());
  if (!found) {
    Finish(reactor, "GetMetrics", StatusOf(found.error()));
    return reactor;
  }
  const std::shared_ptr<Binding>& binding = *found;
  auto answer = [this, reactor, response](const Binding& known) {
    const auto current = CurrentAnswer(known, controller_.clock().Now());
    if (!current) return Finish(reactor, "GetMetrics", StatusOf(current.error()));
    *response = grpc::ByteBuffer(&static_cast<const EncodedAnswer*>((*current)->encoded.get())->metrics, 1);
    instruments_.CountGetMetricsOk();
    reactor->Finish(grpc::Status::OK);
  };
  if (binding->Latest() != nullptr) {
    answer(*binding);
  } else {
    WhenAnsweredOrLate(binding, wait_, [answer, binding] { answer(*binding); });
  }
  return reactor;
}

grpc::ServerUnaryReactor* KedaService::IsActive(grpc::CallbackServerContext* context, const ScaledObjectRef* request,
                                                IsActiveResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const auto found = FindBinding(controller_, *request);
  if (!found) {
    Finish(reactor, "IsActive", StatusOf(found.error()));
    return reactor;
  }
  const std::shared_ptr<Binding>& binding = *found;
  WhenAnsweredOrLate(binding, wait_, [this, context, reactor, response, binding] {
    const auto current = CurrentAnswer(*binding, controller_.clock().Now());
    if (current) response->set_result((*current)->decision.active);
    if (current && context->client_metadata().contains(kProbeHeader))
      context->AddTrailingMetadata(kConfidenceTrailer, FormatNumber((*current)->decision.confidence.Product()));
    Finish(reactor, "IsActive", current ? grpc::Status::OK : StatusOf(current.error()));
  });
  return reactor;
}

grpc::ServerUnaryReactor* KedaService::GetMetricSpec(grpc::CallbackServerContext* context,
                                                     const ScaledObjectRef* request, GetMetricSpecResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  // It is the first call of an object: the first decision is under way when GetMetrics asks for it, and tells of what
  // is refused. A spec that fails would take the metrics of the object's other triggers along (rule 36).
  (void)FindBinding(controller_, *request);
  *response = MetricSpecOf(PolicyOf(*request));
  Finish(reactor, "GetMetricSpec", grpc::Status::OK);
  return reactor;
}

grpc::ServerWriteReactor<IsActiveResponse>* KedaService::StreamIsActive(grpc::CallbackServerContext*,
                                                                        const ScaledObjectRef* request) {
  using Stream = PushStream<IsActiveResponse>;
  if (const Status room = RoomForStream(); !room) return Refused<Stream>("StreamIsActive", room.error());
  const auto found = FindBinding(controller_, *request);
  if (!found) return Refused<Stream>("StreamIsActive", found.error());
  const std::shared_ptr<Binding>& binding = *found;
  auto ticket = std::make_shared<Binding::Ticket>(0);
  auto stream = MakeStream<Stream>("StreamIsActive", [binding, ticket] { binding->Cancel(*ticket); });
  stream->Open(stream, stream_life_);
  // The state when it opens, and then each wake: KEDA acts on `true` only, at the cost of some calls to the
  // API server each (keda pkg/scaling/scale_handler.go, startPushScalers).
  *ticket = binding->Subscribe([stream = stream.get(), first = true](bool active) mutable {
    if (!active && !std::exchange(first, false)) return;
    first = false;
    IsActiveResponse response;
    response.set_result(active);
    stream->Send(std::move(response));
  });
  return stream.get();
}

grpc::ServerWriteReactor<GetMetricSpecResponse>* KedaService::StreamMetricSpec(grpc::CallbackServerContext*,
                                                                               const ScaledObjectRef* request) {
  using Stream = PushStream<GetMetricSpecResponse>;
  if (const Status room = RoomForStream(); !room) return Refused<Stream>("StreamMetricSpec", room.error());
  const auto found = FindBinding(controller_, *request);
  if (!found && found.error().code == Code::kInvalidArgument) return Refused<Stream>("StreamMetricSpec", found.error());
  auto stream = MakeStream<Stream>("StreamMetricSpec");
  stream->Open(stream, stream_life_);
  stream->Send(MetricSpecOf(PolicyOf(*request)));
  return stream.get();
}

}  // namespace loadline
