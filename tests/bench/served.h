// `loadline serve` as the child of a bench.
#ifndef LOADLINE_TESTS_BENCH_SERVED_H_
#define LOADLINE_TESTS_BENCH_SERVED_H_

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/temp_dir.h"

namespace loadline::bench {

class Served {
 public:
  // With the policies in the folder `policies` of `dir`, which must outlive it, the Prometheus at `source`, and what
  // `options` say: "--tick.interval=1s". Returns when it listens.
  Served(const testing::TempDir& dir, const std::string& source, const std::vector<std::string>& options);

  // Waits until it says that it is ready; false when that takes longer than a minute.
  bool AwaitReady() const;
  // How many milliseconds it takes.
  double Stop();

  std::string address() const;
  std::string Get(const std::string& path, int* status = nullptr) const;
  // The sum of a metric's series, whatever their labels.
  double Metric(const std::string& name) const;
  // How many of them have this value.
  int Series(const std::string& name, double value) const;
  pid_t pid() const { return child_->pid(); }
  std::chrono::steady_clock::time_point begin() const { return begin_; }

 private:
  std::vector<double> Values(const std::string& name) const;

  std::chrono::steady_clock::time_point begin_;
  std::unique_ptr<testing::Child> child_;
  int grpc_port_ = 0;
  int http_port_ = 0;
};

// What a page in Prometheus' text format says of a metric: a value for each of its series.
std::vector<double> SeriesOf(const std::string& page, const std::string& name);

std::string HttpGet(const std::string& url, int* status = nullptr);

double MillisecondsSince(std::chrono::steady_clock::time_point begin);

}  // namespace loadline::bench

#endif  // LOADLINE_TESTS_BENCH_SERVED_H_
