#include "cli/commands/probe.h"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <set>

#include "api/confidence_trailer.h"
#include "api/grpc_log.h"
#include "base/result.h"
#include "base/text.h"
#include "controller/binding.h"
#include "externalscaler.grpc.pb.h"
#include "replay/table.h"
#include "scaling/hpa.h"
#include "scaling/trigger_metadata.h"
#include "system/files.h"
#include "system/log.h"

namespace loadline {
namespace {

using externalscaler::ExternalScaler;

constexpr double kLeastTarget = 0.001;  // a Kubernetes quantity as KEDA writes it has three decimals

Status CheckAddress(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  const Result<double> port = ParseNumber(colon == std::string::npos ? "" : address.substr(colon + 1));
  if (port && colon > 0 && *port >= 1 && *port <= 65535 && *port == std::floor(*port)) return {};
  return Fail(Code::kInvalidArgument,
              fmt::format("want HOST:PORT such as localhost:50051; found \"{}\"", OneLine(address, 200)));
}

Result<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(const ProbeCommand& command) {
  const bool tls = command.tls || !command.ca_file.empty() || !command.certificate_file.empty() ||
                   !command.key_file.empty() || !command.server_name.empty();
  if (!tls) return grpc::InsecureChannelCredentials();
  if (command.certificate_file.empty() != command.key_file.empty())
    return Fail(Code::kInvalidArgument, "--tls-cert and --tls-key go together; found only one");
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
  std::string confidence = {};  // of the decision, where a Loadline of this version says it
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
    (*ref.mutable_scalermetadata())["policy"] = command.policy;
    for (const auto& [key, value] : command.metadata) (*ref.mutable_scalermetadata())[key] = value;
  }

  int Run() {
    fmt::print("{}/{} at {}, with", command_.object_namespace, command_.name, command_.address);
    const auto& metadata = request_.scaledobjectref().scalermetadata();
    for (const auto& [key, value] : ShownMetadata({metadata.begin(), metadata.end()})) {
      if (key != "scalerAddress") fmt::print(" {}={}", key, value);
    }
    fmt::print("\n\n");
    const Call spec = Ask(&ExternalScaler::Stub::GetMetricSpec, request_.scaledobjectref(), spec_);
    const double target = Target();
    Print("GetMetricSpec", spec, SpecText(target));
    if (!spec.status.ok()) {
      fmt::print(
          "\nKEDA could not even learn the metric's name: no HPA would be made, and an existing one would hold.\n");
      return 2;
    }
    if (target < kLeastTarget) {
      fmt::print(
          "\nKEDA needs a metric with a target of at least {} to make an HPA from. It makes none, and an existing one "
          "holds.\n",
          kLeastTarget);
      return 1;
    }
    request_.set_metricname(spec_.metricspecs(0).metricname());
    const Call metrics = Ask(&ExternalScaler::Stub::GetMetrics, request_, metrics_);
    const double value = ValueTheHpaReads();
    Print("GetMetrics", metrics, metrics_.metricvalues_size() == 0 ? "no value" : FormatNumber(value));
    const Call active = Ask(&ExternalScaler::Stub::IsActive, request_.scaledobjectref(), active_);
    Print("IsActive", active, active_.result() ? "true" : "false");
    if (!active.confidence.empty())
      fmt::print("{:<14} {:>8}     {} of 1: how far the decision is to be trusted; explain says why it is what it is\n",
                 "confidence", "", active.confidence);
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
    context.AddMetadata(kProbeHeader, "1");
    const auto begin = std::chrono::steady_clock::now();
    Call call;
    call.status = (stub_.get()->*method)(&context, request, &response);
    call.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    const auto& trailers = context.GetServerTrailingMetadata();
    if (const auto said = trailers.find(kConfidenceTrailer); said != trailers.end())
      call.confidence = OneLine(std::string(said->second.data(), said->second.size()), 20);
    return call;
  }

  static void Print(std::string_view method, const Call& call, const std::string& answer) {
    const std::string what = call.status.ok()
                                 ? answer
                                 : fmt::format("{}: {}", CodeName(static_cast<Code>(call.status.error_code())),
                                               OneLine(call.status.error_message(), 600));
    fmt::print("{:<14} {:>8.1f} ms  {}\n", method, call.milliseconds, what);
  }

  // KEDA reads the int64 field where the float is not above 0. 0 where there is no metric.
  double Target() const {
    if (spec_.metricspecs().empty()) return 0;
    const auto& spec = spec_.metricspecs(0);
    return spec.targetsizefloat() > 0 ? spec.targetsizefloat() : static_cast<double>(spec.targetsize());
  }

  std::string SpecText(double target) const {
    if (spec_.metricspecs().empty()) return "no metric";
    std::string text = fmt::format("{}, target {}", spec_.metricspecs(0).metricname(), FormatNumber(target));
    if (const int count = spec_.metricspecs_size(); count > 1)
      text += fmt::format(" (the first of {}; the others are not asked for)", count);
    return text;
  }

  // KEDA passes on each value as it reads it (see Target), and the HPA adds them up.
  double ValueTheHpaReads() const {
    double sum = 0;
    for (const auto& each : metrics_.metricvalues()) {
      sum += MetricAsKedaTellsIt(each.metricvaluefloat() > 0 ? each.metricvaluefloat()
                                                             : static_cast<double>(each.metricvalue()));
    }
    return sum;
  }

  int Judge(const Call& metrics, const Call& active, double value, double target) const {
    if (!metrics.status.ok() || !active.status.ok()) {
      fmt::print(
          "KEDA gets an error, shows its message as an event KEDAScalerFailed of the ScaledObject, and changes "
          "nothing: the count is held.\n"
          "Where the ScaledObject has a fallback, its replicas count after failureThreshold such answers; "
          "fallback.replicas: 0 would\nlet an error go to zero.\n");
      return 1;
    }
    if (metrics_.metricvalues().empty()) {
      fmt::print(
          "The HPA gets an error, as there is no value, and holds the count. To KEDA the answer is a good one: a "
          "fallback does not count.\n");
      return 1;
    }
    fmt::print(
        "What KEDA (0 <-> 1) and the HPA (1 <-> N) would do, with AverageValue, tolerance 10 %, within min and max:\n");
    std::set<int> counts = {0, 1, 2, 5, 10, 20};
    if (const double wanted = std::ceil(value / target); wanted > 0 && wanted < 100'000) {
      const int around = static_cast<int>(wanted);
      counts.insert({around, around + 1, std::max(1, around - 1)});
    }
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
    const int then = ReplicasForMetric(value, target, count);
    const double wanted = value / target;
    if (then < 1 && count == 1)
      return row(1, fmt::format("HPA: its minimum, though {} is wanted", FormatNumber(wanted)));
    if (then == count) {
      const bool exact = std::ceil(wanted) == count;
      return row(count, exact ? "HPA: as wanted" : "HPA: within its tolerance, so no change");
    }
    return row(std::max(1, then),
               fmt::format("HPA: {} wanted at {} is a ratio of {}, outside its tolerance{}", FormatNumber(wanted),
                           count, FormatNumber(wanted / count), then < 1 ? "; 1 is its minimum" : ""));
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
  const Status address = CheckAddress(command.address);
  const auto credentials = CredentialsOf(command);
  if (!address || !credentials) {
    fmt::print(stderr, "loadline probe: {}\n", (address ? credentials.error() : address.error()).message);
    return 2;
  }
  StartGrpcLog(NoLog());  // what it would print stands in the status of the call, too
  return Prober(command, *credentials).Run();
}

}  // namespace loadline
