// From decisions, and from what else there is to see, to all webhooks.
#ifndef LOADLINE_NOTIFY_NOTIFIER_H_
#define LOADLINE_NOTIFY_NOTIFIER_H_

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "notify/situation.h"
#include "notify/webhook.h"
#include "scaling/ports.h"

namespace loadline {

// What no decision tells: how sources and the journal are, and which documents are not well.
struct Sight {
  Timestamp time;
  Timestamp since;  // of a document that is mended: Situation::since
  std::vector<Situation> situations;
};

// Stands before the journal. Whoever decides only hands over: a thread of its own makes situations of decisions, and
// each webhook has one that sends. Thread-safe.
class Notifier : public DecisionSink {
 public:
  // Calls `look` once a second, until Stop; it yields none where nothing can be seen yet.
  virtual void Start(std::function<std::optional<Sight>()> look) = 0;
  // Ends all threads.
  virtual void Stop() = 0;

  virtual std::vector<WebhookState> States() const = 0;
  // Decisions that no webhook heard of, as there were too many at once.
  virtual std::uint64_t overlooked() const = 0;
};

// `next` gets all that this gets; it must outlive it.
std::unique_ptr<Notifier> MakeNotifier(DecisionSink& next, std::vector<std::unique_ptr<Webhook>> webhooks,
                                       Duration look_every = Duration(1000));

}  // namespace loadline

#endif  // LOADLINE_NOTIFY_NOTIFIER_H_
