#include "kubernetes/configmap_policies.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <mutex>
#include <thread>

#include "support/eventually.h"
#include "support/fake_api_server.h"
#include "support/places.h"
#include "support/temp_dir.h"
#include "system/files.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::ApiRequest;
using testing::Eventually;
using testing::FakeApiServer;
using testing::StatusText;
using testing::TempDir;

constexpr auto kConfigMaps = "/api/v1/configmaps";
constexpr auto kLabel = "loadline.dev/policies";

std::string PolicyText(const std::string& name, const std::string& more = "", const std::string& spec = "") {
  return "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: " + name + more +
         " }\nspec:\n  replicas: { min: 1 }\n  signals: [ { name: lag, query: lag, perReplica: 10 } ]\n" + spec;
}

json ConfigMapJson(const std::string& object_namespace, const std::string& name, const json& data) {
  return {{"metadata", {{"namespace", object_namespace}, {"name", name}, {"labels", {{kLabel, "true"}}}}},
          {"data", data}};
}

// ConfigMaps that are followed by a thread.
class Followed {
 public:
  explicit Followed(const FakeApiServer& server, const std::string& data_dir = "",
                    std::vector<std::string> namespaces = {}, std::string own_namespace = "")
      : client_(MakeHttpClient({})),
        source_(MakeConfigMapPolicies(Options(server.url(), data_dir, std::move(namespaces), std::move(own_namespace)),
                                      *client_, SystemClock(), NoLog())),
        thread_([this](std::stop_token stop) {
          source_->Run(stop, [this](PolicySet set) {
            const std::lock_guard lock(mutex_);
            set_ = std::move(set);
            ++sets_;
          });
        }) {}

  PolicySet Set() {
    const std::lock_guard lock(mutex_);
    return set_;
  }
  int sets() {
    const std::lock_guard lock(mutex_);
    return sets_;
  }
  std::vector<WatchState> States() const { return source_->States(); }
  // "data/a shared": the policies in force.
  std::string Names() {
    std::vector<std::string> names;
    for (const auto& policy : Set().policies) names.push_back(PolicyId(policy->policy_namespace, policy->name));
    std::sort(names.begin(), names.end());
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : " ") + name;
    return all;
  }
  std::vector<std::string> Problems() {
    std::vector<std::string> problems;
    for (const PolicyProblem& each : Set().problems) {
      problems.push_back(FormatProblem(each.file, each.problem) + (each.last_good_in_force ? " (held)" : ""));
    }
    return problems;
  }
  void Becomes(const std::string& names) {
    const bool became = Eventually([&] { return sets() > 0 && Names() == names; });
    CAPTURE(Names(), Problems());
    CHECK(became);
  }

 private:
  static ConfigMapPoliciesOptions Options(const std::string& url, const std::string& data_dir,
                                          std::vector<std::string> namespaces, std::string own_namespace) {
    ConfigMapPoliciesOptions options;
    options.server = url;
    options.namespaces = std::move(namespaces);
    options.label = std::string(kLabel) + "=true";
    options.shared_from = {"loadline"};
    options.own_namespace = std::move(own_namespace);
    options.data_dir = data_dir;
    options.watch.first_pause = Duration(1);
    options.watch.longest_pause = Duration(20);
    return options;
  }

  std::unique_ptr<HttpClient> client_;
  std::mutex mutex_;
  PolicySet set_;
  int sets_ = 0;
  std::unique_ptr<ConfigMapPolicies> source_;
  std::jthread thread_;
};

TEST_CASE("Policies of ConfigMaps belong to their namespace and change at once") {
  FakeApiServer server;
  server.Put(kConfigMaps, ConfigMapJson("data", "one",
                                        {{"a.yaml", PolicyText("a") + "---\n" + PolicyText("b")}, {"note.txt", "?"}}));
  server.Put(kConfigMaps, ConfigMapJson("web", "two", {{"a.yml", PolicyText("a", ", namespace: web")}}));
  json unlabelled = ConfigMapJson("data", "three", {{"c.yaml", PolicyText("c")}});
  unlabelled["metadata"]["labels"][kLabel] = "false";
  server.Put(kConfigMaps, unlabelled);
  Followed followed(server);
  followed.Becomes("data/a data/b web/a");
  CHECK(followed.Problems().empty());
  server.Put(kConfigMaps, ConfigMapJson("data", "one", {{"a.yaml", PolicyText("a")}, {"c.yaml", PolicyText("c")}}));
  followed.Becomes("data/a data/c web/a");
  server.Delete(kConfigMaps, "web", "two");
  followed.Becomes("data/a data/c");
}

TEST_CASE("More than a MiB of policies is no more than several ConfigMaps") {
  FakeApiServer server;
  const std::string filler = "# " + std::string(100'000, 'x') + "\n";
  std::string expected;
  for (int i = 10; i < 30; ++i) {
    const std::string name = "p" + std::to_string(i);
    server.Put(kConfigMaps, ConfigMapJson("data", name, {{"a.yaml", filler + PolicyText(name)}}));
    expected += (expected.empty() ? "data/" : " data/") + name;
  }
  Followed followed(server);
  followed.Becomes(expected);
}

TEST_CASE("A ConfigMap decides nothing in other namespaces, nor is it in the way") {
  FakeApiServer server;
  server.Put(kConfigMaps, ConfigMapJson("data", "own", {{"a.yaml", PolicyText("a")}}));
  server.Put(kConfigMaps, ConfigMapJson("loadline", "shared",
                                        {{"s.yaml", PolicyText("s", "", "  allowedNamespaces: [\"*\"]\n")},
                                         {"w.yaml", PolicyText("w", ", namespace: web")},
                                         {"own.yaml", PolicyText("mine")}}));
  server.Put(kConfigMaps,
             ConfigMapJson("evil", "x",
                           {{"1.yaml", PolicyText("a", ", namespace: data")},
                            {"2.yaml", PolicyText("s", "", "  allowedNamespaces: [\"*\"]\n")},
                            {"3.ics", "BEGIN:VCALENDAR"},
                            {"4.yaml",
                             "apiVersion: loadline.dev/v1\nkind: Override\nmetadata: { name: o }\nspec: { all: true, "
                             "pin: 0, until: 2030-01-01T00:00:00Z, reason: r, author: a }\n"}}));
  Followed followed(server);
  followed.Becomes("data/a loadline/mine s web/w");
  CHECK(
      followed.Problems() ==
      std::vector<std::string>{
          "configmap/evil/x/3.ics:1:1: a ConfigMap of namespace evil holds documents of that namespace alone; found a "
          "Calendar, which is for all (what is for others is kept in a namespace of kubernetes.sharedFrom)",
          "configmap/evil/x/1.yaml:3:33: metadata.namespace: a ConfigMap of namespace evil holds documents of that "
          "namespace alone; found \"data\" (what is for others is kept in a namespace of kubernetes.sharedFrom)",
          "configmap/evil/x/2.yaml:7:22: spec.allowedNamespaces: a ConfigMap of namespace evil holds documents of that "
          "namespace alone; found a list (what is for others is kept in a namespace of kubernetes.sharedFrom)"});
  const PolicySet set = followed.Set();
  REQUIRE(set.overrides.size() == 1);  // for all of its own namespace
  CHECK(set.overrides[0]->object_namespace == "evil");
  CHECK_FALSE(set.overrides[0]->all);
}

// Overrides as the API writes them.
std::string OverrideText(const std::string& name, const std::string& metadata, const std::string& whom) {
  return "apiVersion: loadline.dev/v1\nkind: Override\nmetadata: { name: " + name + metadata + " }\nspec: { " + whom +
         ", pin: 2, until: 2030-01-01T00:00:00Z, reason: r }\n";
}

TEST_CASE("The ConfigMap of overrides may be for all in Loadline's own namespace, and in no tenant's") {
  FakeApiServer server;
  // Not even what is shared is from Loadline's own namespace ("loadline" is kubernetes.sharedFrom here).
  const json data = {{"all.yaml", OverrideText("all", "", "all: true")},
                     {"theirs.yaml", OverrideText("theirs", ", namespace: web", "object: app")},
                     {"policy.yaml", PolicyText("p", ", namespace: web")}};
  server.Put(kConfigMaps, ConfigMapJson("own", "loadline-overrides", data));
  server.Put(kConfigMaps, ConfigMapJson("own", "other", {{"other.yaml", OverrideText("other", "", "all: true")}}));
  server.Put(kConfigMaps, ConfigMapJson("tenant", "loadline-overrides", data));
  Followed followed(server, "", {}, "own");
  const auto whom = [&] {
    std::string all;
    std::vector<std::string> each_one;
    for (const auto& each : followed.Set().overrides)
      each_one.push_back(each->name + (each->all ? " for all" : " in " + each->object_namespace));
    std::sort(each_one.begin(), each_one.end());
    for (const std::string& each : each_one) all += (all.empty() ? "" : ", ") + each;
    return all;
  };
  const bool became = Eventually([&] { return followed.sets() > 0 && followed.Set().overrides.size() == 4; });
  CAPTURE(whom(), followed.Problems());
  CHECK(became);
  CHECK(whom() == "all for all, all in tenant, other in own, theirs in web");
  // As the OverrideStore keeps them: neither the tenant's, nor those of other ConfigMaps.
  std::vector<std::string> kept;
  for (const auto& each : followed.Set().kept_overrides) kept.push_back(PolicyId(each->object_namespace, each->name));
  std::sort(kept.begin(), kept.end());
  CHECK(kept == std::vector<std::string>{"all", "web/theirs"});
  CHECK(followed.Set().policies.empty());
  // Of the policies both are refused, and of the tenant's override for web.
  CHECK(followed.Problems().size() == 3);
}

TEST_CASE("The ConfigMap of overrides is read where its namespace is not among those that are watched") {
  FakeApiServer server;
  server.Put(kConfigMaps, ConfigMapJson("data", "one", {{"a.yaml", PolicyText("a")}}));
  server.Put(kConfigMaps,
             ConfigMapJson("own", "loadline-overrides", {{"all.yaml", OverrideText("all", "", "all: true")}}));
  Followed followed(server, "", {"data"}, "own");
  followed.Becomes("data/a");
  CHECK(Eventually([&] { return followed.Set().overrides.size() == 1; }));
  // It asks for that one alone.
  CHECK(server.Count([](const ApiRequest& each) {
    return each.path.find("/namespaces/own/") != std::string::npos &&
           (each.query.count("fieldSelector") == 0 ||
            each.query.at("fieldSelector") != "metadata.name=loadline-overrides");
  }) == 0);
  CHECK(server.Count([](const ApiRequest& each) { return each.query.count("fieldSelector") == 1; }) > 0);
}

TEST_CASE("A bad document leaves its last good version in force, over a restart, too") {
  FakeApiServer server;
  const TempDir dir;
  server.Put(kConfigMaps, ConfigMapJson("data", "one", {{"a.yaml", PolicyText("a")}}));
  {
    Followed followed(server, dir.path().string());
    followed.Becomes("data/a");
    server.Put(kConfigMaps, ConfigMapJson("data", "one", {{"a.yaml", PolicyText("a", "", "  wrong: 1\n")}}));
    REQUIRE(Eventually([&] { return followed.Problems().size() == 1; }));
    CHECK(followed.Problems()[0].ends_with("(held)"));
    followed.Becomes("data/a");
  }
  Followed after(server, dir.path().string());
  after.Becomes("data/a");
}

TEST_CASE("While the API server is away policies stay, over a restart, too") {
  FakeApiServer server;
  const TempDir dir;
  server.Put(kConfigMaps, ConfigMapJson("data", "one", {{"a.yaml", PolicyText("a")}}));
  const auto away = [](const ApiRequest&) { return StatusText(503, "ServiceUnavailable", "away"); };
  {
    Followed followed(server, dir.path().string());
    followed.Becomes("data/a");
    REQUIRE(Eventually([&] { return followed.States()[0].watching; }));
    server.SetFault(away);
    server.EndWatches(false);
    REQUIRE(Eventually([&] { return followed.States()[0].failures > 7; }));
    followed.Becomes("data/a");
    CHECK(followed.Set().unread.empty());
  }
  Followed after(server, dir.path().string());
  after.Becomes("data/a");
  CHECK(Eventually([&] {
    const auto problems = after.Problems();
    return problems.size() == 1 && problems[0].find("503") != std::string::npos && problems[0].ends_with("(held)");
  }));
  // What there was is known: a shared policy of the folder goes on, too.
  CHECK(after.Set().unread.empty());
  server.SetFault(nullptr);
  server.Put(kConfigMaps, ConfigMapJson("data", "one", {{"a.yaml", PolicyText("a")}, {"b.yaml", PolicyText("b")}}));
  after.Becomes("data/a data/b");
  CHECK(Eventually([&] { return after.Problems().empty(); }));
}

TEST_CASE("That there were no policies is kept over a restart, too") {
  FakeApiServer server;
  const TempDir dir;
  {
    Followed followed(server, dir.path().string());
    REQUIRE(Eventually([&] { return followed.sets() > 0; }));
  }
  server.SetFault([](const ApiRequest&) { return StatusText(503, "ServiceUnavailable", "away"); });
  Followed after(server, dir.path().string());
  REQUIRE(Eventually([&] { return after.sets() > 0; }));
  CHECK(after.Names().empty());
  CHECK(after.Set().unread.empty());
}

TEST_CASE("Before the first list nothing is said about policies") {
  FakeApiServer server;
  server.Put(kConfigMaps, ConfigMapJson("data", "one", {{"a.yaml", PolicyText("a")}}));
  server.SetFault([](const ApiRequest&) { return StatusText(503, "ServiceUnavailable", "away"); });
  Followed followed(server);
  REQUIRE(Eventually([&] { return followed.States()[0].failures > 3; }));
  CHECK(followed.sets() == 0);
  server.SetFault(nullptr);
  followed.Becomes("data/a");
}

TEST_CASE("A namespace that may not be read counts as unread, and the others apply") {
  FakeApiServer server;
  server.Put(kConfigMaps, ConfigMapJson("data", "one", {{"a.yaml", PolicyText("a")}}));
  server.Put(kConfigMaps, ConfigMapJson("web", "one", {{"a.yaml", PolicyText("a")}}));
  server.SetFault([](const ApiRequest& request) -> std::optional<std::string> {
    if (request.path.find("/web/") == std::string::npos) return std::nullopt;
    return StatusText(403, "Forbidden", "");
  });
  Followed followed(server, "", {"data", "web"});
  followed.Becomes("data/a");
  REQUIRE(Eventually([&] {
    const PolicySet set = followed.Set();
    return set.unread.size() == 1 && set.unread[0].why.starts_with("may not");
  }));
  CHECK(followed.Set().unread[0].pattern == "web");
  CHECK(
      followed.Problems() ==
      std::vector<std::string>{"ConfigMaps: the policies of ConfigMaps cannot be read: may not list configmaps in "
                               "namespace web: RBAC wants a Role with apiGroups [\"\"], resources [configmaps], verbs "
                               "[list] (held)"});
}

TEST_CASE("The example is a good policy of its ConfigMap") {
  FakeApiServer server;
  const std::string text = *ReadFile(std::string(testing::kSourceDir) + "/examples/kubernetes/policy.yaml", 1 << 20);
  server.Put(kConfigMaps, ConfigMapJson("data", "loadline-policies", {{"policy.yaml", text}}));
  Followed followed(server);
  followed.Becomes("data/orders-worker");
  CHECK(followed.Problems().empty());
}

TEST_CASE("An empty list is an answer: there are no policies") {
  FakeApiServer server;
  Followed followed(server);
  REQUIRE(Eventually([&] { return followed.sets() > 0; }));
  CHECK(followed.Names().empty());
  CHECK(followed.Set().unread.empty());
}

}  // namespace
}  // namespace loadline
