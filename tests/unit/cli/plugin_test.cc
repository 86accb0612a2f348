#include "cli/plugin.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

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

using Words = std::vector<std::string>;

TEST_CASE("Options that stand before the command are put behind it") {
  CHECK(OptionsBehindCommand({"-n", "shop", "explain", "web"}) == Words{"explain", "web", "-n", "shop"});
  CHECK(OptionsBehindCommand({"-nshop", "--context=prod", "--kube", "status", "--problems"}) ==
        Words{"status", "--problems", "-nshop", "--context=prod", "--kube"});
  CHECK(OptionsBehindCommand({"--kubeconfig", "f", "--namespace", "shop", "override", "list"}) ==
        Words{"override", "list", "--kubeconfig", "f", "--namespace", "shop"});
  for (const Words& as_it_is : {Words{}, Words{"status", "-n", "shop"}, Words{"--help"}, Words{"--version"},
                                Words{"-n"}, Words{"--nonsense", "status"}})
    CHECK(OptionsBehindCommand(as_it_is) == as_it_is);
}

TEST_CASE("The program's name is that by which it was called") {
  CHECK(ProgramName("/usr/bin/loadline") == "loadline");
  CHECK(ProgramName("kubectl-loadline") == "kubectl loadline");
  CHECK(ProgramName("/usr/local/bin/kubectl-loadline") == "kubectl loadline");
  CHECK(ProgramName("/opt/kubectl-loadline/loadline") == "loadline");
}

constexpr auto kService = R"({"items":[{"metadata":{"namespace":"ops","name":"loadline-http"},
  "spec":{"ports":[{"name":"http","port":8080}]}}]})";
const std::string kProxy = "/api/v1/namespaces/ops/services/loadline-http:http/proxy";

// The program as a plugin, its kubeconfig, and an API server: what it was asked, and what it answers of Loadline.
struct Plugin {
  explicit Plugin(std::function<std::string(const std::string& request)> answer)
      : api([answer = std::move(answer)](const std::string& request) {
          return request.starts_with("GET /api/v1/services?") ? HttpText(200, kService) : answer(request);
        }) {
    std::filesystem::create_symlink(testing::kLoadline, dir.path() / "kubectl-loadline");
    config = dir.Write("config",
                       json{{"current-context", "prod"},
                            {"contexts",
                             {{{"name", "prod"}, {"context", {{"cluster", "c"}, {"user", "u"}, {"namespace", "shop"}}}},
                              {{"name", "away"}, {"context", {{"cluster", "away"}}}}}},
                            {"clusters",
                             {{{"name", "c"}, {"cluster", {{"server", api.url()}}}},
                              {{"name", "away"}, {"cluster", {{"server", "http://127.0.0.1:1"}}}}}},
                            {"users", {{{"name", "u"}, {"user", {{"token", "kube-token"}}}}}}}
                           .dump());
  }

  Ran Run(const Words& arguments, const Words& environment = {}) const {
    Words line = {dir / "kubectl-loadline"};
    line.insert(line.end(), arguments.begin(), arguments.end());
    Words all = {"KUBECONFIG=" + config, "KUBERNETES_SERVICE_HOST="};
    all.insert(all.end(), environment.begin(), environment.end());
    return RunProgram(line, all);
  }

  // The requests' first lines, without what is the same in all.
  Words Asked() const {
    Words lines;
    for (const std::string& each : api.requests()) lines.push_back(each.substr(0, each.find(" HTTP/1.1")));
    return lines;
  }

  testing::TempDir dir;
  std::string config;
  FaultServer api;
};

const std::string kNone = R"({"total":0,"decisions":[]})";

TEST_CASE("The plugin finds Loadline's Service and asks it through the API server") {
  const Plugin plugin([](const std::string&) { return HttpText(200, kNone); });
  const Ran ran = plugin.Run({"explain", "--policy", "a/b c"});
  CHECK(ran.exit_code == 0);
  CHECK(plugin.Asked() == Words{"GET /api/v1/services?limit=500&labelSelector=app.kubernetes.io%2Fname%3Dloadline",
                                "GET " + kProxy + "/api/v1/decisions?limit=1000&policy=a%2Fb%20c"});
  for (const std::string& each : plugin.api.requests())
    CHECK_THAT(each, Catch::Contains("Authorization: Bearer kube-token\r\n"));
}

TEST_CASE("An object's namespace is the one that is said, else that of the kubeconfig's context") {
  const auto asked = [](const Words& arguments) {
    const Plugin plugin([](const std::string&) { return HttpText(200, kNone); });
    const Ran ran = plugin.Run(arguments);
    CAPTURE(ran.output);
    return plugin.Asked().back().substr(("GET " + kProxy).size());
  };
  const std::string page = "/api/v1/decisions?limit=1000";
  CHECK(asked({"explain", "web"}) == page + "&namespace=shop&name=web");
  CHECK(asked({"explain", "data/web"}) == page + "&namespace=data&name=web");
  CHECK(asked({"-n", "data", "explain", "web"}) == page + "&namespace=data&name=web");
  CHECK(asked({"explain", "web", "--namespace", "data"}) == page + "&namespace=data&name=web");
  CHECK(asked({"-n", "data", "explain"}) == page + "&namespace=data");
  CHECK(asked({"explain"}) == page);
  CHECK(asked({"history", "web", "--limit", "5"}) == "/api/v1/history?namespace=shop&name=web&limit=1000");
  const Plugin plugin([](const std::string&) { return HttpText(200, kNone); });
  CHECK(plugin.Run({"-n", "data", "explain", "shop/web"}).output ==
        "kubectl loadline explain: want a ScaledObject of namespace data (--namespace); found \"shop/web\"\n");
  CHECK(plugin.api.requests().empty());
}

TEST_CASE("Loadline's own token goes in a header of its own, and Authorization is the API server's") {
  const Plugin plugin([](const std::string&) { return HttpText(403, R"({"detail":"a reader"})"); });
  const std::string token = plugin.dir.Write("token", "loadline-token\n");
  const Ran ran = plugin.Run({"override", "set", "web", "--pin", "5", "--for", "1h", "--reason", "x", "--service",
                              "ops/loadline-http", "--token-file", token});
  CHECK(ran.exit_code == 1);
  CHECK(ran.output ==
        "kubectl loadline override: Service ops/loadline-http in context prod answered 403: a reader (--token-file)\n");
  REQUIRE(plugin.Asked() == Words{"POST " + kProxy + "/api/v1/overrides"});
  const std::string request = plugin.api.requests()[0];
  CHECK_THAT(request, Catch::Contains("Authorization: Bearer kube-token\r\n"));
  CHECK_THAT(request, Catch::Contains("X-Loadline-Token: loadline-token\r\n"));
  const json body = json::parse(request.substr(request.find("\r\n\r\n")));
  CHECK(body["namespace"] == "shop");
  CHECK(body["object"] == "web");
}

TEST_CASE("A file without a token, or with more than one, is told, and nobody is asked") {
  const Plugin plugin([](const std::string&) { return HttpText(200, kNone); });
  const auto told = [&](const std::string& text) {
    const std::string file = plugin.dir.Write("token", text);
    const std::string at = "kubectl loadline override: --token-file: " + file;
    for (const Words& way : {Words{"--service", "ops/loadline-http"}, Words{"--server", plugin.api.url()}}) {
      Words line = {"override", "list", "--token-file", file};
      line.insert(line.end(), way.begin(), way.end());
      const Ran ran = plugin.Run(line);
      CHECK(ran.exit_code == 2);
      REQUIRE_THAT(ran.output, Catch::StartsWith(at) && Catch::EndsWith("\n"));
      if (way.front() == "--server") return ran.output.substr(at.size());
    }
    return std::string();
  };
  CHECK(told("") == " is empty\n");
  CHECK(told(" \r\n") == " is empty\n");
  CHECK(told("one two") == " has more than a token in it\n");
  CHECK(told("one\ntwo\n") == " has more than a token in it\n");
  CHECK(told("a\x01z") == " has control characters in it\n");
  CHECK(told("a\x7fz") == " has control characters in it\n");
  for (const Words& way : {Words{"--service", "ops/loadline-http"}, Words{"--server", plugin.api.url()}}) {
    Words line = {"override", "list", "--token-file", plugin.dir / "none"};
    line.insert(line.end(), way.begin(), way.end());
    const Ran without = plugin.Run(line);
    CHECK(without.exit_code == 2);
    CHECK_THAT(without.output, Catch::StartsWith("kubectl loadline override: --token-file: "));
  }
  CHECK(plugin.api.requests().empty());
}

// Whoever may make a Service in some namespace may give it Loadline's label.
TEST_CASE("Loadline's token goes to no Service that was only found") {
  const Plugin plugin([](const std::string&) { return HttpText(200, kNone); });
  const Ran ran = plugin.Run({"explain", "--token-file", plugin.dir.Write("token", "loadline-token")});
  CHECK(ran.exit_code == 2);
  CHECK(ran.output ==
        "kubectl loadline explain: --token-file: a token goes only to a Service that you name; if the one that is "
        "labelled as Loadline's is yours: --service ops/loadline-http\n");
  CHECK(plugin.Asked() == Words{"GET /api/v1/services?limit=500&labelSelector=app.kubernetes.io%2Fname%3Dloadline"});
}

TEST_CASE("As whom the kubeconfig says, with each request") {
  Plugin plugin([](const std::string&) { return HttpText(200, kNone); });
  json config = json::parse(std::ifstream(plugin.config));
  config["users"][0]["user"]["as"] = "anna";
  config["users"][0]["user"]["as-groups"] = {"devs", "ops"};
  plugin.config = plugin.dir.Write("as-config", config.dump());
  CHECK(plugin.Run({"explain"}).exit_code == 0);
  REQUIRE(plugin.api.requests().size() == 2);
  for (const std::string& each : plugin.api.requests()) {
    CHECK_THAT(each, Catch::Contains("Authorization: Bearer kube-token\r\n"));
    CHECK_THAT(each, Catch::Contains("Impersonate-User: anna\r\n"));
    CHECK_THAT(each, Catch::Contains("Impersonate-Group: devs\r\nImpersonate-Group: ops\r\n"));
  }
}

TEST_CASE("An override of all is of all, and not of the context's namespace") {
  const Plugin plugin([](const std::string&) { return HttpText(403, "{}"); });
  (void)plugin.Run({"override", "set", "--all", "--hold", "--for", "1h", "--reason", "x"});
  const std::string request = plugin.api.requests().back();
  CHECK_FALSE(json::parse(request.substr(request.find("\r\n\r\n"))).contains("namespace"));
}

TEST_CASE("What is in the way is told, with what to do") {
  struct Case {
    int status;
    std::string message;
    std::string told;
  };
  const std::vector<Case> cases = {
      {401, "Unauthorized", "the API server does not know who asks (401) to get services/proxy in namespace ops"},
      {403, "no",
       "may not get services/proxy in namespace ops: RBAC wants a Role with apiGroups [\"\"], resources "
       "[services/proxy], verbs [get]"},
      {404, "services \"loadline-http\" not found", "there is no Service ops/loadline-http (--service)"},
      {503, "no endpoints available for service \"x\"",
       "no pod is ready behind port http of the Service ops/loadline-http"},
  };
  for (const auto& [status, message, told] : cases) {
    const json body = {{"kind", "Status"}, {"apiVersion", "v1"}, {"message", message}};
    const Plugin plugin([&](const std::string&) { return HttpText(status, body.dump()); });
    for (const Words& arguments : {Words{"explain"}, Words{"history", "web"}, Words{"override", "list"}}) {
      const Ran ran = plugin.Run(arguments);
      CHECK(ran.exit_code == 2);
      CHECK_THAT(ran.output, Catch::StartsWith("kubectl loadline " + arguments[0] + ": " + told));
    }
  }
}

TEST_CASE("explain --watch ends where asking again does not help") {
  const json body = {{"kind", "Status"}, {"apiVersion", "v1"}, {"message", "no"}};
  const Plugin plugin([&](const std::string&) { return HttpText(403, body.dump()); });
  CHECK(plugin.Run({"explain", "--watch"}).exit_code == 2);
}

TEST_CASE("Without an API server, or a kubeconfig, it is told which one was looked for") {
  const Plugin plugin([](const std::string&) { return HttpText(200, kNone); });
  const Ran away = plugin.Run({"--context", "away", "explain"});
  CHECK(away.exit_code == 2);
  CHECK(away.output ==
        "kubectl loadline explain: the API server does not answer: 127.0.0.1:1: connection refused, or not to be "
        "reached\n");
  CHECK(plugin.Run({"--context", "away", "--service", "ops/loadline-http", "explain"}).output ==
        "kubectl loadline explain: the API server of context away does not answer: 127.0.0.1:1: connection refused, or "
        "not to be "
        "reached\n");
  CHECK(plugin.Run({"--context", "none", "explain"}).output ==
        "kubectl loadline explain: " + plugin.config + ": contexts: there is none of the name \"none\"\n");
  const Ran none =
      plugin.Run({"explain"}, {"KUBECONFIG=" + (plugin.dir / "none"), "HOME=" + plugin.dir.path().string()});
  CHECK(none.exit_code == 2);
  CHECK_THAT(none.output, Catch::StartsWith("kubectl loadline explain: there is no kubeconfig"));
}

TEST_CASE("KUBECONFIG may name several files, of which some are not there; else it is ~/.kube/config") {
  const Plugin plugin([](const std::string&) { return HttpText(200, kNone); });
  const std::string context = plugin.dir.Write("context", R"({"current-context":"away"})");
  const Ran ran =
      plugin.Run({"explain"}, {"KUBECONFIG=" + (plugin.dir / "none") + ":" + context + "::" + plugin.config});
  CHECK_THAT(ran.output, Catch::Contains("127.0.0.1:1: connection refused"));
  const testing::TempDir home;
  std::filesystem::create_directory(home.path() / ".kube");
  std::filesystem::copy_file(plugin.config, home.path() / ".kube/config");
  CHECK(plugin.Run({"explain"}, {"KUBECONFIG=", "HOME=" + home.path().string()}).exit_code == 0);
}

TEST_CASE("A program of the kubeconfig fetches the token, and again where that has expired") {
  const json refused = {{"kind", "Status"}, {"apiVersion", "v1"}, {"message", "Unauthorized"}};
  Plugin plugin([&](const std::string& request) {
    return request.find("Bearer run-2\r\n") == std::string::npos ? HttpText(401, refused.dump()) : HttpText(200, kNone);
  });
  // It yields run-1, run-2, ...
  const std::string login = plugin.dir.Write("login", R"sh(echo x >>"$1"
printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"run-%s"}}' "$(grep -c x "$1")"
)sh");
  json config = json::parse(std::ifstream(plugin.config));
  config["users"][0]["user"] = {
      {"exec",
       {{"apiVersion", "client.authentication.k8s.io/v1"}, {"command", "sh"}, {"args", {login, plugin.dir / "runs"}}}}};
  plugin.config = plugin.dir.Write("exec-config", config.dump());
  const Ran ran = plugin.Run({"explain"});
  CHECK(ran.output.find("loadline") == std::string::npos);
  CHECK(ran.exit_code == 0);
  CHECK_THAT(plugin.api.requests().at(0), Catch::Contains("Authorization: Bearer run-1\r\n"));
  CHECK(plugin.api.requests().size() == 3);

  config["users"][0]["user"]["exec"] = {{"apiVersion", "client.authentication.k8s.io/v1"},
                                        {"command", "no-such-program"},
                                        {"installHint", "ask the platform team"}};
  plugin.config = plugin.dir.Write("none-config", config.dump());
  const Ran none = plugin.Run({"explain"});
  CHECK(none.exit_code == 2);
  CHECK(none.output == "kubectl loadline explain: " + plugin.config +
                           ": users.u.exec: no-such-program: No such file or directory; ask the platform team; without "
                           "it: kubectl port-forward, and --server\n");
}

TEST_CASE("The plugin goes straight to a --server, and the program through the cluster with an option of it") {
  const Plugin plugin([](const std::string&) { return HttpText(200, kNone); });
  CHECK(plugin.Run({"explain", "--server", plugin.api.url()}).exit_code == 0);
  CHECK(plugin.Asked().back() == "GET /api/v1/decisions?limit=1000");
  for (const Words& options : {Words{"--kube"}, Words{"--context", "prod"}, Words{"--kubeconfig", plugin.config},
                               Words{"--service", "ops/loadline-http"}}) {
    Words line = {testing::kLoadline, "explain"};
    line.insert(line.end(), options.begin(), options.end());
    CHECK(RunProgram(line, {"KUBECONFIG=" + plugin.config}).exit_code == 0);
    CHECK(plugin.Asked().back() == "GET " + kProxy + "/api/v1/decisions?limit=1000");
  }
  CHECK(RunProgram({testing::kLoadline, "explain", "--kube", "--server", plugin.api.url()}).exit_code == 2);
  CHECK(RunProgram({testing::kLoadline, "explain", "web", "--server", plugin.api.url()}).output ==
        "loadline explain: want NAMESPACE/NAME of a ScaledObject, or --namespace beside it; found \"web\"\n");
}

TEST_CASE("As a plugin its help says kubectl loadline") {
  const Plugin plugin([](const std::string&) { return std::string(); });
  CHECK_THAT(plugin.Run({"--help"}).output, Catch::Contains("Usage: kubectl loadline [OPTIONS] SUBCOMMAND\n"));
  const std::string help = plugin.Run({"explain", "--help"}).output;
  CHECK_THAT(help, Catch::Contains("Usage: kubectl loadline explain [OPTIONS] [BINDING]\n"));
  CHECK_THAT(help, Catch::Contains("\n  kubectl loadline explain data/orders-cdc --at 03:12\n"));
  CHECK(help.find("--kube ") == std::string::npos);
  CHECK_THAT(plugin.Run({"override", "set", "--help"}).output,
             Catch::Contains(" 'database migration' --service loadline/loadline-http --token-file t\n"));
  CHECK(help.find("\n  loadline ") == std::string::npos);
  CHECK_THAT(RunProgram({testing::kLoadline, "explain", "--help"}).output,
             Catch::Contains("\n  loadline explain data/orders-cdc --kube\n"));
}

}  // namespace
}  // namespace loadline
