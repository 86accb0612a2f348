// The HTTP port with all its pages.
#ifndef LOADLINE_TESTS_UNIT_API_SERVED_ADMIN_H_
#define LOADLINE_TESTS_UNIT_API_SERVED_ADMIN_H_

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/admin_api.h"
#include "api/keda_mapping.h"
#include "sources/override_folder.h"
#include "support/fake_controller.h"
#include "support/policy_builder.h"
#include "support/temp_dir.h"
#include "system/http_client.h"

namespace loadline::testing {

class FakeKeda : public KedaServer {
 public:
  Result<int> Start() override { return 1; }
  bool serving() const override { return is_serving; }
  std::size_t open_streams() const override { return 3; }
  void Stop(Duration) override {}

  bool is_serving = true;
};

inline constexpr std::string_view kLag =
    "parameters: { pipeline: { pattern: '[a-z]+' } }\nsignals: [ { name: lag, query: lag, perReplica: 1 } ]";

class FakeSink : public DecisionSink {
 public:
  void Take(MadeDecision) override {}
  void TakePolicies(const std::vector<std::shared_ptr<const Policy>>&) override {}
  JournalState State() const override { return state; }

  JournalState state;
};

struct FixedPolicies : PolicySource {
  explicit FixedPolicies(PolicySet policies) : set(std::move(policies)) {}
  void Run(std::stop_token, const std::function<void(PolicySet)>& on_change) override { on_change(set); }

  PolicySet set;
};

// A server with all pages, over a controller and a journal that are not real.
struct Admin {
  explicit Admin(std::string_view spec = kLag, PolicySet policies = {}, DecisionJournal* history = nullptr,
                 const ClusterWatch* cluster = nullptr)
      : source{std::move(policies)}, controller(std::make_shared<Policy>(MakePolicy(spec)), EncodeAnswer) {
    controller.state.policies_read = true;
    controller.state.policies = 1;
    controller.state.sources = {{"default", "http://prom:9090", false, "prom:9090: connection refused", {}}};
    controller.state.problems = {
        {"a.yaml", {{3, 9}, "spec.x", "no such field", "", "did you mean y?", Severity::kError}, "data", "bad", true}};
    // What the source hands over at once.
    shelf.Run({}, [](const PolicySet&) {});
    HttpServerOptions options;
    options.address = "127.0.0.1:0";
    server = MakeHttpServer(options);
    AdminSources sources{controller, instruments, keda, shelf, nullptr, &journal};
    sources.access = &access;
    sources.history = history;
    sources.cluster = cluster;
    events = std::make_unique<DecisionEvents>(nullptr, *server);
    sources.events = events.get();
    sources.overrides = &overrides;
    sources.replays = &replays;
    MountAdminApi(*server, sources);
    port = *server->Start();
  }
  HttpResponse Get(const std::string& path, const std::string& body = "") const { return Send(path, body, ""); }
  // `method`: where it is another one than GET, or POST with a body.
  HttpResponse Send(const std::string& path, const std::string& body, const std::string& method) const {
    const std::string url = "http://127.0.0.1:" + std::to_string(port) + path;
    const auto response = MakeHttpClient({})->SendAll({{url, body, Duration(10'000), "", method}}, Duration(10'000))[0];
    REQUIRE(response);
    return *response;
  }
  std::shared_ptr<Binding> Bind(const std::string& name, const std::string& pipeline) {
    const std::vector<std::pair<std::string_view, std::string_view>> metadata = {
        {"policy", "test"}, {"pipeline", pipeline}, {"passwordFromEnv", "hunter2"}};
    return controller.Find({"data", name, metadata});
  }

  // What the source hands over from now on.
  void Read(PolicySet set) {
    source.set = std::move(set);
    shelf.Run({}, [](const PolicySet&) {});
  }

  TempDir dir;
  FixedPolicies source;
  PolicyShelf shelf{source};
  std::unique_ptr<OverrideStore> store = MakeOverrideFolder(dir / "overrides");
  OverrideDesk overrides{store.get(), shelf, SystemClock(), NoLog()};
  ReplayJobs replays{SystemClock()};
  Instruments instruments;
  FakeController controller;
  FakeKeda keda;
  FakeSink journal;
  Access access{{}, SystemClock(), NoLog()};
  std::unique_ptr<HttpServer> server;
  std::unique_ptr<DecisionEvents> events;
  int port = 0;
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_API_SERVED_ADMIN_H_
