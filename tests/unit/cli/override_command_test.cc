#include <algorithm>
#include <catch2/catch.hpp>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/fault_server.h"
#include "support/places.h"
#include "support/temp_dir.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::FaultServer;
using testing::HttpText;
using testing::Ran;
using testing::RunProgram;

constexpr auto kSet = R"json({"name": "drill", "namespace": "data", "object": "app", "policy": null, "all": false,
  "kind": "pin", "replicas": 5, "from": null, "until": "2020-11-24T18:00:00.000Z", "reason": "a drill",
  "author": "anna", "state": "in_force", "set_over": "api", "taken_up": false, "bindings": 7,
  "matches": ["data/app (a)", "data/app (b)", "data/app (c)", "data/app (d)", "data/app (e)", "data/app (f)"],
  "kept_in": "ConfigMap loadline/loadline-overrides", "replaced": null, "warnings": ["a warning"]
})json";

// What the command says to a server that answers so, and what it asked.
struct Asked {
  Asked(const std::vector<std::string>& arguments, int status, const std::string& answer) {
    std::mutex mutex;
    const FaultServer server([&](const std::string& text) {
      const std::lock_guard lock(mutex);
      request = text;
      return HttpText(status, answer);
    });
    const testing::TempDir dir;
    std::vector<std::string> command = {testing::kLoadline, "override"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    command.insert(command.end(), {"--server", server.url(), "--token-file", dir.Write("token", "secret-token\n")});
    ran = RunProgram(command);
    const std::lock_guard lock(mutex);
    first_line = request.substr(0, request.find("\r\n"));
    body = json::parse(request.substr(std::min(request.find("\r\n\r\n"), request.size() - 4) + 4), nullptr, false);
  }

  Ran ran;
  std::string request = "    ";
  std::string first_line;
  json body;
};

TEST_CASE("override set asks the server with the token, and says what will be in force") {
  const Asked asked({"set", "data/app", "--pin", "5", "--for", "2h", "--reason", "a drill", "--author", "Bob"}, 201,
                    kSet);
  CHECK(asked.first_line == "POST /api/v1/overrides HTTP/1.1");
  CHECK_THAT(asked.request, Catch::Contains("Authorization: Bearer secret-token\r\n"));
  CHECK_THAT(asked.request, Catch::Contains("Content-Type: application/json\r\n"));
  CHECK(asked.body == json{{"namespace", "data"},
                           {"object", "app"},
                           {"kind", "pin"},
                           {"replicas", 5},
                           {"for", "2h"},
                           {"reason", "a drill"},
                           {"author", "Bob"}});
  CHECK(asked.ran.exit_code == 0);
  CHECK(asked.ran.output ==
        "override drill: data/app: exactly 5 replicas\n"
        "  from     now on\n"
        "  until    2020-11-24T18:00:00Z\n"
        "  why      a drill\n"
        "  by       anna\n"
        "  matches  7 bindings: data/app (a), data/app (b), data/app (c), data/app (d), data/app (e) and 2 more\n"
        "  kept in  ConfigMap loadline/loadline-overrides\n"
        "  replicas.min, replicas.max and budgets of the policies hold all the same\n"
        "warning: a warning\n");
}

TEST_CASE("override set: every kind, end and target") {
  const auto body = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "set");
    arguments.insert(arguments.end(), {"--reason", "r"});
    json asked = Asked(arguments, 200, kSet).body;
    asked.erase("reason");
    return asked;
  };
  CHECK(body({"--all", "--hold", "--for", "30m"}) == json{{"all", true}, {"kind", "hold"}, {"for", "30m"}});
  CHECK(body({"--policy", "p", "-n", "data", "--floor", "2", "--until", "T", "--from", "F", "--name", "x"}) ==
        json{{"policy", "p"},
             {"namespace", "data"},
             {"kind", "floor"},
             {"replicas", 2},
             {"until", "T"},
             {"from", "F"},
             {"name", "x"}});
  CHECK(body({"data/app", "--ceiling", "0", "--for", "1h"}) ==
        json{{"namespace", "data"}, {"object", "app"}, {"kind", "ceiling"}, {"replicas", 0}, {"for", "1h"}});
}

TEST_CASE("override set without a reason, an end or a kind asks nobody") {
  const std::vector<std::vector<std::string>> lines = {
      {"set", "data/app", "--pin", "5", "--for", "2h"},
      {"set", "data/app", "--pin", "5", "--reason", "r"},
      {"set", "data/app", "--for", "2h", "--reason", "r"},
      {"set", "data/app", "--pin", "5", "--hold", "--for", "2h", "--reason", "r"},
      {"set", "data/app", "--pin", "5", "--for", "2h", "--until", "T", "--reason", "r"},
      {"remove"},
      {}};
  for (const auto& line : lines) {
    const Asked asked(line, 201, kSet);
    CHECK(asked.ran.exit_code == 2);
    CHECK(asked.first_line == "    ");
  }
}

TEST_CASE("override list is a line each, and says what may be missing") {
  const std::string page = R"({"total": 2, "kept_in": "x", "problem": "the API server is away", "overrides": [)" +
                           std::string(kSet) + R"(, {"name": "all", "namespace": null, "object": null, "policy": "p",
      "all": false, "kind": "hold", "replicas": null, "from": "2020-11-24T06:00:00.000Z",
      "until": "2020-11-24T18:00:00.000Z", "reason": "r", "author": null, "state": "to_come", "set_over": "document",
      "taken_up": true, "bindings": 0, "matches": []}]})";
  const Asked asked({"list"}, 200, page);
  CHECK(asked.first_line == "GET /api/v1/overrides HTTP/1.1");
  CHECK(asked.ran.exit_code == 0);
  CHECK(asked.ran.output ==
        "NAME   FOR       WHAT                    STATE     FROM                  UNTIL                 SET       "
        "BINDINGS  BY    WHY\n"
        "drill  data/app  exactly 5 replicas      in force  -                     2020-11-24T18:00:00Z  api       7    "
        "     anna  a drill\n"
        "all    policy p  what is observed stays  to come   2020-11-24T06:00:00Z  2020-11-24T18:00:00Z  document  0    "
        "     -     r\n"
        "not all may be shown: the API server is away\n");
  CHECK(json::parse(Asked({"list", "-o", "json"}, 200, page).ran.output)["total"] == 2);
}

TEST_CASE("override remove names what it was") {
  const Asked asked({"remove", "a/../b"}, 200, R"({"kept_in": "x", "removed": )" + std::string(kSet) + "}");
  CHECK(asked.first_line == "DELETE /api/v1/overrides/a%2F..%2Fb HTTP/1.1");
  CHECK(asked.ran.output == "override drill is removed: data/app: exactly 5 replicas (by anna: a drill)\n");
}

TEST_CASE("What the server refuses is 1, that it cannot be asked is 2, each with why") {
  const auto problem = [](int status, const std::string& detail) {
    return Asked({"remove", "x"}, status, json{{"detail", detail}}.dump()).ran;
  };
  for (const int status : {400, 401, 403, 404, 409}) {
    const Ran ran = problem(status, "because");
    CHECK(ran.exit_code == 1);
    CHECK_THAT(ran.output, Catch::Contains("answered " + std::to_string(status) + ": because"));
    CHECK((ran.output.find("(--token-file)") != std::string::npos) == (status == 401 || status == 403));
    CHECK(ran.output.find("secret-token") == std::string::npos);
  }
  CHECK(problem(503, "away").exit_code == 2);
  CHECK(Asked({"list"}, 200, R"({"overrides": [1]})").ran.exit_code == 2);
  CHECK(Asked({"remove", "x"}, 200, "[]").ran.exit_code == 2);
}

}  // namespace
}  // namespace loadline
