// One receiver: what it is told, in which form, and the thread that sends it.
#ifndef LOADLINE_NOTIFY_WEBHOOK_H_
#define LOADLINE_NOTIFY_WEBHOOK_H_

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "notify/delivery_queue.h"
#include "notify/message_template.h"
#include "notify/situation.h"
#include "system/clock.h"
#include "system/log.h"

namespace loadline {

enum class MessageFormat { kCloudEvents, kTemplate };
constexpr auto EnumWords(MessageFormat) {
  return std::array{std::pair{MessageFormat::kCloudEvents, "cloudEvents"},
                    std::pair{MessageFormat::kTemplate, "template"}};
}

struct WebhookOptions {
  std::string url;  // it, or the content of the file: where the URL itself is a secret
  std::string url_file;
  MessageFormat format = MessageFormat::kCloudEvents;
  std::string template_text = kPlainTemplate;
  std::string source = "/loadline";
  std::vector<EventKind> events;        // empty: all
  std::vector<std::string> namespaces;  // names, or with one "*" at the end; empty: all
  Duration gather{60'000};
  std::string secret_file;  // empty: messages are not signed
  std::string bearer_token_file;
  std::string ca_file;
  Duration timeout{5000};
  Duration give_up_after{3600'000};
};

// What is the same for all, and is set by who knows better than options do.
struct WebhookSurroundings {
  Clock& clock;
  Log& log;
  std::stop_token stop;            // ends what is under way
  std::function<double()> random;  // from 0 to 1; from the threads that send
  Duration settle{15'000};         // how late decisions of a tick may come
  std::size_t most_keys = 250'000;
  Duration glance{1000};  // how often a thread that waits looks at the clock
};

struct WebhookState {
  std::string name;
  DeliveryCounts counts;
  std::size_t queued = 0;
  std::uint64_t left_out = 0;  // messages that a digest stands for
  Timestamp last_sent;         // 1970 where never
  std::string problem;         // why the latest attempt failed; empty: it did not
};

// Note and Close: from one thread. State: from any.
class Webhook {
 public:
  virtual ~Webhook() = default;  // stops

  // Takes what concerns it of the latest situations, each of its own key.
  virtual void Note(const Situation& situation) = 0;
  // Queues what was gathered and is complete now.
  virtual void Close() = 0;
  virtual WebhookState State() const = 0;
  // Ends the thread; what is queued is not sent any more.
  virtual void Stop() = 0;
};

// REQUIRES: options whose template MessageTemplate::Parse takes. `surroundings` refers to what must outlive it.
std::unique_ptr<Webhook> MakeWebhook(std::string name, WebhookOptions options, WebhookSurroundings surroundings);

// The URL of the options or of their file. Fails with kInvalidArgument; the message does not show it.
Result<std::string> UrlOf(const WebhookOptions& options);

}  // namespace loadline

#endif  // LOADLINE_NOTIFY_WEBHOOK_H_
