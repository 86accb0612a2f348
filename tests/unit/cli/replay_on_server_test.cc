// `loadline replay` on a running server, one of several behind a Service.
#include <atomic>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/fault_server.h"
#include "support/places.h"
#include "support/raw_http.h"
#include "support/temp_dir.h"
#include "unit/cli/replayed.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::BodyOf;
using testing::FaultServer;
using testing::HttpText;
using testing::Policy;
using testing::Ran;
using testing::RunProgram;
using testing::TempDir;

// A Service with two pods: every other answer is that of the one that has no such replay.
class TwoPods {
 public:
  explicit TwoPods(json over) : over_(std::move(over)) {}

  std::string Answer(const std::string& request) {
    if (request.starts_with("POST")) return HttpText(202, R"({"id": "7b0c", "state": "waiting"})");
    if (asked_++ % 2 == 0) return HttpText(404, R"({"detail": "this pod has no replay 7b0c"})");
    if (request.find("?as=text") != std::string::npos) return HttpText(200, "in words\n", "text/plain");
    if (request.find("?as=page") != std::string::npos) return HttpText(200, "<html>", "text/html");
    if (asked_ < 4) return HttpText(200, R"({"state": "running", "doing": "replayed", "done": 1, "of": 9})");
    return HttpText(200, over_.dump());
  }

 private:
  const json over_;
  std::atomic<int> asked_{0};
};

struct Asked {
  explicit Asked(std::vector<std::string> arguments,
                 json over = {{"state", "done"}, {"result", {{"object", "shop/web"}}}, {"error", nullptr}}) {
    TwoPods pods(std::move(over));
    const FaultServer server([&](const std::string& request) { return pods.Answer(request); });
    arguments.insert(arguments.begin(), {testing::kLoadline, "replay", "--server", server.url(), "--token-file",
                                         dir.Write("token", "secret\n"), "--policy", dir.Write("web.yaml", kOne)});
    for (std::string& each : arguments) {
      if (each == "PAGE") each = dir / "page.html";
      if (each == "SEVERAL#b")
        each = dir.Write("several.yaml", Policy("a", kSpec) + "---\n" + Policy("b", kSpec)) + "#b";
    }
    ran = RunProgram(arguments);
    for (const std::string& each : server.requests()) {
      if (!each.starts_with("POST")) continue;
      body = json::parse(each.substr(each.find("\r\n\r\n") + 4));
      post = each;
    }
  }

  static constexpr char kSpec[] =
      "  replicas: { min: 1, max: 5 }\n  signals: [ { name: requests, query: load, perReplica: 10 } ]\n";
  const std::string kOne = Policy("web", kSpec);
  TempDir dir;
  Ran ran;
  std::string post;
  json body;
};

TEST_CASE("A server is asked with what was said and no more, and its words are printed") {
  const Asked asked(
      {"--object", "shop/web", "--from", "-1d", "--capacity", "50", "--parameter", "a=b", "--html", "PAGE"});
  INFO(asked.ran.output);
  CHECK(asked.ran.exit_code == 0);
  CHECK(asked.ran.output == "in words\n");
  CHECK(testing::Read(asked.dir / "page.html") == "<html>");
  CHECK(asked.post.starts_with("POST /api/v1/replays HTTP/1.1\r\n"));
  CHECK_THAT(asked.post, Catch::Contains("Authorization: Bearer secret\r\n"));
  CHECK(asked.body == json{{"namespace", "shop"},
                           {"name", "web"},
                           {"policies", {asked.kOne}},
                           {"from", "-1d"},
                           {"history", "journal"},
                           {"parameters", {{"a", "b"}}},
                           {"capacity", 50.0},
                           {"polling", "30s"},
                           {"cooldown", "5m"},
                           {"sync", "15s"}});
}

TEST_CASE("Of a file with several policies the named one is sent; the result may be JSON; sources may be asked") {
  const Asked asked({"-n", "shop", "--object", "web", "--policy", "SEVERAL#b", "-o", "json", "--server-sources",
                     "--from", "-1h", "--tick", "60", "--open-loop", "--min", "2"});
  INFO(asked.ran.output);
  CHECK(asked.ran.exit_code == 0);
  CHECK(json::parse(asked.ran.output) == json{{"object", "shop/web"}});
  CHECK(asked.body["policies"][1].get<std::string>() == "---\n" + Policy("b", Asked::kSpec));
  CHECK(asked.body["history"] == "sources");
  CHECK(asked.body["tick"] == "1m");
  CHECK(asked.body["open_loop"] == true);
  CHECK(asked.body["min"] == 2);
}

TEST_CASE("What the server could not replay is said, with the exit code of a replay here") {
  const auto failed = [](const char* code) {
    return json{{"state", "failed"}, {"error", {{"code", code}, {"message", "there is nothing of web"}}}};
  };
  const Asked no_data({"--object", "shop/web"}, failed("FAILED_PRECONDITION"));
  CHECK(no_data.ran.exit_code == 1);
  CHECK(no_data.ran.output == "loadline replay: there is nothing of web\n");
  CHECK(Asked({"--object", "shop/web"}, failed("INVALID_ARGUMENT")).ran.exit_code == 2);
}

TEST_CASE("What a server is not asked is refused before it is") {
  const auto refused = [](std::vector<std::string> arguments) {
    const Asked asked(std::move(arguments));
    CHECK(asked.ran.exit_code == 2);
    CHECK(asked.post.empty());
    return asked.ran.output;
  };
  CHECK_THAT(refused({}), Catch::Contains("--object: want whose history it is"));
  CHECK_THAT(refused({"--object", "web"}), Catch::Contains("web"));
  CHECK_THAT(refused({"--object", "shop/web", "--refit", "5m"}), Catch::Contains("the server's own"));
  CHECK_THAT(refused({"--object", "shop/web", "--with", "x.ics"}), Catch::Contains("--with"));
  CHECK_THAT(refused({"--object", "shop/web", "--policy", "SEVERAL#b", "--policy", "none.yaml"}),
             Catch::Contains("none.yaml"));
  CHECK_THAT(refused({"--object", "shop/web", "--prometheus", "http://x"}), Catch::Contains("excludes"));
}

}  // namespace
}  // namespace loadline
