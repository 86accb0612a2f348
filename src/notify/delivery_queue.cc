#include "notify/delivery_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace loadline {

Attempt Judge(const Result<HttpResponse>& response) {
  using enum Attempt::Outcome;
  if (!response) {
    const bool never = response.error().code == Code::kResourceExhausted;
    return {never ? kRefused : kTryAgain, {}, response.error().message};
  }
  const int status = response->status;
  if (status >= 200 && status < 300) return {};
  if (status >= 300 && status < 400)
    return {kRefused, {}, fmt::format("HTTP {}: a redirect, which is not followed", status)};
  const bool may_pass = status == 408 || status == 429 || status >= 500;
  const bool says_when = status == 429 || status == 503;
  return {may_pass ? kTryAgain : kRefused, says_when ? response->retry_after : Duration(0),
          fmt::format("HTTP {}", status)};
}

void DeliveryQueue::Add(std::string id, std::string body, Duration now) {
  Insert({next_sequence_++, std::move(id), std::move(body), now, now, 0});
}

std::optional<QueuedMessage> DeliveryQueue::TakeDue(Duration now) {
  if (waiting_.empty() || now < left_alone_until_) return std::nullopt;
  const auto first = std::min_element(waiting_.begin(), waiting_.end(),
                                      [](const auto& a, const auto& b) { return a.second.due < b.second.due; });
  if (now < first->second.due) return std::nullopt;
  QueuedMessage message = std::move(first->second);
  waiting_.erase(first);
  return message;
}

void DeliveryQueue::Settle(QueuedMessage message, const Attempt& attempt, Duration now) {
  if (attempt.outcome == Attempt::Outcome::kSent) {
    ++counts_.sent;
    return;
  }
  if (attempt.outcome == Attempt::Outcome::kRefused) {
    ++counts_.refused;
    return;
  }
  // Who asks to be left alone for a year does not silence what is said tomorrow.
  const Duration alone = std::min(attempt.leave_alone, options_.give_up_after);
  left_alone_until_ = std::max(left_alone_until_, now + alone);
  const int doublings = std::min(message.attempts++, 30);
  const double longest = std::min(static_cast<double>(options_.most.count()),
                                  static_cast<double>(options_.first.count()) * static_cast<double>(1 << doublings));
  message.due = std::max(now + Duration(static_cast<Duration::rep>(longest * random_())), left_alone_until_);
  if (message.due - message.made > options_.give_up_after) {
    ++counts_.given_up;
    return;
  }
  ++counts_.retried;
  Insert(std::move(message));
}

std::optional<Duration> DeliveryQueue::NextDue() const {
  if (waiting_.empty()) return std::nullopt;
  Duration earliest = Duration::max();
  for (const auto& [_, message] : waiting_) earliest = std::min(earliest, message.due);
  return std::max(earliest, left_alone_until_);
}

void DeliveryQueue::Insert(QueuedMessage message) {
  const std::uint64_t sequence = message.sequence;
  waiting_.emplace(sequence, std::move(message));
  if (waiting_.size() <= options_.most_queued) return;
  waiting_.erase(waiting_.begin());
  ++counts_.dropped;
}

}  // namespace loadline
