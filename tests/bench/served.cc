#include "bench/served.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>
#include <stdexcept>

#include "support/eventually.h"
#include "system/http_client.h"

namespace loadline::bench {

using testing::Eventually;
using Steady = std::chrono::steady_clock;

Served::Served(const testing::TempDir& dir, const std::string& source, const std::vector<std::string>& options) {
  std::vector<std::string> arguments = {LOADLINE_BINARY,
                                        "serve",
                                        "--grpc.listen=127.0.0.1:0",
                                        "--http.listen=127.0.0.1:0",
                                        "--http.rateLimit=0",
                                        "--policies.path=" + (dir / "policies"),
                                        "--set=sources.default.url=" + source,
                                        "--log.level=warn",
                                        "--log.modules={cli: info}"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  begin_ = Steady::now();
  child_ = std::make_unique<testing::Child>(arguments, dir / "log");
  if (!Eventually([&] { return child_->Output().find("grpc_port") != std::string::npos || !child_->running(); }) ||
      !child_->running())
    throw std::runtime_error("serve does not start: " + child_->Output());
  const nlohmann::json started = nlohmann::json::parse(child_->Output().substr(0, child_->Output().find('\n')));
  grpc_port_ = started["grpc_port"];
  http_port_ = started["http_port"];
}

bool Served::AwaitReady() const {
  return Eventually(
      [&] {
        int status = 0;
        Get("/readyz", &status);
        return status == 200;
      },
      std::chrono::seconds(60));
}

double Served::Stop() {
  const auto begin = Steady::now();
  child_->Signal(SIGTERM);
  child_->Wait();
  return MillisecondsSince(begin);
}

std::string Served::address() const { return fmt::format("127.0.0.1:{}", grpc_port_); }

std::string Served::Get(const std::string& path, int* status) const {
  return HttpGet(fmt::format("http://127.0.0.1:{}{}", http_port_, path), status);
}

std::vector<double> Served::Values(const std::string& name) const { return SeriesOf(Get("/metrics"), name); }

double Served::Metric(const std::string& name) const {
  const std::vector<double> values = Values(name);
  return std::accumulate(values.begin(), values.end(), 0.0);
}

int Served::Series(const std::string& name, double value) const {
  const std::vector<double> values = Values(name);
  return static_cast<int>(std::count(values.begin(), values.end(), value));
}

std::vector<double> SeriesOf(const std::string& page, const std::string& name) {
  std::vector<double> values;
  std::istringstream lines(page);
  for (std::string each; std::getline(lines, each);) {
    if (each.starts_with(name + "{") || each.starts_with(name + " "))
      values.push_back(std::stod(each.substr(each.rfind(' ') + 1)));
  }
  return values;
}

std::string HttpGet(const std::string& url, int* status) {
  HttpClientOptions options;
  options.max_response_bytes = 1 << 30;  // a series for each of 100,000 bindings
  const auto response = MakeHttpClient(options)->SendAll({{url, "", Duration(60'000)}}, Duration(60'000))[0];
  if (status != nullptr) *status = response ? response->status : 0;
  return response ? response->body : "";
}

double MillisecondsSince(Steady::time_point begin) {
  return std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
}

}  // namespace loadline::bench
