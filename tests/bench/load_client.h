// Calls GetMetrics as a fleet of ScaledObjects would, with requests that were serialised before.
#ifndef LOADLINE_TESTS_BENCH_LOAD_CLIENT_H_
#define LOADLINE_TESTS_BENCH_LOAD_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

namespace loadline::bench {

struct LoadResult {
  int calls = 0;
  int failed = 0;
  std::vector<double> latencies_us;  // of the paced run, sorted
};

class LoadClient {
 public:
  // Request i is for object app-i and policy p-(i mod policies).
  LoadClient(const std::string& address, int connections, int objects, int policies);

  // `calls` calls, always `outstanding` of them under way.
  LoadResult Saturate(int calls, int outstanding);
  // `calls` calls, `rate` a second, latencies counted from when each was due.
  LoadResult Pace(int calls, double rate);

 private:
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::vector<grpc::ByteBuffer> requests_;
  std::size_t next_ = 0;
};

}  // namespace loadline::bench

#endif  // LOADLINE_TESTS_BENCH_LOAD_CLIENT_H_
