// Messages that wait to be sent, and when each is to be tried again.
#ifndef LOADLINE_NOTIFY_DELIVERY_QUEUE_H_
#define LOADLINE_NOTIFY_DELIVERY_QUEUE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "system/http_client.h"

namespace loadline {

struct RetryOptions {
  Duration first{1000};  // the longest wait before the first retry; doubled each time, up to
  Duration most{5 * 60'000};
  Duration give_up_after{3600'000};  // since the message was made
  std::size_t most_queued = 1000;    // past these the oldest is dropped
};

struct DeliveryCounts {
  std::uint64_t sent = 0;
  std::uint64_t retried = 0;   // attempts that failed and are made again
  std::uint64_t refused = 0;   // the receiver does not take it, and never will
  std::uint64_t given_up = 0;  // it could not be delivered in time
  std::uint64_t dropped = 0;   // as there were too many
};

struct QueuedMessage {
  std::uint64_t sequence = 0;
  std::string id;
  std::string body;
  Duration made{0};  // this and `due` as Clock::Running counts
  Duration due{0};
  int attempts = 0;
};

// What became of an attempt.
struct Attempt {
  enum class Outcome { kSent, kTryAgain, kRefused };
  Outcome outcome = Outcome::kSent;
  Duration leave_alone{0};  // how long the receiver asks not to be called
  std::string problem;      // where it was not sent: no URL, no credentials
};
// 2xx is sent. What may pass is tried again: 408, 429, 5xx, no answer, a file that cannot be read. All else never:
// other 4xx, redirects, which are not followed, and an answer that does not end.
Attempt Judge(const Result<HttpResponse>& response);

// Waits before retries are random, from none to the whole ("full jitter", https://aws.amazon.com/blogs/architecture/
// exponential-backoff-and-jitter/): the pods of a receiver that was away do not come all at once. Messages do not wait
// for each other, so one that is tried again comes after those made later. Not thread-safe.
class DeliveryQueue {
 public:
  // `random` yields numbers from 0 to 1.
  DeliveryQueue(RetryOptions options, std::function<double()> random) : options_(options), random_(std::move(random)) {}

  void Add(std::string id, std::string body, Duration now);
  // The message that has been due for longest, out of the queue.
  std::optional<QueuedMessage> TakeDue(Duration now);
  // What became of it: it may go back into the queue.
  void Settle(QueuedMessage message, const Attempt& attempt, Duration now);

  // When the next one is due; none where nothing waits.
  std::optional<Duration> NextDue() const;
  std::size_t size() const { return waiting_.size(); }
  const DeliveryCounts& counts() const { return counts_; }

 private:
  void Insert(QueuedMessage message);

  const RetryOptions options_;
  const std::function<double()> random_;
  std::map<std::uint64_t, QueuedMessage> waiting_;  // by sequence
  std::uint64_t next_sequence_ = 0;
  Duration left_alone_until_{0};
  DeliveryCounts counts_;
};

}  // namespace loadline

#endif  // LOADLINE_NOTIFY_DELIVERY_QUEUE_H_
