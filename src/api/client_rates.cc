#include "api/client_rates.h"

#include <algorithm>
#include <cmath>

namespace loadline {
namespace {

constexpr std::size_t kMostClients = 10'000;

}  // namespace

double ClientRates::LeftAt(const Bucket& bucket, Duration now) const {
  return std::min(per_second_, bucket.left + per_second_ * ToSeconds(now - bucket.filled));
}

ClientRates::Bucket& ClientRates::BucketOf(const std::string& client, Duration now) {
  if (const auto found = buckets_.find(client); found != buckets_.end()) return found->second;
  if (buckets_.size() >= kMostClients)
    std::erase_if(buckets_, [&](const auto& each) { return LeftAt(each.second, now) >= per_second_; });
  if (buckets_.size() >= kMostClients) return others_;
  return buckets_.emplace(client, Bucket{per_second_, now}).first->second;
}

Duration ClientRates::Take(const std::string& client, Duration now) {
  if (per_second_ <= 0) return Duration(0);
  Bucket& bucket = BucketOf(client, now);
  bucket = {LeftAt(bucket, now), now};
  if (bucket.left < 1) return Duration(static_cast<Duration::rep>(std::ceil((1 - bucket.left) / per_second_ * 1000)));
  bucket.left -= 1;
  return Duration(0);
}

}  // namespace loadline
