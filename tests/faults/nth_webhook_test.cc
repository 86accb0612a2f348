// Every message to a receiver of webhooks fails, one after the other, in each way that we know of.
#include <mutex>
#include <set>

#include "faults/nth.h"
#include "notify/notifier.h"
#include "support/eventually.h"
#include "support/fault_server.h"
#include "support/journal_records.h"
#include "support/raw_http.h"
#include "support/simulated_clock.h"
#include "unit/controller/recording_log.h"

namespace loadline::testing {
namespace {

constexpr int kTicks = 6;
constexpr int kMessages = kTicks - 1;  // nobody knows what was before the first

// kTakenAndCut: the receiver has it, and its answer is lost.
enum class Way { kServerError, kTooMany, kCut, kHalf, kNoHttp, kTakenAndCut, kGone, kRedirect };

bool IsRefusal(Way way) { return way == Way::kGone || way == Way::kRedirect; }

void Break(Way way, const FaultConnection& connection) {
  switch (way) {
    case Way::kServerError: connection.Send(HttpText(500, "no")); return;
    case Way::kTooMany: connection.Send(HttpText(429, "slow down")); return;
    case Way::kGone: connection.Send(HttpText(410, "gone")); return;
    case Way::kRedirect:
      connection.Send("HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
      return;
    case Way::kHalf: connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nta"); break;
    case Way::kNoHttp: connection.Send("SSH-2.0-OpenSSH_9.2\r\n"); break;
    case Way::kCut:
    case Way::kTakenAndCut: break;
  }
  connection.Cut();
}

class Receiver {
 public:
  Receiver(NthCall& call, Way way) : call_(call), way_(way) {}

  std::string url() const { return server_.url(); }
  // The different messages that came, and those of them that were taken.
  std::size_t seen() const { return Count(seen_); }
  std::size_t taken() const { return Count(taken_); }

 private:
  std::size_t Count(const std::set<std::string>& ids) const {
    const std::lock_guard lock(mutex_);
    return ids.size();
  }
  void Answer(const std::string& request, const FaultConnection& connection) {
    const std::string id = FieldOf(request, "webhook-id");
    const bool fails = call_.Fails();
    {
      const std::lock_guard lock(mutex_);
      seen_.insert(id);
      if (!fails || way_ == Way::kTakenAndCut) taken_.insert(id);
    }
    if (fails) {
      Break(way_, connection);
    } else {
      connection.Send(HttpText(204, ""));
    }
  }

  NthCall& call_;
  const Way way_;
  mutable std::mutex mutex_;
  std::set<std::string> seen_;
  std::set<std::string> taken_;
  FaultServer server_{
      [this](const std::string& request, const FaultConnection& connection) { Answer(request, connection); }};
};

struct CountingSink : DecisionSink {
  void Take(MadeDecision) override { ++taken; }
  void TakePolicies(const std::vector<std::shared_ptr<const Policy>>&) override {}
  JournalState State() const override { return {}; }

  int taken = 0;
};

// From decisions to the receiver. A message that waits is tried again when the clock is set.
struct Told {
  Told(NthCall& call, Way way, Duration give_up_after) : receiver(call, way) {
    WebhookOptions options;
    options.url = receiver.url();
    options.gather = Duration(0);
    options.give_up_after = give_up_after;
    WebhookSurroundings around{clock, log, {}, [] { return 1.0; }};
    around.glance = Duration(1);
    std::vector<std::unique_ptr<Webhook>> webhooks;
    webhooks.push_back(MakeWebhook("chat", options, around));
    notifier = MakeNotifier(journal, std::move(webhooks), Duration(1));
    notifier->Start([] { return std::nullopt; });
  }
  ~Told() { notifier->Stop(); }

  void Decide(int tick) {
    clock.Set(TickTime(tick));
    notifier->Take(SomeMade(1, tick, 30.0 * tick));
    REQUIRE(journal.taken == tick);
    // Made from this decision, it is tried at once, whatever became of those before.
    REQUIRE(Eventually([&] { return receiver.seen() == static_cast<std::size_t>(tick - 1); }));
  }
  WebhookState State() const { return notifier->States().at(0); }
  // Time passes until nothing waits any more.
  bool Settles() {
    return Eventually([&] {
      clock.Set(clock.Now() + std::chrono::seconds(1));
      return State().queued == 0;
    });
  }

  Receiver receiver;
  SimulatedClock clock{TickTime(0)};
  RecordingLog log;
  CountingSink journal;
  std::unique_ptr<Notifier> notifier;
};

// Every message came to something, and every attempt that failed is told.
void CheckAllIsCounted(const Told& told, const NthCall& call, Way way) {
  const DeliveryCounts counts = told.State().counts;
  CAPTURE(counts.sent, counts.retried, counts.refused, counts.given_up, counts.dropped);
  REQUIRE(counts.sent + counts.refused + counts.given_up == kMessages);
  REQUIRE(counts.dropped == 0);
  const std::uint64_t failed = counts.retried + counts.refused + counts.given_up;
  REQUIRE(told.log.Count("webhook_failing") == failed);
  // Where a kept connection is cut before an answer, libcurl itself sends the request on a new one.
  const auto failed_calls = static_cast<std::uint64_t>(call.failed());
  REQUIRE((way == Way::kCut || way == Way::kTakenAndCut ? failed <= failed_calls : failed == failed_calls));
  REQUIRE(told.notifier->overlooked() == 0);
}

constexpr auto kWays = {Way::kServerError, Way::kTooMany,     Way::kCut,  Way::kHalf,
                        Way::kNoHttp,      Way::kTakenAndCut, Way::kGone, Way::kRedirect};

TEST_CASE("Whichever message to a receiver fails, it is sent again until it is taken, or counted as refused") {
  const int runs = ForEveryCall(kWays, [](NthCall& call, Way way) {
    Told told(call, way, std::chrono::hours(10'000));
    for (int tick = 1; tick <= kTicks; ++tick) told.Decide(tick);
    call.End();
    REQUIRE(told.Settles());
    CheckAllIsCounted(told, call, way);
    const WebhookState state = told.State();
    REQUIRE(told.receiver.taken() == state.counts.sent);
    REQUIRE(state.counts.given_up == 0);
    if (!IsRefusal(way)) REQUIRE(state.counts.sent == kMessages);
    if (IsRefusal(way)) REQUIRE(state.counts.retried == 0);
    // The latest attempt is what the state tells of.
    if (!IsRefusal(way) || !call.has_failed()) REQUIRE(state.problem.empty());
  });
  CHECK(runs >= kMessages);
}

TEST_CASE("Messages to a receiver that fails for too long are counted as given up, and the next are sent") {
  const int runs = ForEveryCall(kWays, [](NthCall& call, Way way) {
    Told told(call, way, Duration(500));  // before the first retry
    for (int tick = 1; tick <= kTicks; ++tick) told.Decide(tick);
    call.End();
    REQUIRE(told.Settles());
    CheckAllIsCounted(told, call, way);
    const DeliveryCounts counts = told.State().counts;
    REQUIRE(counts.retried == 0);
    REQUIRE((IsRefusal(way) ? counts.given_up : counts.refused) == 0);
  });
  CHECK(runs >= kMessages);
}

}  // namespace
}  // namespace loadline::testing
