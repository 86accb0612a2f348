// Objects with the trigger external-push: a stream of IsActive for each, over one connection, read as fast as it comes.
#ifndef LOADLINE_TESTS_BENCH_STREAM_CLIENT_H_
#define LOADLINE_TESTS_BENCH_STREAM_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "bench/fleet.h"
#include "externalscaler.grpc.pb.h"
#include "system/mutex.h"

namespace loadline::bench {

// What KEDA says of an object of a fleet.
externalscaler::ScaledObjectRef RefOf(const Fleet& fleet, int object);

class StreamClient {
 public:
  // Opens a stream for each object of the fleet.
  StreamClient(const std::string& address, const Fleet& fleet);
  ~StreamClient();  // cancels them

  // When messages came since the last time that this was asked.
  std::vector<Timestamp> TakeArrivals();
  // Streams that have ended.
  int ended() const { return ended_; }

 private:
  class Stream;

  void Arrived();

  std::unique_ptr<externalscaler::ExternalScaler::Stub> stub_;
  std::atomic<int> ended_{0};
  Mutex mutex_;
  std::vector<Timestamp> arrivals_ LOADLINE_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Stream>> streams_;
};

}  // namespace loadline::bench

#endif  // LOADLINE_TESTS_BENCH_STREAM_CLIENT_H_
