#include "notify/notifier.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <thread>
#include <utility>

#include "notify/decision_situations.h"
#include "system/background.h"
#include "system/mutex.h"

namespace loadline {
namespace {

constexpr std::size_t kMostWaiting = 20'000;

// All but the readings, which are large.
MadeDecision WithoutReadings(const MadeDecision& made) {
  return {made.kind, made.tick, made.binding, made.policy, made.decision, made.error, made.plan, {}, {}};
}

class NotifyingSink : public Notifier {
 public:
  NotifyingSink(DecisionSink& next, std::vector<std::unique_ptr<Webhook>> webhooks, Duration look_every)
      : next_(next), webhooks_(std::move(webhooks)), look_every_(look_every) {}
  ~NotifyingSink() override { Stop(); }

  void Take(MadeDecision made) override {
    {
      MadeDecision told = WithoutReadings(made);
      const MutexLock lock(mutex_);
      if (waiting_.size() < kMostWaiting) {
        waiting_.push_back(std::move(told));
      } else {
        ++overlooked_;
      }
    }
    // The thread wakes by itself: a call into the kernel for each decision would cost more than all the rest.
    next_.Take(std::move(made));
  }
  void TakePolicies(const std::vector<std::shared_ptr<const Policy>>& policies) override {
    next_.TakePolicies(policies);
  }
  JournalState State() const override { return next_.State(); }

  void Start(std::function<std::optional<Sight>()> look) override {
    thread_ = std::jthread([this, look = std::move(look)](std::stop_token stop) { Run(stop, look); });
  }

  void Stop() override {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    for (const auto& webhook : webhooks_) webhook->Stop();
  }

  std::vector<WebhookState> States() const override {
    std::vector<WebhookState> states;
    for (const auto& webhook : webhooks_) states.push_back(webhook->State());
    return states;
  }
  std::uint64_t overlooked() const override { return overlooked_; }

 private:
  static constexpr Duration kPause{250};  // how long a decision waits at most to be looked at

  void Run(const std::stop_token& stop, const std::function<std::optional<Sight>()>& look) {
    YieldToOtherThreads();
    auto next_look = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
      for (const MadeDecision& made : Await(stop)) {
        for (const Situation& situation : SituationsOf(made)) Note(situation);
      }
      if (std::chrono::steady_clock::now() >= next_look) {
        if (const auto sight = look()) NoteAll(*sight);
        next_look = std::chrono::steady_clock::now() + look_every_;
      }
      for (const auto& webhook : webhooks_) webhook->Close();
    }
  }

  std::vector<MadeDecision> Await(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, std::min(kPause, look_every_), [] { return false; });
    return std::exchange(waiting_, {});
  }

  void Note(const Situation& situation) {
    for (const auto& webhook : webhooks_) webhook->Note(situation);
  }

  // A document that is no longer among those that are not well was mended, or is gone.
  void NoteAll(const Sight& sight) {
    std::map<std::string, Situation> bad;
    for (const Situation& situation : sight.situations) {
      Note(situation);
      if (situation.kind == EventKind::kPolicy) bad.emplace(situation.key, situation);
    }
    for (auto& [key, situation] : bad_documents_) {
      if (bad.contains(key)) continue;
      situation.value = std::string(kWell);
      situation.urgency = Urgency::kInfo;
      situation.reason.clear();
      situation.time = sight.time;
      situation.since = sight.since;
      Note(situation);
    }
    bad_documents_ = std::move(bad);
  }

  DecisionSink& next_;
  const std::vector<std::unique_ptr<Webhook>> webhooks_;
  const Duration look_every_;
  std::atomic<std::uint64_t> overlooked_{0};

  Mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<MadeDecision> waiting_ LOADLINE_GUARDED_BY(mutex_);

  std::map<std::string, Situation> bad_documents_;  // of the thread: by key, as they were at the latest look

  std::jthread thread_;  // last, so that it ends before what it uses
};

}  // namespace

std::unique_ptr<Notifier> MakeNotifier(DecisionSink& next, std::vector<std::unique_ptr<Webhook>> webhooks,
                                       Duration look_every) {
  return std::make_unique<NotifyingSink>(next, std::move(webhooks), look_every);
}

}  // namespace loadline
