// One webhook, and receivers that are not as they should be.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "notify/signature.h"
#include "notify/webhook.h"
#include "support/certificates.h"
#include "support/child.h"
#include "support/eventually.h"
#include "support/fault_server.h"
#include "support/places.h"
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

TEST_CASE("What the receiver does not want is not sent again, and a redirect is not followed") {
  FaultServer elsewhere([](const std::string&) { return HttpText(200, ""); });
  const std::string redirect = "HTTP/1.1 307 X\r\nLocation: " + elsewhere.url() + "/\r\nContent-Length: 0\r\n\r\n";
  FaultServer receiver([&](const std::string& request) {
    return request.find("source.failing") == std::string::npos ? HttpText(410, "gone") : redirect;
  });
  Sender sender(To(receiver.url()));
  sender.Tell(3, 5);
  sender.webhook->Note(SourceIs("failing"));
  REQUIRE(sender.Becomes([](const WebhookState& state) { return state.counts.refused == 2; }));
  CHECK(sender.webhook->State().problem == "HTTP 307: a redirect, which is not followed");
  CHECK(sender.webhook->State().queued == 0);
  CHECK(elsewhere.connections() == 0);
}

TEST_CASE("A receiver that answers without end, or never, delays nobody and ends with its time-out") {
  std::function<void(const std::string&, const FaultConnection&)> answer;
  Attempt::Outcome expected = Attempt::Outcome::kTryAgain;
  SECTION("a body without end") {
    expected = Attempt::Outcome::kRefused;
    answer = [](const std::string&, const FaultConnection& connection) {
      connection.Send("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n");
      while (connection.Send("10000\r\n" + std::string(0x10000, 'x') + "\r\n")) {
      }
    };
  }
  SECTION("a header without end") {
    answer = [](const std::string&, const FaultConnection& connection) {
      connection.Send("HTTP/1.1 200 X\r\n");
      while (connection.Send("X-Header: " + std::string(10'000, 'x') + "\r\n")) {
      }
    };
  }
  SECTION("nothing") {
    answer = [](const std::string&, const FaultConnection&) {};
  }
  SECTION("no HTTP") {
    answer = [](const std::string&, const FaultConnection& connection) {
      connection.Send("SSH-2.0-OpenSSH_9.2\r\n");
      connection.Cut();
    };
  }
  FaultServer receiver(answer);
  WebhookOptions options = To(receiver.url());
  options.timeout = Duration(300);
  Sender sender(options);
  const auto begin = std::chrono::steady_clock::now();
  sender.Tell(3, 5);
  for (int i = 0; i < 1000; ++i) sender.webhook->Note(Asks(i, kNoon + seconds(60 * i)));
  CHECK(std::chrono::steady_clock::now() - begin < seconds(10));  // of 1000 notes: they wait for nothing
  CHECK(sender.Becomes([&](const WebhookState& state) {
    return (expected == Attempt::Outcome::kRefused ? state.counts.refused : state.counts.retried) >= 1;
  }));
  CHECK(!sender.webhook->State().problem.empty());
}

TEST_CASE("A stop ends what is under way") {
  FaultServer receiver([](const std::string&, const FaultConnection&) {});
  WebhookOptions options = To(receiver.url());
  options.timeout = seconds(60);
  Sender sender(options);
  sender.Tell(3, 5);
  REQUIRE(Eventually([&] { return !receiver.requests().empty(); }));
  const auto begin = std::chrono::steady_clock::now();
  sender.stopping.request_stop();
  sender.webhook->Stop();
  CHECK(std::chrono::steady_clock::now() - begin < seconds(20));
}

TEST_CASE("A URL of a file is read anew, and neither it nor a secret is in log or state") {
  const TempDir dir;
  FaultServer receiver([](const std::string&) { return HttpText(200, ""); });
  WebhookOptions options;
  options.url_file = dir / "url";
  options.secret_file = dir.Write("secret", "c2VjcmV0LXRvby1zaG9ydA==");
  Sender sender(options);
  sender.Tell(3, 5);
  REQUIRE(sender.Becomes([](const WebhookState& state) { return state.counts.retried == 1; }));
  CHECK(sender.webhook->State().problem.find("urlFile: ") == 0);
  dir.Write("url", "http://127.0.0.1:1/services/T0K3N\n");
  sender.clock.Set(kNoon + seconds(1));
  REQUIRE(sender.Becomes([](const WebhookState& state) { return state.problem.find("secretFile: ") == 0; }));
  CHECK(sender.webhook->State().problem.find("c2Vj") == std::string::npos);
  dir.Write("secret", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  sender.clock.Set(kNoon + seconds(3));
  REQUIRE(sender.Becomes([](const WebhookState& state) { return state.problem.find("127.0.0.1:1: ") == 0; }));
  CHECK(sender.log.Field("webhook_failing", "problem").find("T0K3N") == std::string::npos);
  dir.Write("url", receiver.url() + "/services/T0K3N\n");
  sender.clock.Set(kNoon + seconds(7));
  CHECK(sender.Becomes([](const WebhookState& state) { return state.counts.sent == 1; }));
  CHECK(receiver.requests().at(0).find("POST /services/T0K3N") == 0);
}

TEST_CASE("A receiver that is not reached for long costs memory for the newest only") {
  Sender sender(To("http://127.0.0.1:1/"));
  WebhookOptions options = To("http://127.0.0.1:1/");
  options.gather = Duration(0);
  Sender ungathered(options);
  // Past 30 of a minute they are left out, so each is of a minute of its own.
  for (int i = 0; i <= 1100; ++i) {
    ungathered.clock.Set(kNoon + seconds(60 * i));
    ungathered.webhook->Note(Asks(i, ungathered.clock.Now()));
  }
  CHECK(ungathered.Becomes([](const WebhookState& state) {
    return state.queued <= 1000 && state.counts.dropped + state.counts.given_up + state.queued >= 1100;
  }));
}

// The block of kind `python` of docs/webhooks.md, on a port of its own.
std::string ReceiverOfThePage(const std::string& port) {
  const std::string page = testing::FileText(std::string(testing::kSourceDir) + "/docs/webhooks.md");
  const std::string fence = "```python\n";
  const std::size_t begin = page.find(fence) + fence.size();
  std::string script = page.substr(begin, page.find("\n```\n", begin) + 1 - begin);
  return script.replace(script.find("8099"), 4, port);
}

TEST_CASE("The receiver that the page shows takes what is signed, each message once, and nothing else") {
  const TempDir dir;
  const std::string secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n";
  const std::string port = std::to_string(testing::FreePort());
  dir.Write("receiver.py", ReceiverOfThePage(port));
  WebhookOptions options = To("http://127.0.0.1:" + port + "/");
  options.secret_file = dir.Write("secret", secret);
  const testing::Child receiver({"sh", "-c", "cd " + dir.path().string() + " && exec python3 receiver.py"},
                                dir / "receiver.log");
  REQUIRE(Eventually([&] {
    try {
      return !testing::Ask(std::stoi(port), "GET /").empty();
    } catch (const std::exception&) {
      return false;  // it does not listen yet
    }
  }));
  // Two pods that see the same.
  const Timestamp now = SystemClock().Now();
  Sender pods[] = {Sender(options), Sender(options)};
  for (Sender& pod : pods) {
    pod.clock.Jump(now);
    pod.Tell(3, 5);
    REQUIRE(pod.Becomes([](const WebhookState& state) { return state.counts.sent == 1; }));
  }
  CHECK(receiver.Output().find("data/orders-cdc: 3 to 5 replicas: lag wants 4.133: 1240 at 300 each\n") !=
        std::string::npos);
  CHECK(receiver.Output().find("3 to 5") == receiver.Output().rfind("3 to 5"));

  options.secret_file = dir.Write("other", "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=\n");
  Sender stranger(options);
  stranger.clock.Jump(now);
  stranger.Tell(6, 7);
  CHECK(stranger.Becomes([](const WebhookState& state) { return state.counts.refused == 1; }));
  CHECK(stranger.webhook->State().problem == "HTTP 401");
}

TEST_CASE("TLS goes by the authorities that are named") {
  const testing::Authority authority;
  const auto pair = authority.Sign("receiver", "IP:127.0.0.1");
  const TempDir dir;
  const std::string port = std::to_string(testing::FreePort());
  const testing::Child receiver({"openssl", "s_server", "-accept", "127.0.0.1:" + port, "-cert", pair.certificate,
                                 "-key", pair.key, "-www", "-quiet"},
                                dir / "s_server.log");
  WebhookOptions options = To("https://127.0.0.1:" + port + "/");
  const std::string ca_file = dir.Write("ca.crt", testing::FileText(testing::Authority("other").ca_file()));
  options.ca_file = ca_file;
  Sender sender(options);
  sender.Tell(3, 5);
  int minute = 0;
  REQUIRE(Eventually([&] {  // it may not listen yet
    sender.clock.Set(kNoon + seconds(60 * ++minute));
    return sender.webhook->State().problem.find("certificate") != std::string::npos;
  }));
}

}  // namespace
}  // namespace loadline
