// Decisions as they are made, to all who listen to /api/v1/events: those that the journal takes.
#ifndef LOADLINE_API_DECISION_EVENTS_H_
#define LOADLINE_API_DECISION_EVENTS_H_

#include <atomic>
#include <condition_variable>
#include <thread>
#include <vector>

#include "scaling/ports.h"
#include "system/http_server.h"
#include "system/mutex.h"

namespace loadline {

inline constexpr char kEventsPath[] = "/api/v1/events";

// Stands before the journal. Nobody waits for those who listen: what cannot be told to them in time is left out, and
// counted. Thread-safe.
class DecisionEvents : public DecisionSink {
 public:
  // `journal` may be null; both must outlive this.
  DecisionEvents(DecisionSink* journal, HttpServer& server);
  ~DecisionEvents() override;  // stops

  void Take(MadeDecision made) override;
  void TakePolicies(const std::vector<std::shared_ptr<const Policy>>& policies) override;
  JournalState State() const override;  // the journal's

  // Decisions that were told to nobody, as there were too many at once.
  std::uint64_t left_out() const { return left_out_; }
  HttpServerState listeners() const { return server_.State(); }

 private:
  void Tell(std::stop_token stop);

  DecisionSink* const journal_;
  HttpServer& server_;
  std::atomic<std::uint64_t> left_out_{0};

  Mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<MadeDecision> waiting_ LOADLINE_GUARDED_BY(mutex_);

  std::jthread thread_;
};

// The response that begins the stream, or that refuses it.
ServerResponse BeginEvents(const ServerRequest& request);

}  // namespace loadline

#endif  // LOADLINE_API_DECISION_EVENTS_H_
