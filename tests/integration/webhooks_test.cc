// What a receiver hears of the real program.
#include <signal.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "integration/service.h"
#include "support/fault_server.h"
#include "support/places.h"
#include "support/raw_http.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Ask;
using testing::Eventually;
using testing::FaultServer;
using testing::LiveData;
using testing::PolicyText;
using testing::PrometheusServer;
using testing::Service;
using testing::TempDir;

constexpr char kSecret[] = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
constexpr char kSecretInHex[] = "3031323334353637383961626364656630313233343536373839616263646566";

// The first event of this type that the receiver got.
std::optional<json> EventOf(const FaultServer& receiver, const std::string& type) {
  for (const std::string& request : receiver.requests()) {
    json event = json::parse(testing::BodyOf(request));
    if (event["type"] == "dev.loadline." + type) return event;
  }
  return std::nullopt;
}

// What the openssl program signs a request with.
std::string SignedByOpenssl(const std::string& request) {
  const std::string command =
      std::string("openssl dgst -sha256 -mac HMAC -macopt hexkey:") + kSecretInHex + " -binary | openssl base64 -A";
  return "v1," +
         testing::RunProgram({"sh", "-c", command}, {},
                             testing::FieldOf(request, "webhook-id") + "." +
                                 testing::FieldOf(request, "webhook-timestamp") + "." + testing::BodyOf(request))
             .output;
}

TEST_CASE("A receiver hears of scaling, of what is wrong, and that it is well again; signed, and once each") {
  PrometheusServer prometheus(LiveData());
  FaultServer receiver([](const std::string&) { return testing::HttpText(200, ""); });
  const TempDir dir;
  dir.Write("policies/worker.yaml", PolicyText());
  const std::string secret_file = dir.Write("secret", kSecret);
  Service service(dir, prometheus.url(),
                  {"--set=webhooks.chat.url=" + receiver.url() + "/T0K3N", "--set=webhooks.chat.gather=0s",
                   "--set=webhooks.chat.secretFile=" + secret_file, "--policies.poll=50ms"});
  const auto hears = [&](const std::string& type) {
    const bool heard = Eventually([&] { return EventOf(receiver, type).has_value(); });
    CAPTURE(type, service.child().Output());
    REQUIRE(heard);
    return *EventOf(receiver, type);
  };
  REQUIRE(Ask(service).value == Approx(1240.0 / 300));

  dir.Write("policies/worker.yaml", PolicyText("124"));
  const json scaled = hears("scaled");
  CHECK(scaled["subject"] == "data/app");
  CHECK(scaled["data"]["from"] == 5);
  CHECK(scaled["data"]["to"] == 10);
  CHECK(scaled["data"]["reason"] == "lag wants 10: 1240 at 124 each");

  dir.Write("policies/worker.yaml", PolicyText("many"));
  const json refused = hears("policy.refused");
  CHECK(refused["data"]["to"] == "lastGood");
  CHECK(refused["data"]["reason"].get<std::string>().find("found \"many\"") != std::string::npos);
  dir.Write("policies/worker.yaml", PolicyText("124"));
  hears("policy.mended");

  prometheus.Kill();
  CHECK(hears("source.failing")["data"]["severity"] == "error");
  CHECK(hears("binding.holding")["data"]["object"] == "app");
  CHECK(hears("binding.error")["data"]["severity"] == "error");
  prometheus.Start();
  hears("source.recovered");
  hears("binding.recovered");

  const auto requests = receiver.requests();
  std::map<std::string, int> copies;
  for (const std::string& request : requests) {
    CHECK(testing::FieldOf(request, "webhook-signature") == SignedByOpenssl(request));
    ++copies[testing::FieldOf(request, "webhook-id")];
  }
  for (const auto& [id, count] : copies) {
    CAPTURE(id);
    CHECK(count == 1);
  }
  const json status = json::parse(service.Get("/api/v1/status").body);
  CHECK(status["webhooks"][0]["name"] == "chat");
  CHECK(status["webhooks"][0]["sent"].get<std::size_t>() >= requests.size() - 1);
  CHECK(status["webhooks"][0]["failed"] == 0);
  const std::string metrics = service.Get("/metrics").body;
  CHECK(metrics.find("loadline_webhook_sent_total{webhook=\"chat\"}") != std::string::npos);
  CHECK(testing::RunProgram({"promtool", "check", "metrics"}, {}, metrics).exit_code == 0);
  for (const std::string& shown : {service.child().Output(), status.dump(), metrics}) {
    CHECK(shown.find("T0K3N") == std::string::npos);
    CHECK(shown.find("MDEyMzQ1") == std::string::npos);
  }
}

TEST_CASE("A receiver that never answers delays neither an answer nor a stop") {
  PrometheusServer prometheus(LiveData());
  FaultServer receiver([](const std::string&, const testing::FaultConnection&) {});
  const TempDir dir;
  dir.Write("policies/worker.yaml", PolicyText());
  dir.Write("policies/bad.yaml",
            "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: bad }\nspec: {}\n");
  Service service(dir, prometheus.url(),
                  {"--set=webhooks.chat.url=" + receiver.url(), "--set=webhooks.chat.timeout=60s"});
  REQUIRE(Eventually([&] { return !receiver.requests().empty(); }));
  CHECK(Ask(service).value == Approx(1240.0 / 300));
  const auto begin = std::chrono::steady_clock::now();
  service.child().Signal(SIGTERM);
  CHECK(service.child().Wait() == 0);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("serve --check says what is wrong with a webhook, and shows no secret") {
  const TempDir dir;
  const auto check = [&](const std::string& webhook) {
    const std::string file =
        dir.Write("loadline.yaml",
                  "policies: { path: " + dir.path().string() +
                      " }\nsources: { default: { url: http://127.0.0.1:1 } }\nwebhooks:\n  chat: " + webhook + "\n");
    const testing::Ran ran = testing::RunProgram({testing::kLoadline, "serve", "--config", file, "--check"});
    CHECK((ran.exit_code == 0) == ran.output.empty());
    return ran.output;
  };
  CHECK(check("{ url: http://127.0.0.1:1/ }") == "");
  CHECK(check("{}") == "webhooks.chat: want url or urlFile; found none\n");
  CHECK(check("{ url: hooks.example.com/T0K3N }") ==
        "webhooks.chat.url: want an http:// or https:// URL; found something else\n");
  CHECK(check("{ url: http://x, format: template, template: '{\"text\": \"{{objekt}}\"}' }")
            .find("webhooks.chat.template: there is no placeholder {{objekt}}; want ") == 0);
  CHECK(check("{ url: http://x, template: '{\"text\": {{text}}' }")
            .find("webhooks.chat.template: is no JSON once it is filled: ") == 0);
  CHECK(check("{ url: http://x, events: [scalled] }").find("(did you mean scaled?)") != std::string::npos);
  const std::string secret = dir.Write("secret", "aHVudGVyMg==");
  CHECK(check("{ url: http://x, secretFile: " + secret + " }") ==
        "webhooks.chat.secretFile: " + secret +
            ": line 1: want 24 to 64 bytes in base64, as `echo whsec_$(openssl rand -base64 32)` makes them; found 7 "
            "bytes\n");
  CHECK(check("{ url: http://x, bearerTokenFile: /none }").find("webhooks.chat.bearerTokenFile: ") == 0);
  CHECK(check("{ urlFile: /none }").find("webhooks.chat.urlFile: ") == 0);
}

}  // namespace
}  // namespace loadline
