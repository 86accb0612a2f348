// How often each client may ask: a bucket for each, of which a request takes a drop and which time fills again.
#ifndef LOADLINE_API_CLIENT_RATES_H_
#define LOADLINE_API_CLIENT_RATES_H_

#include <string>
#include <unordered_map>

#include "base/time.h"

namespace loadline {

// Not thread-safe.
class ClientRates {
 public:
  // `per_second` requests, and as many at once. 0: any number.
  explicit ClientRates(int per_second) : per_second_(per_second) {}

  // Counts a request of `client` at `now`, which may not go back. How long the client has to wait before the next try;
  // 0: this one may go on.
  Duration Take(const std::string& client, Duration now);

 private:
  struct Bucket {
    double left = 0;
    Duration filled{0};
  };
  double LeftAt(const Bucket& bucket, Duration now) const;
  Bucket& BucketOf(const std::string& client, Duration now);

  const double per_second_;
  std::unordered_map<std::string, Bucket> buckets_;
  Bucket others_;  // of all clients past the most: who comes from ever new addresses shall not fill the memory
};

}  // namespace loadline

#endif  // LOADLINE_API_CLIENT_RATES_H_
