// Overrides over the API of the real program, with its tokens.
#include <signal.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "integration/service.h"
#include "support/fake_api_server.h"
#include "support/places.h"
#include "support/raw_http.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Ask;
using testing::BodyOf;
using testing::Eventually;
using testing::Ran;
using testing::RunProgram;
using testing::Service;
using testing::StatusOf;
using testing::TempDir;

const std::string kReader(32, 'r');
const std::string kOperator(32, 'o');

// Wants 3, whatever there is.
constexpr char kPolicy[] =
    "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: worker, namespace: data }\nspec:\n"
    "  parameters: { pipeline: {} }\n  replicas: { min: 1, max: 40 }\n  signals: [ { name: wanted, replicas: 3 } ]\n";

struct Operated {
  explicit Operated(const std::vector<std::string>& more = {}) : more_(more) {
    dir.Write("policies/worker.yaml", kPolicy);
    dir.Write("operator", kOperator);
    dir.Write("reader", kReader);
    more_.push_back("--http.tokensFile=" +
                    dir.Write("tokens", "reader " + kReader + " dash\noperator " + kOperator + " anna\n"));
    more_.push_back("--policies.poll=50ms");
    service = std::make_unique<Service>(dir, "http://127.0.0.1:1", more_);
  }
  int port() const { return std::stoi(service->http().substr(17)); }
  std::string Send(const std::string& first, const std::string& body = "", const std::string& token = kOperator) const {
    return testing::Ask(port(), first, token.empty() ? "" : "Authorization: Bearer " + token + "\r\n", body);
  }
  json Sent(const std::string& first, const std::string& body = "") const {
    const std::string answer = Send(first, body);
    INFO(answer);
    REQUIRE(StatusOf(answer) / 100 == 2);
    return json::parse(BodyOf(answer));
  }
  Ran Command(const std::vector<std::string>& arguments, const std::string& token = "operator") const {
    std::vector<std::string> command = {testing::kLoadline};
    command.insert(command.end(), arguments.begin(), arguments.end());
    command.insert(command.end(), {"--server", service->http(), "--token-file", dir / token});
    return RunProgram(command);
  }
  bool Becomes(double value) const {
    return Eventually([&] { return Ask(*service).value == value; });
  }

  TempDir dir;
  std::unique_ptr<Service> service;

 private:
  std::vector<std::string> more_;
};

TEST_CASE("An override is set, decides, outlives kill -9, is explained, and is removed") {
  Operated operated;
  REQUIRE(operated.Becomes(3));
  const Ran set = operated.Command({"override", "set", "data/app", "--pin", "5", "--for", "2h", "--name", "drill",
                                    "--reason", "a drill", "--author", "Bob"});
  INFO(set.output);
  REQUIRE(set.exit_code == 0);
  CHECK(set.output.find("override drill: data/app: exactly 5 replicas\n  from     now on\n") == 0);
  CHECK(set.output.find(
            "(in 2h)\n  why      a drill\n  by       anna for Bob\n  matches  1 binding: data/app (worker)\n") !=
        std::string::npos);
  CHECK(operated.Becomes(5));
  const Ran explained = operated.Command({"explain", "data/app"});
  CHECK(explained.output.find("override drill (a drill; by anna for Bob): exactly 5") != std::string::npos);

  const json change = operated.service->Event("api_change").value();
  CHECK(change["outcome"] == "done");
  CHECK(change["caller"] == "anna");
  CHECK(change["client"] == "127.0.0.1");
  CHECK(change["method"] == "POST");
  CHECK(change["path"] == "/api/v1/overrides");
  CHECK(change["status"] == 201);
  CHECK(change["change"]["action"] == "set");
  CHECK(change["change"]["override"] == "drill");
  CHECK(change["change"]["old"].is_null());
  CHECK(change["change"]["new"]["replicas"] == 5);

  operated.service->child().Signal(SIGKILL);
  operated.service->child().Wait();
  operated.service->Start();
  CHECK(operated.Becomes(5));
  const json page = operated.Sent("GET /api/v1/overrides");
  CHECK(page["total"] == 1);
  CHECK(page["overrides"][0]["author"] == "anna for Bob");
  CHECK(page["overrides"][0]["set_over"] == "api");
  CHECK(page["overrides"][0]["taken_up"] == true);

  const Ran listed = operated.Command({"override", "list"}, "reader");
  CHECK(listed.exit_code == 0);
  CHECK(listed.output.find("exactly 5 replicas") != std::string::npos);
  const Ran removed = operated.Command({"override", "remove", "drill"});
  INFO(removed.output);
  CHECK(removed.exit_code == 0);
  CHECK(operated.Becomes(3));
  CHECK(operated.service->Event("api_change").value()["change"]["old"]["replicas"] == 5);
  CHECK(operated.service->Event("api_change").value()["change"]["new"].is_null());
  CHECK(operated.Command({"override", "list"}).output == "no overrides\n");
  CHECK(operated.Command({"override", "remove", "drill"}).exit_code == 1);
  const std::string metrics = BodyOf(operated.Send("GET /metrics"));
  CHECK(metrics.find("loadline_http_changes_total{outcome=\"done\"} 1") != std::string::npos);
  CHECK(metrics.find("loadline_http_changes_total{outcome=\"refused\"} 1") != std::string::npos);
}

TEST_CASE("The server replays a policy on its own history, for an operator") {
  const Operated operated;
  CHECK(Ask(*operated.service).value == 3);
  REQUIRE(Eventually([&] { return json::parse(operated.service->Get("/readyz").body)["journal"]["stored"] >= 1; }));
  const std::string policy = operated.dir.Write("new.yaml", kPolicy);
  const std::vector<std::string> command = {"replay", "--object", "data/app",    "--policy",       policy,
                                            "--from", "-1h",      "--parameter", "pipeline=orders"};
  Ran ran;
  // The last decision is replayed once a tick has passed since.
  CHECK(Eventually([&] {
    ran = operated.Command(command);
    return ran.exit_code == 0;
  }));
  INFO(ran.output);
  CHECK(ran.output.find("data/app") != std::string::npos);
  CHECK(operated.Command(command, "reader").exit_code == 2);
}

TEST_CASE("An override ends by itself, and one that is to come is not in force before") {
  Operated operated;
  REQUIRE(operated.Becomes(3));
  const std::string whom = R"({"namespace": "data", "object": "app", "kind": "floor", "reason": "r", )";
  const std::string now = whom + R"("name": "now", "replicas": 8, )";
  operated.Sent("POST /api/v1/overrides", now + R"("for": "1h"})");
  operated.Sent("POST /api/v1/overrides", whom + R"("name": "later", "replicas": 20, "for": "1h", "from": ")" +
                                              FormatTimestamp(SystemClock().Now() + std::chrono::hours(1)) + "\"}");
  CHECK(operated.Becomes(8));
  // The same name again is the same override, which now ends soon.
  CHECK(operated.Sent("POST /api/v1/overrides", now + R"("for": "2s"})")["replaced"]["replicas"] == 8);
  CHECK(operated.Becomes(3));
  const json page = operated.Sent("GET /api/v1/overrides");
  REQUIRE(page["total"] == 1);
  CHECK(page["overrides"][0]["state"] == "to_come");
  // What ended a moment ago is still kept: other pods' clocks may be behind.
  CHECK(std::filesystem::exists(operated.dir / "data/overrides/now.yaml"));
}

TEST_CASE("Nobody but an operator sets or removes an override, however it is tried; and each try is in the log") {
  Operated operated;
  const std::string body = R"({"name": "x", "all": true, "kind": "pin", "replicas": 9, "for": "1h", "reason": "r"})";
  const std::string json_type = "Content-Type: application/json\r\n";
  const auto ask = [&](const std::string& first, const std::string& headers) {
    return StatusOf(testing::Ask(operated.port(), first, headers + json_type, body));
  };
  CHECK(ask("POST /api/v1/overrides", "") == 401);
  CHECK(ask("POST /api/v1/overrides", "Authorization: Bearer " + kReader + "\r\n") == 403);
  const json change = operated.service->Event("api_change").value();
  CHECK(change["outcome"] == "refused");
  CHECK(change["reason"] == "forbidden");
  CHECK(change["caller"] == "dash");
  CHECK(change["status"] == 403);
  CHECK(change["change"].is_null());
  const std::vector<std::string> no_tokens = {
      "Authorization: Basic " + kOperator + "\r\n",
      "Authorization: " + kOperator + "\r\n",
      "Authorization: Bearer" + kOperator + "\r\n",
      "Authorization: Bearer " + kOperator + "x\r\n",
      "Authorization: Bearer " + std::string(32, 'O') + "\r\n",
      "Authorization: Bearer anna\r\n",
      "Authorization: Bearer " + kOperator + "\r\nAuthorization: Bearer " + kReader + "\r\n",
      "Cookie: token=" + kOperator + "\r\n",
      "X-Forwarded-User: anna\r\n"};
  for (const std::string& headers : no_tokens) {
    CAPTURE(headers);
    CHECK(ask("POST /api/v1/overrides", headers) == 401);
  }
  const std::string reader = "Authorization: Bearer " + kReader + "\r\n";
  for (const std::string path :
       {"//api/v1/overrides", "/api//v1/overrides", "/api/v1/overrides/", "/api/v1/overrides/x", "/api/v1/%6fverrides",
        "/api/v1/overrides%2f", "/%61pi/v1/overrides", "/%2e/api/v1/overrides", "/api/v1/%2e%2e/v1/overrides",
        "/api/v1/validate/../overrides", "/api/v1/validate/%2e%2e/overrides", "/api/v1/validate%2f..%2foverrides",
        "/api/v1/overrides?path=/api/v1/validate", "/healthz/../api/v1/overrides", "/API/V1/OVERRIDES",
        "/api/v1/overrides%00", "/api/v1/overrides%00/validate", "/api/v1/overrides;/api/v1/validate"}) {
    CAPTURE(path);
    for (const std::string method : {"POST", "DELETE", "PUT", "PATCH"}) {
      const int with_none = ask(method + " " + path, "");
      CHECK((with_none == 401 || with_none == 400));
      const int with_reader = ask(method + " " + path, reader);
      CHECK((with_reader == 403 || with_reader == 400));
    }
  }
  CHECK(ask("GET /api/v1/overrides", reader + "X-HTTP-Method-Override: DELETE\r\n") == 200);
  CHECK(operated.Sent("GET /api/v1/overrides")["total"] == 0);
  // The scheme's case does not matter, as RFC 7235 has it.
  CHECK(ask("POST /api/v1/overrides", "authorization: bEARER " + kOperator + "\r\n") == 201);
  CHECK(operated.Sent("GET /api/v1/overrides")["overrides"][0]["author"] == "anna");
}

TEST_CASE("Without a file of tokens nobody sets an override, nor does one that is bad count") {
  const TempDir dir;
  dir.Write("policies/worker.yaml", kPolicy);
  dir.Write("data/overrides/spoiled.yaml", "kind: Override\nspec: [");
  Service service(dir, "http://127.0.0.1:1");
  const std::string answer = testing::Ask(std::stoi(service.http().substr(17)), "POST /api/v1/overrides", "",
                                          R"({"all": true, "kind": "hold", "for": "1h", "reason": "r"})");
  CHECK(StatusOf(answer) == 403);
  CHECK(answer.find("without http.tokensFile nothing can be changed over HTTP") != std::string::npos);
  CHECK(Ask(service).value == 3);
  CHECK(service.Get("/readyz").body.find("spoiled.yaml") != std::string::npos);
}

TEST_CASE("With Kubernetes an override is set through one pod and obeyed by another, and by one that is killed") {
  testing::FakeApiServer server;
  const TempDir config_dir;
  const std::string config = config_dir.Write(
      "kubeconfig",
      "{current-context: c, contexts: [{name: c, context: {cluster: c, namespace: loadline}}], clusters: [{name: c, "
      "cluster: {server: \"" +
          server.url() + "\"}}]}");
  const std::vector<std::string> options = {"--kubernetes.enabled=true", "--kubernetes.kubeconfig=" + config,
                                            "--set=kubernetes.sharedFrom=[platform]",
                                            "--set=kubernetes.namespaces=[data]"};
  Operated one(options);
  Operated other(options);
  REQUIRE(one.Becomes(3));
  REQUIRE(other.Becomes(3));
  const json set = one.Sent("POST /api/v1/overrides",
                            R"({"name": "x", "all": true, "kind": "pin", "replicas": 7, "for": "1h", "reason": "r"})");
  CHECK(set["kept_in"] == "ConfigMap loadline/loadline-overrides");
  CHECK(one.Becomes(7));
  CHECK(other.Becomes(7));
  CHECK_FALSE(std::filesystem::exists(one.dir / "data/overrides"));
  other.service->child().Signal(SIGKILL);
  other.service->child().Wait();
  other.service->Start();
  CHECK(other.Becomes(7));
  CHECK(other.Sent("DELETE /api/v1/overrides/x")["removed"]["author"] == "anna");
  CHECK(one.Becomes(3));
  CHECK(other.Becomes(3));
}

}  // namespace
}  // namespace loadline
