#include "keda_client.h"

#include <grpcpp/grpcpp.h>

#include <chrono>

#include "externalscaler.grpc.pb.h"

namespace loadline::quickstart {
namespace {

using externalscaler::ExternalScaler;

class GrpcKedaClient : public KedaClient {
 public:
  explicit GrpcKedaClient(const std::string& address)
      : stub_(ExternalScaler::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))) {
    externalscaler::ScaledObjectRef& ref = *request_.mutable_scaledobjectref();
    ref.set_name("orders-cdc");
    ref.set_namespace_("data");
    (*ref.mutable_scalermetadata())["scalerAddress"] = address;
    (*ref.mutable_scalermetadata())["policy"] = "cdc-worker";
    (*ref.mutable_scalermetadata())["pipeline"] = "orders";
  }

  ScalerAnswer Ask(std::string& problem) override {
    ScalerAnswer answer;
    externalscaler::GetMetricSpecResponse spec;
    if (!Call(&ExternalScaler::Stub::GetMetricSpec, request_.scaledobjectref(), spec, problem)) return answer;
    request_.set_metricname(spec.metricspecs(0).metricname());
    externalscaler::GetMetricsResponse metrics;
    if (Call(&ExternalScaler::Stub::GetMetrics, request_, metrics, problem)) {
      answer.value = metrics.metricvalues(0).metricvaluefloat();
    }
    externalscaler::IsActiveResponse active;
    if (Call(&ExternalScaler::Stub::IsActive, request_.scaledobjectref(), active, problem))
      answer.active = active.result();
    return answer;
  }

 private:
  template <class Request, class Response>
  bool Call(grpc::Status (ExternalScaler::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
            const Request& request, Response& response, std::string& problem) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(2));
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) problem = status.error_message();
    return status.ok();
  }

  std::unique_ptr<ExternalScaler::Stub> stub_;
  externalscaler::GetMetricsRequest request_;
};

}  // namespace

std::unique_ptr<KedaClient> MakeKedaClient(const std::string& address) {
  return std::make_unique<GrpcKedaClient>(address);
}

}  // namespace loadline::quickstart
