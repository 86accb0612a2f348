#include "notify/webhook.h"

#include <algorithm>
#include <condition_variable>
#include <optional>
#include <thread>
#include <utility>

#include "base/text.h"
#include "notify/cloud_event.h"
#include "notify/flood_limit.h"
#include "notify/signature.h"
#include "notify/transitions.h"
#include "scaling/namespaces.h"
#include "system/background.h"
#include "system/files.h"
#include "system/mutex.h"

namespace loadline {
namespace {

constexpr std::size_t kMostFileBytes = 64 * 1024;
constexpr std::size_t kMostResponseBytes = 64 * 1024;  // nothing of it is used
constexpr int kMostOfAKind = 30;                       // messages in a minute
constexpr Duration kFloodWindow = std::chrono::minutes(1);

HttpClientOptions ClientOptionsOf(const WebhookOptions& options, std::stop_token stop) {
  HttpClientOptions http;
  http.ca_file = options.ca_file;
  http.bearer_token_file = options.bearer_token_file;
  http.max_connections = 1;
  http.max_response_bytes = kMostResponseBytes;
  http.stop = std::move(stop);
  return http;
}

RetryOptions RetryOptionsOf(const WebhookOptions& options) {
  RetryOptions retries;
  retries.give_up_after = options.give_up_after;
  return retries;
}

// Threads: one for Note and Close; `thread_` for Send and what it calls; any for State. `mutex_` is held for lines,
// never while something is sent.
class SendingWebhook : public Webhook {
 public:
  SendingWebhook(std::string name, WebhookOptions options, WebhookSurroundings surroundings)
      : name_(std::move(name)),
        options_(std::move(options)),
        around_(std::move(surroundings)),
        template_(*MessageTemplate::Parse(options_.template_text)),
        transitions_({options_.gather, around_.settle, around_.most_keys}),
        flood_(kMostOfAKind, kFloodWindow),
        client_(MakeHttpClient(ClientOptionsOf(options_, around_.stop))),
        queue_(RetryOptionsOf(options_), around_.random),
        thread_([this](std::stop_token stop) { Send(stop); }) {}
  ~SendingWebhook() override { Stop(); }

  void Note(const Situation& situation) override {
    if (!Concerns(situation)) return;
    for (const Notification& each : transitions_.Note(situation)) Admit(each);
  }

  void Close() override {
    const Timestamp now = around_.clock.Now();
    if (const auto digest = flood_.Close(now)) Queue(*digest);
    for (const Notification& each : transitions_.Close(now)) Admit(each);
    const MutexLock lock(mutex_);
    left_out_ = flood_.left_out();
  }

  WebhookState State() const override {
    const MutexLock lock(mutex_);
    return {name_, queue_.counts(), queue_.size() + (sending_ ? 1 : 0), left_out_, last_sent_, problem_};
  }

  void Stop() override {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  bool Concerns(const Situation& situation) const {
    const bool wanted =
        options_.events.empty() || std::ranges::find(options_.events, situation.kind) != options_.events.end();
    return wanted && (options_.namespaces.empty() || AdmitsNamespace(options_.namespaces, situation.object_namespace));
  }

  void Admit(const Notification& notification) {
    const Timestamp now = around_.clock.Now();
    if (const auto digest = flood_.Close(now)) Queue(*digest);
    if (flood_.Admit(notification, now)) Queue(notification);
  }

  void Queue(const Notification& notification) {
    std::string body = options_.format == MessageFormat::kCloudEvents ? CloudEventOf(notification, options_.source)
                                                                      : template_.Fill(notification);
    const MutexLock lock(mutex_);
    queue_.Add(IdOf(notification), std::move(body), around_.clock.Running());
    wake_.notify_all();
  }

  // Of the thread.
  void Send(const std::stop_token& stop) {
    YieldToOtherThreads();
    while (!stop.stop_requested()) {
      std::optional<QueuedMessage> message = AwaitDue(stop);
      if (!message) continue;
      const Attempt attempt = Try(*message);
      Report(*message, attempt);
      const MutexLock lock(mutex_);
      sending_ = false;
      if (attempt.outcome == Attempt::Outcome::kSent) last_sent_ = around_.clock.Now();
      problem_ = attempt.problem;
      queue_.Settle(std::move(*message), attempt, around_.clock.Running());
    }
  }

  // None where nothing is due yet.
  std::optional<QueuedMessage> AwaitDue(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto due = [this] {
      const auto next = queue_.NextDue();
      return next && *next <= around_.clock.Running();
    };
    wake_.wait_for(lock, stop, around_.glance, due);
    if (stop.stop_requested()) return std::nullopt;
    std::optional<QueuedMessage> message = queue_.TakeDue(around_.clock.Running());
    sending_ = message.has_value();
    return message;
  }

  Attempt Try(const QueuedMessage& message) const {
    const Result<std::string> url = UrlOf(options_);
    if (!url) return {Attempt::Outcome::kTryAgain, {}, url.error().message};
    std::vector<std::string> secrets;
    if (!options_.secret_file.empty()) {
      // Read each time, as it is exchanged under us.
      const Result<std::string> text = ReadFile(options_.secret_file, kMostFileBytes);
      if (!text) return {Attempt::Outcome::kTryAgain, {}, "secretFile: " + text.error().message};
      Result<std::vector<std::string>> parsed = ParseSecrets(*text);
      if (!parsed) return {Attempt::Outcome::kTryAgain, {}, "secretFile: " + parsed.error().message};
      secrets = std::move(*parsed);
    }
    HttpRequest request{*url, message.body, options_.timeout};
    request.content_type = options_.format == MessageFormat::kCloudEvents ? kCloudEventType : "application/json";
    request.headers = SignatureHeaders(secrets, message.id, around_.clock.Now(), message.body);
    return Judge(client_->SendAll({request}, options_.timeout)[0]);
  }

  void Report(const QueuedMessage& message, const Attempt& attempt) {
    const bool sent = attempt.outcome == Attempt::Outcome::kSent;
    if (std::exchange(failing_, !sent) && sent)
      around_.log.Write("notify", LogLevel::kInfo, "webhook_recovered", {{"webhook", name_}});
    if (sent || around_.stop.stop_requested()) return;
    around_.log.WriteLimited("webhook_failing " + name_, "notify", LogLevel::kWarn, "webhook_failing",
                             {{"webhook", name_},
                              {"message", message.id},
                              {"attempt", message.attempts + 1},
                              {"again", attempt.outcome == Attempt::Outcome::kTryAgain},
                              {"problem", attempt.problem}});
  }

  const std::string name_;
  const WebhookOptions options_;
  const WebhookSurroundings around_;
  const MessageTemplate template_;

  // Of the thread that calls Note and Close.
  Transitions transitions_;
  FloodLimit flood_;

  // Of the thread that sends.
  const std::unique_ptr<HttpClient> client_;
  bool failing_ = false;

  mutable Mutex mutex_;
  std::condition_variable_any wake_;
  DeliveryQueue queue_ LOADLINE_GUARDED_BY(mutex_);
  bool sending_ LOADLINE_GUARDED_BY(mutex_) = false;
  std::uint64_t left_out_ LOADLINE_GUARDED_BY(mutex_) = 0;
  Timestamp last_sent_ LOADLINE_GUARDED_BY(mutex_);
  std::string problem_ LOADLINE_GUARDED_BY(mutex_);

  std::jthread thread_;  // last, so that it ends before what it uses
};

}  // namespace

std::unique_ptr<Webhook> MakeWebhook(std::string name, WebhookOptions options, WebhookSurroundings surroundings) {
  return std::make_unique<SendingWebhook>(std::move(name), std::move(options), std::move(surroundings));
}

Result<std::string> UrlOf(const WebhookOptions& options) {
  std::string url = options.url;
  if (!options.url_file.empty()) {
    const Result<std::string> read = ReadFile(options.url_file, kMostFileBytes);
    if (!read) return Fail(Code::kInvalidArgument, "urlFile: " + read.error().message);
    url = FoldBlanks(*read);
  }
  if (url.starts_with("http://") || url.starts_with("https://")) return url;
  return Fail(Code::kInvalidArgument, (options.url_file.empty() ? std::string("url") : std::string("urlFile")) +
                                          ": want an http:// or https:// URL; found something else");
}

}  // namespace loadline
