// Calls as a fleet of ScaledObjects does, with requests that were serialised before.
#ifndef LOADLINE_TESTS_BENCH_LOAD_CLIENT_H_
#define LOADLINE_TESTS_BENCH_LOAD_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "bench/fleet.h"

namespace loadline::bench {

// In the order in which KEDA calls them.
enum class Method { kGetMetricSpec, kGetMetrics, kIsActive };
constexpr std::array kMethods = {Method::kGetMetricSpec, Method::kGetMetrics, Method::kIsActive};

struct LoadResult {
  int calls = 0;
  int failed = 0;
  std::vector<double> latencies_us;  // counted from when each was due
};

struct PollResult {
  std::array<LoadResult, kMethods.size()> of;  // by method
  double seconds = 0;                          // from the first call to the last answer
  std::string an_error;                        // what one of those that failed said

  LoadResult& operator[](Method method) { return of[static_cast<std::size_t>(method)]; }
  LoadResult All() const;
};

class LoadClient {
 public:
  LoadClient(const std::string& address, int connections, const Fleet& fleet);

  // GetMetrics of one object after the other: `calls` of them, always `outstanding` under way.
  LoadResult Saturate(int calls, int outstanding);
  // The same, `rate` a second.
  LoadResult Pace(int calls, double rate);

  // As KEDA polls an object, and as the HPA syncs it: GetMetricSpec, GetMetrics and IsActive in series, until one
  // fails. `polls` of one object after the other, `rate` a second; 0: all at once.
  PollResult Poll(int polls, double rate);

 private:
  class Calls;

  const grpc::ByteBuffer& RequestOf(Method method, std::size_t object) const {
    return method == Method::kGetMetrics ? get_metrics_[object] : refs_[object];
  }
  std::size_t NextObject() { return next_++ % refs_.size(); }

  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::vector<grpc::ByteBuffer> refs_;         // of each object
  std::vector<grpc::ByteBuffer> get_metrics_;  // likewise
  std::size_t next_ = 0;
};

}  // namespace loadline::bench

#endif  // LOADLINE_TESTS_BENCH_LOAD_CLIENT_H_
