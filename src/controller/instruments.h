// What Loadline counts about itself. Names and labels stand in instruments.cc; docs/metrics.md says what they mean.
#ifndef LOADLINE_CONTROLLER_INSTRUMENTS_H_
#define LOADLINE_CONTROLLER_INSTRUMENTS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.h"

namespace loadline {

// Thread-safe. Counting takes tens of nanoseconds and allocates nothing, but for the first of each label.
class Instruments {
 public:
  Instruments();
  ~Instruments();

  // An RPC that ended: method "GetMetrics", code "OK".
  void CountRpc(std::string_view method, std::string_view code);
  // The hot path's: GetMetrics that ended OK.
  void CountGetMetricsOk();
  // A message that a stream of "StreamIsActive" or "StreamMetricSpec" has sent.
  void CountStreamMessage(std::string_view method);
  // A query that ended: outcome "value", "empty", "several", "not_finite", "partial", "failed" or "refused".
  void CountQuery(std::string_view source, std::string_view outcome, Duration took);
  // A tick that was completed after `took`; `missed` ticks before it were left out.
  void CountTick(Duration took, std::int64_t missed);
  void CountPolicyReload();
  // A decision that was made: a value, or an error.
  void CountDecision(bool has_value);
  // A refit of a forecast that ended: outcome "fitted" or "failed", and the processor time that it took.
  void CountRefit(std::string_view outcome, double cpu_seconds);

  // In the text format of Prometheus, without the gauges that api/metrics_page.cc adds from the controller's state.
  std::string Text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_INSTRUMENTS_H_
