// How a replica count is told to KEDA and its HPA: the one file that knows. The rules are those of KEDA 2.21's external
// scaler (keda pkg/scalers/external_scaler.go) and of the HPA (kubernetes
// pkg/controller/podautoscaler/replica_calculator.go).
#ifndef LOADLINE_API_KEDA_MAPPING_H_
#define LOADLINE_API_KEDA_MAPPING_H_

#include <grpcpp/support/slice.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>
#include <string_view>

#include "controller/controller.h"
#include "externalscaler.pb.h"

namespace loadline {

// One metric per trigger, whose name never changes while the trigger is as it is: "loadline-<policy>". What is in the
// policy, or whether there is one, must not show in it: the HPA asks by the name that it stored.
std::string MetricName(std::string_view policy);

// The metric with target 1: the value is the number of replicas wanted (metricType AverageValue).
externalscaler::GetMetricSpecResponse MetricSpecOf(std::string_view policy);

// Exactly one value, as float and, rounded up, as int64 for KEDA before 2.17. REQUIRES: the answer has no error.
externalscaler::GetMetricsResponse MetricsOf(const PublishedAnswer& answer, std::string_view policy);

grpc::Status StatusOf(const Error& error);

// What is sent for an answer without an error, serialised once. For ControllerOptions::encode. A slice and no buffer:
// of each binding there is one, and a buffer of gRPC's takes 300 bytes to hold 30.
struct EncodedAnswer {
  grpc::Slice metrics;
};
std::shared_ptr<const void> EncodeAnswer(const PublishedAnswer& answer);

}  // namespace loadline

#endif  // LOADLINE_API_KEDA_MAPPING_H_
