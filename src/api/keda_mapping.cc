#include "api/keda_mapping.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "base/text.h"

namespace loadline {
namespace {

constexpr std::size_t kLongestName = 63;
constexpr std::size_t kLongestMessage = 512;  // it ends in a Kubernetes Event

}  // namespace

std::string MetricName(std::string_view policy) {
  std::string name = "loadline-";
  for (const char c : policy.substr(0, kLongestName)) {
    const auto letter = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
    name += plain ? letter : '-';
  }
  return policy.empty() ? name + "unknown" : name;
}

externalscaler::GetMetricSpecResponse MetricSpecOf(std::string_view policy) {
  externalscaler::GetMetricSpecResponse response;
  externalscaler::MetricSpec& spec = *response.add_metricspecs();
  spec.set_metricname(MetricName(policy));
  spec.set_targetsize(1);
  spec.set_targetsizefloat(1);
  return response;
}

externalscaler::GetMetricsResponse MetricsOf(const PublishedAnswer& answer, std::string_view policy) {
  externalscaler::GetMetricsResponse response;
  externalscaler::MetricValue& value = *response.add_metricvalues();
  // A decision is finite and not below zero; KEDA would take anything else for 0, or for the maximum.
  const double replicas = std::max(0.0, answer.decision.replicas);
  value.set_metricname(MetricName(policy));
  value.set_metricvaluefloat(replicas);
  value.set_metricvalue(static_cast<std::int64_t>(std::ceil(replicas)));
  return response;
}

grpc::Status StatusOf(const Error& error) {
  return {static_cast<grpc::StatusCode>(error.code), OneLine(error.message, kLongestMessage)};
}

std::shared_ptr<const void> EncodeAnswer(const PublishedAnswer& answer) {
  if (answer.error) return nullptr;
  return std::make_shared<EncodedAnswer>(
      EncodedAnswer{grpc::Slice(MetricsOf(answer, answer.policy->name).SerializeAsString())});
}

}  // namespace loadline
