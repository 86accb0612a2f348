#include "notify/delivery_queue.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

using std::chrono::seconds;
using Outcome = Attempt::Outcome;

const Attempt kFailed{Outcome::kTryAgain, {}, "HTTP 500"};

DeliveryQueue Longest(RetryOptions options = {}) {
  return DeliveryQueue(options, [] { return 1.0; });
}

// When the attempts are made of a message that always fails, in seconds.
std::vector<long> AttemptTimes(DeliveryQueue& queue, const Attempt& outcome = kFailed) {
  std::vector<long> times;
  Duration now(0);
  while (const auto due = queue.NextDue()) {
    now = *due;
    CHECK(!queue.TakeDue(now - Duration(1)));
    auto message = queue.TakeDue(now);
    REQUIRE(message);
    times.push_back(static_cast<long>(std::chrono::floor<seconds>(now).count()));
    queue.Settle(std::move(*message), outcome, now);
  }
  return times;
}

TEST_CASE("Waits double, up to five minutes, until it is given up") {
  DeliveryQueue queue = Longest();
  queue.Add("a", "{}", Duration(0));
  CHECK(AttemptTimes(queue) == std::vector<long>{0,   1,    3,    7,    15,   31,   63,   127,  255,  511,
                                                 811, 1111, 1411, 1711, 2011, 2311, 2611, 2911, 3211, 3511});
  CHECK(queue.counts().given_up == 1);
  CHECK(queue.counts().retried == 19);
  CHECK(queue.size() == 0);
}

TEST_CASE("A wait is any part of the longest: of jitter there is as much as can be") {
  std::vector<double> draws = {0.25, 0, 0.5};
  RetryOptions options;
  options.give_up_after = seconds(1);
  DeliveryQueue queue(options, [&draws, i = 0u]() mutable { return draws[i++ % draws.size()]; });
  queue.Add("a", "{}", Duration(0));
  auto message = queue.TakeDue(Duration(0));
  queue.Settle(std::move(*message), kFailed, Duration(0));
  CHECK(queue.NextDue() == Duration(250));
  message = queue.TakeDue(Duration(250));
  queue.Settle(std::move(*message), kFailed, Duration(250));
  CHECK(queue.NextDue() == Duration(250));
  message = queue.TakeDue(Duration(250));
  queue.Settle(std::move(*message), kFailed, Duration(250));  // 2 s more would be past the end
  CHECK(!queue.NextDue());
  CHECK(queue.counts().given_up == 1);
}

TEST_CASE("Who asks to be left alone is, by all messages, and not for longer than one is kept") {
  DeliveryQueue queue = Longest();
  queue.Add("a", "{}", Duration(0));
  auto first = queue.TakeDue(Duration(0));
  queue.Settle(std::move(*first), {Outcome::kTryAgain, seconds(90), "HTTP 429"}, Duration(0));
  queue.Add("b", "{}", seconds(1));
  CHECK(queue.NextDue() == seconds(90));
  CHECK(!queue.TakeDue(seconds(89)));
  CHECK(queue.TakeDue(seconds(90))->id == "b");
  auto again = queue.TakeDue(seconds(90));
  REQUIRE(again->id == "a");
  queue.Settle(std::move(*again), {Outcome::kTryAgain, seconds(1'000'000), "HTTP 503"}, seconds(90));
  CHECK(queue.counts().given_up == 1);
  queue.Add("c", "{}", seconds(91));
  CHECK(queue.NextDue() == seconds(90 + 3600));
}

TEST_CASE("What is sent or refused is gone, and counted") {
  DeliveryQueue queue = Longest();
  queue.Add("a", "{}", Duration(0));
  queue.Add("b", "{}", Duration(0));
  queue.Settle(*queue.TakeDue(Duration(0)), {}, Duration(1));
  queue.Settle(*queue.TakeDue(Duration(0)), {Outcome::kRefused, {}, "HTTP 404"}, Duration(1));
  CHECK(queue.counts().sent == 1);
  CHECK(queue.counts().refused == 1);
  CHECK(queue.size() == 0);
}

TEST_CASE("Of too many the oldest are dropped, also one that was under way") {
  RetryOptions options;
  options.most_queued = 3;
  DeliveryQueue queue = Longest(options);
  queue.Add("0", "{}", Duration(0));
  auto under_way = queue.TakeDue(Duration(0));
  for (int i = 1; i <= 5; ++i) queue.Add(std::to_string(i), "{}", Duration(i));
  CHECK(queue.size() == 3);
  CHECK(queue.counts().dropped == 2);
  queue.Settle(std::move(*under_way), kFailed, Duration(10));
  CHECK(queue.size() == 3);
  CHECK(queue.counts().dropped == 3);
  CHECK(queue.TakeDue(Duration(10))->id == "3");
}

TEST_CASE("A message that is tried again holds up no other") {
  DeliveryQueue queue = Longest();
  queue.Add("a", "{}", Duration(0));
  queue.Add("b", "{}", Duration(0));
  queue.Settle(*queue.TakeDue(Duration(0)), kFailed, Duration(0));
  CHECK(queue.TakeDue(Duration(0))->id == "b");
}

TEST_CASE("Which answers are tried again") {
  const auto judge = [](int status) {
    HttpResponse response;
    response.status = status;
    response.retry_after = seconds(7);
    return Judge(response);
  };
  for (const int status : {200, 202, 204}) CHECK(judge(status).outcome == Outcome::kSent);
  for (const int status : {408, 429, 500, 502, 503, 504}) CHECK(judge(status).outcome == Outcome::kTryAgain);
  for (const int status : {301, 302, 307, 308, 400, 401, 403, 404, 410, 413, 422})
    CHECK(judge(status).outcome == Outcome::kRefused);
  CHECK(judge(429).leave_alone == seconds(7));
  CHECK(judge(503).leave_alone == seconds(7));
  CHECK(judge(500).leave_alone == seconds(0));
  CHECK(judge(302).problem == "HTTP 302: a redirect, which is not followed");
  CHECK(Judge(Fail(Code::kUnavailable, "x:1: refused")).outcome == Outcome::kTryAgain);
  CHECK(Judge(Fail(Code::kDeadlineExceeded, "x:1: no answer")).outcome == Outcome::kTryAgain);
  CHECK(Judge(Fail(Code::kResourceExhausted, "x:1: too large")).outcome == Outcome::kRefused);
}

}  // namespace
}  // namespace loadline
