// A real Prometheus (Debian's) with data of a test's making.
#ifndef LOADLINE_TESTS_SUPPORT_PROMETHEUS_SERVER_H_
#define LOADLINE_TESTS_SUPPORT_PROMETHEUS_SERVER_H_

#include <memory>
#include <string>

#include "base/time.h"
#include "support/child.h"
#include "support/temp_dir.h"

namespace loadline::testing {

class PrometheusServer {
 public:
  // Starts with the samples of an OpenMetrics text (times in seconds, "# EOF" at its end); empty: with none.
  explicit PrometheusServer(const std::string& open_metrics = "", const std::string& web_config = "");

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }
  // Ends it, without a word to its clients; Start brings it back on the same port with the same data.
  void Kill() { child_.reset(); }
  void Start();
  Child& child() { return *child_; }

 private:
  TempDir dir_;
  int port_;
  std::string web_config_;
  std::unique_ptr<Child> child_;
};

// A gauge's samples from `begin` on, `step` apart: "name value time\n" lines with TYPE.
std::string GaugeText(const std::string& name, const std::string& labels, Timestamp begin, Duration step,
                      const std::vector<double>& values);

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_PROMETHEUS_SERVER_H_
