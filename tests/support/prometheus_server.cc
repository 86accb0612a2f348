#include "support/prometheus_server.h"

#include <fmt/format.h>

#include <stdexcept>

#include "support/eventually.h"
#include "system/http_client.h"

namespace loadline::testing {

PrometheusServer::PrometheusServer(const std::string& open_metrics, const std::string& web_config) : port_(FreePort()) {
  dir_.Write("prometheus.yml", "global: { scrape_interval: 1s }\n");
  if (!web_config.empty()) web_config_ = dir_.Write("web.yml", web_config);
  if (!open_metrics.empty()) {
    const std::string input = dir_.Write("data.om", open_metrics);
    // Blocks of up to 15 days: in blocks of two hours the same takes twenty times as long.
    const Ran made = RunProgram(
        {"promtool", "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=360h", input, dir_ / "tsdb"});
    if (made.exit_code != 0) throw std::runtime_error("promtool: " + made.output);
  }
  Start();
}

void PrometheusServer::Start() {
  std::vector<std::string> arguments = {"prometheus", "--config.file=" + (dir_ / "prometheus.yml"),
                                        "--storage.tsdb.path=" + (dir_ / "tsdb"), "--storage.tsdb.retention.time=10y",
                                        "--web.listen-address=127.0.0.1:" + std::to_string(port_)};
  if (!web_config_.empty()) arguments.push_back("--web.config.file=" + web_config_);
  child_ = std::make_unique<Child>(arguments, dir_ / "prometheus.log");
  const auto client = MakeHttpClient({});
  const bool ready = Eventually(
      [&] {
        if (!child_->running()) return true;
        const auto response = client->SendAll({{url() + "/-/ready", "", Duration(1000)}}, Duration(1000))[0];
        // With a password set it answers 401: it is there.
        return response && (response->status == 200 || response->status == 401);
      },
      std::chrono::seconds(60));
  if (!ready || !child_->running()) throw std::runtime_error("Prometheus does not start: " + child_->Output());
}

std::string GaugeText(const std::string& name, const std::string& labels, Timestamp begin, Duration step,
                      const std::vector<double>& values) {
  std::string text = fmt::format("# TYPE {} gauge\n", name);
  for (std::size_t i = 0; i < values.size(); ++i) {
    text += fmt::format("{}{{{}}} {} {:.3f}\n", name, labels, values[i], ToSeconds(begin + step * static_cast<int>(i)));
  }
  return text;
}

}  // namespace loadline::testing
