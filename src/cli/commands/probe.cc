#include "cli/commands/probe.h"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <set>

#include "base/result.h"
#include "base/text.h"
#include "cli/table.h"
#include "externalscaler.grpc.pb.h"
#include "scaling/hpa.h"
#include "system/files.h"

namespace loadline {
namespace {

using externalscaler::ExternalScaler;

Result<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(const ProbeCommand& command) {
  if (!command.tls && command.ca_file.empty() && command.certificate_file.empty())
    return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  for (auto [file, content] : {std::pair{&command.ca_file, &options.pem_root_certs},
                               std::pair{&command.certificate_file, &options.pem_cert_chain},
                               std::pair{&command.key_file, &options.pem_private_key}}) {
    if (file->empty()) continue;
    Result<std::string> text = ReadFile(*file, 1 << 20);
    if (!text) return Fail(text.error());
    *content = std::move(*text);
  }
  return grpc::SslCredentials(options);
}

struct Call {
  grpc::Status status;
  double milliseconds = 0;
};

class Prober {
 public:
  Prober(const ProbeCommand& command, std::shared_ptr<grpc::ChannelCredentials> credentials) : command_(command) {
    grpc::ChannelArguments arguments;
    if (!command.server_name.empty()) arguments.SetSslTargetNameOverride(command.server_name);
    stub_ = ExternalScaler::NewStub(grpc::CreateCustomChannel(command.address, credentials, arguments));
    externalscaler::ScaledObjectRef& ref = *request_.mutable_scaledobjectref();
    ref.set_name(command.name);
    ref.set_namespace_(command.object_namespace);
    (*ref.mutable_scalermetadata())["scalerAddress"] = command.address;
    if (!command.policy.empty()) (*ref.mutable_scalermetadata())["policy"] = command.policy;
    for (const auto& [key, value] : command.metadata) (*ref.mutable_scalermetadata())[key] = value;
  }

  int Run() {
    fmt::print("{}/{} at {}, with", command_.object_namespace, command_.name, command_.address);
    const auto& metadata = request_.scaledobjectref().scalermetadata();
    for (const auto& [key, value] : std::map<std::string, std::string>(metadata.begin(), metadata.end())) {
      if (key != "scalerAddress") fmt::print(" {}={}", key, value);
    }
    fmt::print("\n\n");
    const Call spec = Ask(&ExternalScaler::Stub::GetMetricSpec, request_.scaledobjectref(), spec_);
    if (!spec.status.ok()) {
      Print("GetMetricSpec", spec, "");
      fmt::print(
          "\nKEDA could not even learn the metric's name: no HPA would be made, and an existing one would hold.\n");
      return 2;
    }
    const bool has_spec = spec_.metricspecs_size() > 0;
    const double target = !has_spec ? 1
                          : spec_.metricspecs(0).targetsizefloat() > 0
                              ? spec_.metricspecs(0).targetsizefloat()
                              : static_cast<double>(spec_.metricspecs(0).targetsize());
    Print(
        "GetMetricSpec", spec,
        has_spec ? fmt::format("{}, target {}", spec_.metricspecs(0).metricname(), FormatNumber(target)) : "no metric");
    if (has_spec) request_.set_metricname(spec_.metricspecs(0).metricname());
    const Call metrics = Ask(&ExternalScaler::Stub::GetMetrics, request_, metrics_);
    const double value = ValueKedaReads();
    Print("GetMetrics", metrics, fmt::format("{}", FormatNumber(value)));
    const Call active = Ask(&ExternalScaler::Stub::IsActive, request_.scaledobjectref(), active_);
    Print("IsActive", active, active_.result() ? "true" : "false");
    fmt::print("\n");
    return Judge(metrics, active, value, target);
  }

 private:
  template <class Request, class Response>
  Call Ask(grpc::Status (ExternalScaler::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
           const Request& request, Response& response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + command_.timeout);
    context.set_wait_for_ready(false);
    const auto begin = std::chrono::steady_clock::now();
    Call call;
    call.status = (stub_.get()->*method)(&context, request, &response);
    call.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    return call;
  }

  static void Print(std::string_view method, const Call& call, const std::string& answer) {
    const std::string what = call.status.ok()
                                 ? answer
                                 : fmt::format("{}: {}", CodeName(static_cast<Code>(call.status.error_code())),
                                               OneLine(call.status.error_message(), 600));
    fmt::print("{:<14} {:>8.1f} ms  {}\n", method, call.milliseconds, what);
  }

  // KEDA adds up what it gets, and reads the int64 field where the float is not above 0.
  double ValueKedaReads() const {
    double sum = 0;
    for (const auto& each : metrics_.metricvalues()) {
      sum += each.metricvaluefloat() > 0 ? each.metricvaluefloat() : static_cast<double>(each.metricvalue());
    }
    return sum;
  }

  int Judge(const Call& metrics, const Call& active, double value, double target) const {
    if (!metrics.status.ok() || !active.status.ok()) {
      fmt::print(
          "KEDA gets an error, shows its message as an event KEDAScalerFailed of the ScaledObject, and changes "
          "nothing: the "
          "count is held.\nWhere the ScaledObject has a fallback, its replicas count after failureThreshold such "
          "answers; "
          "fallback.replicas: 0 would\nlet an error go to zero.\n");
      return 1;
    }
    fmt::print(
        "What KEDA (0 <-> 1) and the HPA (1 <-> N) would do, with AverageValue, tolerance 10 %, within min and max:\n");
    const int wanted = static_cast<int>(std::ceil(value / target));
    std::set<int> counts = {0, 1, 2, 5, 10, 20};
    if (wanted > 0 && wanted < 100'000) counts.insert({wanted, wanted + 1, std::max(1, wanted - 1)});
    std::vector<std::vector<std::string>> rows = {{"AT", "THEN", "BECAUSE"}};
    for (const int count : counts) rows.push_back(Row(count, value, target));
    fmt::print("{}", FormatTable(rows, "  "));
    return 0;
  }

  std::vector<std::string> Row(int count, double value, double target) const {
    auto row = [count](int then, std::string because) -> std::vector<std::string> {
      return {std::to_string(count), std::to_string(then), std::move(because)};
    };
    const bool active = active_.result();
    if (count == 0) {
      if (active) return row(1, "KEDA: active, so it wakes to one (or minReplicaCount); the HPA goes on from there");
      return row(0, "KEDA: inactive; the HPA rests at zero");
    }
    if (!active) return row(0, "KEDA: inactive, so to minReplicaCount (here zero) when cooldownPeriod has passed");
    const int then = std::max(1, ReplicasForMetric(value, target, count));
    if (then == count) {
      const bool exact = std::ceil(MetricAsKedaTellsIt(value) / target) == count;
      return row(count, exact ? "HPA: as wanted" : "HPA: within its tolerance, so no change");
    }
    return row(then, fmt::format("HPA: {} wanted at {} is a ratio of {}, outside its tolerance",
                                 FormatNumber(value / target), count, FormatNumber(value / target / count)));
  }

  const ProbeCommand& command_;
  std::unique_ptr<ExternalScaler::Stub> stub_;
  externalscaler::GetMetricsRequest request_;
  externalscaler::GetMetricSpecResponse spec_;
  externalscaler::GetMetricsResponse metrics_;
  externalscaler::IsActiveResponse active_;
};

}  // namespace

int RunProbe(const ProbeCommand& command) {
  const auto credentials = CredentialsOf(command);
  if (!credentials) {
    fmt::print(stderr, "loadline probe: {}\n", credentials.error().message);
    return 2;
  }
  return Prober(command, *credentials).Run();
}

}  // namespace loadline
