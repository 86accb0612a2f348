#include "api/decision_events.h"

#include "api/decision_in_short.h"
#include "system/background.h"

namespace loadline {
namespace {

constexpr std::size_t kMostWaiting = 10'000;

// All but the readings, which are large.
MadeDecision WithoutReadings(const MadeDecision& made) {
  return {made.kind, made.tick, made.binding, made.policy, made.decision, made.error, made.plan, {}, {}};
}

PageJson EventJson(const BindingRecord& binding, const MadeDecision& made) {
  const bool decided = made.policy != nullptr && made.plan != nullptr;
  PageJson json = {{"namespace", binding.object_namespace},
                   {"name", binding.object},
                   {"policy", binding.policy},
                   {"metadata", binding.metadata},
                   {"time", FormatTimestamp(made.tick)},
                   {"kind", RecordKindName(made.kind)}};
  json.update(InShort(decided ? made.policy.get() : nullptr, decided ? made.decision.get() : nullptr, made.error));
  json["policy_hash"] = made.policy == nullptr ? PageJson() : PageJson(HashText(made.policy->hash));
  return json;
}

// https://html.spec.whatwg.org/multipage/server-sent-events.html: JSON on one line has no line break to escape.
StreamMessage MessageOf(const MadeDecision& made) {
  const BindingRecord binding = made.binding();
  const PageJson json = EventJson(binding, made);
  return {{{"namespace", binding.object_namespace}, {"name", binding.object}, {"policy", binding.policy}},
          "event: decision\ndata: " + json.dump(-1, ' ', false, PageJson::error_handler_t::replace) + "\n\n"};
}

}  // namespace

DecisionEvents::DecisionEvents(DecisionSink* journal, HttpServer& server)
    : journal_(journal), server_(server), thread_([this](std::stop_token stop) { Tell(stop); }) {}

DecisionEvents::~DecisionEvents() {
  thread_.request_stop();
  thread_.join();
}

void DecisionEvents::Take(MadeDecision made) {
  if (server_.State().streams > 0) {
    const MutexLock lock(mutex_);
    if (waiting_.size() < kMostWaiting) {
      waiting_.push_back(WithoutReadings(made));
      wake_.notify_one();
    } else {
      ++left_out_;
    }
  }
  if (journal_ != nullptr) journal_->Take(std::move(made));
}

void DecisionEvents::TakePolicies(const std::vector<std::shared_ptr<const Policy>>& policies) {
  if (journal_ != nullptr) journal_->TakePolicies(policies);
}

JournalState DecisionEvents::State() const { return journal_ == nullptr ? JournalState() : journal_->State(); }

void DecisionEvents::Tell(std::stop_token stop) {
  YieldToOtherThreads();
  for (;;) {
    std::vector<MadeDecision> taken;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
      taken.swap(waiting_);
    }
    std::vector<StreamMessage> messages;
    messages.reserve(taken.size());
    for (const MadeDecision& each : taken) messages.push_back(MessageOf(each));
    if (!server_.Send(kEventsPath, std::move(messages))) left_out_ += taken.size();
  }
}

ServerResponse BeginEvents(const ServerRequest&) {
  // A comment at once, so that whoever connects knows that it listens; and after how long to come again.
  return {200, "text/event-stream", ": listening\nretry: 3000\n\n", {{"X-Accel-Buffering", "no"}}};
}

}  // namespace loadline
