// One webhook and a real receiver.
#include "notify/webhook.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "notify/signature.h"
#include "support/certificates.h"
#include "support/child.h"
#include "support/eventually.h"
#include "support/fault_server.h"
#include "support/raw_http.h"
#include "support/simulated_clock.h"
#include "support/temp_dir.h"
#include "unit/notify/sender.h"

namespace loadline {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::Asks;
using testing::Eventually;
using testing::FaultConnection;
using testing::FaultServer;
using testing::HttpText;
using testing::kNoon;
using testing::RecordingLog;
using testing::Sender;
using testing::SimulatedClock;
using testing::SourceIs;
using testing::TempDir;
using testing::To;

TEST_CASE("A receiver gets the event, signed, with its token") {
  const TempDir dir;
  FaultServer receiver([](const std::string&) { return HttpText(202, ""); });
  WebhookOptions options = To(receiver.url() + "/hook?team=data");
  options.secret_file = dir.Write("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
  options.bearer_token_file = dir.Write("token", "hunter2\n");
  Sender sender(options);
  sender.Tell(3, 5);
  REQUIRE(sender.Becomes([](const WebhookState& state) { return state.counts.sent == 1; }));
  const std::string request = receiver.requests().at(0);
  CHECK(request.find("POST /hook?team=data HTTP/1.1\r\n") == 0);
  CHECK(testing::FieldOf(request, "Content-Type") == "application/cloudevents+json");
  CHECK(testing::FieldOf(request, "Authorization") == "Bearer hunter2");
  const std::string body = testing::BodyOf(request);
  const json event = json::parse(body);
  CHECK(event["type"] == "dev.loadline.scaled");
  const std::string id = event["id"];
  CHECK(testing::FieldOf(request, "webhook-id") == id);
  CHECK(testing::FieldOf(request, "webhook-timestamp") == "43200");
  const auto expected = SignatureHeaders(*ParseSecrets("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), id, kNoon, body);
  CHECK(testing::FieldOf(request, "webhook-signature") == expected.at(2).second);
  CHECK(sender.webhook->State().last_sent == kNoon);

  SECTION("and an exchanged secret counts at once") {
    dir.Write("secret", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx\n");
    sender.webhook->Note(SourceIs("failing"));
    REQUIRE(sender.Becomes([](const WebhookState& state) { return state.counts.sent == 2; }));
    const std::string next = receiver.requests().at(1);
    const auto other = SignatureHeaders(*ParseSecrets("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx"),
                                        testing::FieldOf(next, "webhook-id"), kNoon, testing::BodyOf(next));
    CHECK(testing::FieldOf(next, "webhook-signature") == other.at(2).second);
  }
}

TEST_CASE("A template's message is JSON of its own kind") {
  FaultServer receiver([](const std::string&) { return HttpText(200, "ok"); });
  WebhookOptions options = To(receiver.url());
  options.format = MessageFormat::kTemplate;
  Sender sender(options);
  sender.Tell(3, 5);
  REQUIRE(sender.Becomes([](const WebhookState& state) { return state.counts.sent == 1; }));
  const std::string request = receiver.requests().at(0);
  CHECK(testing::FieldOf(request, "Content-Type") == "application/json");
  CHECK(json::parse(testing::BodyOf(request))["text"] ==
        "data/orders-cdc: 3 to 5 replicas: lag wants 4.133: 1240 at 300 each");
}

TEST_CASE("Only what is asked for is told") {
  FaultServer receiver([](const std::string&) { return HttpText(200, ""); });
  WebhookOptions options = To(receiver.url());
  Situation other = Asks(7);
  other.object_namespace = "web";
  other.key = "scaled web";
  const auto told = [&] {
    Sender sender(options);
    sender.Tell(3, 5);
    sender.webhook->Note(SourceIs("failing"));
    Situation first = other;
    first.value = "1";
    sender.webhook->Note(first);
    sender.webhook->Note(other);
    const std::size_t queued = sender.webhook->State().queued + sender.webhook->State().counts.sent;
    CHECK(sender.Becomes([](const WebhookState& state) { return state.queued == 0; }));
    return queued;
  };
  CHECK(told() == 3);
  options.namespaces = {"da*"};
  CHECK(told() == 1);
  options.namespaces = {};
  options.events = {EventKind::kSource, EventKind::kPolicy};
  CHECK(told() == 1);
}

TEST_CASE("A receiver that fails is tried again, with the same id and body, when its time has come") {
  std::atomic<int> status = 500;
  FaultServer receiver([&](const std::string&) { return HttpText(status, "no"); });
  Sender sender(To(receiver.url()));
  sender.Tell(3, 5);
  REQUIRE(sender.Becomes([](const WebhookState& state) { return state.counts.retried == 1; }));
  CHECK(sender.webhook->State().problem == "HTTP 500");
  CHECK(sender.webhook->State().queued == 1);
  CHECK(sender.log.Field("webhook_failing", "problem") == "HTTP 500");
  CHECK(sender.log.Keys("webhook_failing") == std::set<std::string>{"webhook_failing chat"});
  sender.clock.Set(kNoon + Duration(999));
  sender.webhook->Note(SourceIs("failing", kNoon + Duration(999)));  // comes, while the other one waits
  REQUIRE(sender.Becomes([](const WebhookState& state) { return state.counts.retried == 2; }));
  CHECK(receiver.requests().size() == 2);
  status = 204;
  sender.clock.Set(kNoon + Duration(1000));
  REQUIRE(sender.Becomes([](const WebhookState& state) { return state.counts.sent == 1; }));
  const auto requests = receiver.requests();
  REQUIRE(requests.size() == 3);
  CHECK(testing::FieldOf(requests[2], "webhook-id") == testing::FieldOf(requests[0], "webhook-id"));
  CHECK(testing::BodyOf(requests[2]) == testing::BodyOf(requests[0]));
  CHECK(testing::FieldOf(requests[2], "webhook-timestamp") == "43201");
  CHECK(Eventually([&] { return sender.log.Count("webhook_recovered") == 1; }));
}

TEST_CASE("Retry-After counts, in seconds and as a date") {
  std::string field = "Retry-After: 120";
  SECTION("seconds") {}
  SECTION("a date far away, which is cut to as long as a message is kept") {
    field = "Retry-After: Fri, 31 Dec 2199 23:59:59 GMT";
  }
  const std::string answer = "HTTP/1.1 429 X\r\n" + field + "\r\nContent-Length: 0\r\n\r\n";
  std::atomic<bool> busy = true;
  FaultServer receiver([&](const std::string&) { return busy ? answer : HttpText(200, ""); });
  Sender sender(To(receiver.url()));
  sender.Tell(3, 5);
  const bool dated = field.find("2199") != std::string::npos;
  REQUIRE(
      sender.Becomes([&](const WebhookState& state) { return state.counts.retried == 1 && !state.problem.empty(); }));
  busy = false;
  sender.webhook->Note(SourceIs("failing"));
  sender.clock.Set(kNoon + seconds(119));
  CHECK(receiver.requests().size() == 1);
  sender.clock.Set(kNoon + (dated ? seconds(3600) : seconds(120)));
  CHECK(sender.Becomes([](const WebhookState& state) { return state.counts.sent == 2; }));
}

TEST_CASE("A hundred changes at once are thirty messages, and a digest when the minute is over") {
  FaultServer receiver([](const std::string&) { return HttpText(200, ""); });
  Sender sender(To(receiver.url()));
  for (int i = 0; i < 100; ++i) {
    sender.webhook->Note(Asks(1, kNoon, "o" + std::to_string(i)));
    sender.webhook->Note(Asks(2, kNoon, "o" + std::to_string(i)));
  }
  sender.webhook->Close();
  REQUIRE(sender.Becomes([](const WebhookState& state) { return state.counts.sent == 30 && state.left_out == 70; }));
  sender.clock.Set(kNoon + seconds(60));
  sender.webhook->Close();
  REQUIRE(sender.Becomes([](const WebhookState& state) { return state.counts.sent == 31; }));
  const json digest = json::parse(testing::BodyOf(receiver.requests().back()));
  CHECK(digest["type"] == "dev.loadline.digest");
  CHECK(digest["data"]["text"] == "70 more messages within 1m were left out: 70 scaled");
}

}  // namespace
}  // namespace loadline
