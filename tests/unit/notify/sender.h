// A webhook that a test has tell something.
#ifndef LOADLINE_TESTS_UNIT_NOTIFY_SENDER_H_
#define LOADLINE_TESTS_UNIT_NOTIFY_SENDER_H_

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include "notify/webhook.h"
#include "support/eventually.h"
#include "support/simulated_clock.h"
#include "unit/controller/recording_log.h"
#include "unit/notify/samples.h"

namespace loadline::testing {

struct Sender {
  explicit Sender(WebhookOptions options) : webhook(Make(std::move(options))) {}

  std::unique_ptr<Webhook> Make(WebhookOptions options) {
    WebhookSurroundings around{clock, log, stopping.get_token(), [] { return 1.0; }};
    around.glance = Duration(1);
    return MakeWebhook("chat", std::move(options), std::move(around));
  }
  void Tell(double from, double to) {
    webhook->Note(Asks(from, clock.Now()));
    webhook->Note(Asks(to, clock.Now()));
  }
  bool Becomes(const std::function<bool(const WebhookState&)>& condition) const {
    return Eventually([&] { return condition(webhook->State()); });
  }

  SimulatedClock clock{kNoon};
  RecordingLog log;
  std::stop_source stopping;
  std::unique_ptr<Webhook> webhook;
};

inline WebhookOptions To(const std::string& url) {
  WebhookOptions options;
  options.url = url;
  return options;
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_NOTIFY_SENDER_H_
