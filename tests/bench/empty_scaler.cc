// What an external scaler costs before it does anything: gRPC's callback API, protobuf messages, a constant answer.
// usage: empty_scaler    prints its port
#include <grpcpp/grpcpp.h>

#include <cstdio>

#include "externalscaler.grpc.pb.h"

namespace {

class EmptyScaler : public externalscaler::ExternalScaler::CallbackService {
  grpc::ServerUnaryReactor* GetMetrics(grpc::CallbackServerContext* context,
                                       const externalscaler::GetMetricsRequest* request,
                                       externalscaler::GetMetricsResponse* response) override {
    externalscaler::MetricValue& value = *response->add_metricvalues();
    value.set_metricname(request->metricname());
    value.set_metricvalue(5);
    value.set_metricvaluefloat(5);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

}  // namespace

int main() {
  EmptyScaler service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  std::printf("%d\n", port);
  std::fflush(stdout);
  server->Wait();
}
