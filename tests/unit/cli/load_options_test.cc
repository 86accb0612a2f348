#include "cli/load_options.h"

#include <catch2/catch.hpp>

#include "cli/reference.h"
#include "support/certificates.h"
#include "support/places.h"
#include "support/temp_dir.h"

namespace loadline {
namespace {

using testing::TempDir;

constexpr const char* kSource = "sources: { default: { url: 'http://prometheus:9090' } }\n";

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TEST_CASE("Flags come before variables, variables before the file, and all before defaults") {
  const TempDir dir;
  OptionInputs inputs;
  inputs.file =
      dir.Write("loadline.yaml", std::string(kSource) +
                                     "grpc: { listen: 'file:1', maxConnectionAge: 7m }\nhttp: { listen: 'file:2' }\n");
  inputs.environment = {"LOADLINE_GRPC_LISTEN=variable:1", "LOADLINE_TICK_INTERVAL=30s", "HOME=/root"};
  inputs.flags = {{"grpc.listen", "flag:1"}};
  const LoadedOptions loaded = LoadServeOptions(inputs);
  CHECK(Joined(loaded.problems) == "");
  CHECK(loaded.options.grpc.listen == "flag:1");
  CHECK(loaded.options.grpc.max_connection_age == std::chrono::minutes(7));
  CHECK(loaded.options.http.listen == "file:2");
  CHECK(loaded.options.tick.interval == std::chrono::seconds(30));
  CHECK(loaded.options.tick.delay == std::chrono::seconds(2));
}

TEST_CASE("Sources, lists and maps can be given by variables and flags") {
  OptionInputs inputs;
  inputs.environment = {"LOADLINE_SOURCES_DEFAULT_URL=http://a:9090", "LOADLINE_SOURCES_TEAM_A_URL=https://b",
                        "LOADLINE_SOURCES_TEAM_A_HEADERS={X-Scope-OrgID: a}", "LOADLINE_LOG_MODULES={sources: debug}"};
  inputs.flags = {
      {"sources.default.timeout", "3s"}, {"sources.team-a.allowedNamespaces", "[a, b-*]"}, {"log.level", "warn"}};
  const LoadedOptions loaded = LoadServeOptions(inputs);
  CHECK(Joined(loaded.problems) == "");
  REQUIRE(loaded.options.sources.size() == 2);
  CHECK(loaded.options.sources.at("default").url == "http://a:9090");
  CHECK(loaded.options.sources.at("default").timeout == std::chrono::seconds(3));
  CHECK(loaded.options.sources.at("team-a").headers.at("X-Scope-OrgID") == "a");
  CHECK(loaded.options.sources.at("team-a").allowed_namespaces == std::vector<std::string>{"a", "b-*"});
  CHECK(loaded.options.log.level == LogLevel::kWarn);
  CHECK(loaded.options.log.modules.at("sources") == LogLevel::kDebug);
}

TEST_CASE("Where overrides that are set over the API are kept") {
  const auto folder = [](const std::string& file) {
    const TempDir dir;
    OptionInputs inputs;
    inputs.file = dir.Write("loadline.yaml", std::string(kSource) + file);
    const LoadedOptions loaded = LoadServeOptions(inputs);
    CHECK(Joined(loaded.problems) == "");
    return OverrideFolderOf(loaded.options);
  };
  CHECK(folder("") == "");
  CHECK(folder("dataDir: /data") == "/data/overrides");
  CHECK(folder("dataDir: /data\noverrides: { path: /shared }") == "/shared");
  CHECK(folder("dataDir: /data\nkubernetes: { enabled: true }") == "");
  CHECK(folder("overrides: { path: /shared }\nkubernetes: { enabled: true }") == "/shared");
  CHECK(folder("dataDir: /data\nkubernetes: { enabled: true, policyLabel: '' }") == "/data/overrides");
  // Beside, and of a name that begins alike, is not within.
  CHECK(folder("policies: { path: /p }\noverrides: { path: /p-overrides }") == "/p-overrides");
}

TEST_CASE("What Kubernetes sets for a Service called loadline is passed over") {
  OptionInputs inputs;
  inputs.environment = {"LOADLINE_SOURCES_DEFAULT_URL=http://a:9090",
                        "LOADLINE_SERVICE_HOST=10.0.0.1",
                        "LOADLINE_SERVICE_PORT=50051",
                        "LOADLINE_SERVICE_PORT_GRPC=50051",
                        "LOADLINE_PORT=tcp://10.0.0.1:50051",
                        "LOADLINE_PORT_50051_TCP_ADDR=10.0.0.1",
                        "LOADLINE_HTTP_SERVICE_HOST=10.0.0.2",
                        "LOADLINE_HTTP_PORT_8080_TCP=tcp://10.0.0.2:8080"};
  CHECK(Joined(LoadServeOptions(inputs).problems) == "");
}

TEST_CASE("All problems are told at once: where, the rule, what was found, and what was probably meant") {
  const TempDir dir;
  OptionInputs inputs;
  inputs.file = dir.Write("loadline.yaml", "grpc: { listn: x }\ntick:\n  interval: fast\n  delay: 1s\n  delay: 2s\n");
  inputs.environment = {"LOADLINE_GRPC_LISTN=x", "LOADLINE_TICK_BUDGET=-1s"};
  inputs.flags = {{"htp.listen", "x"}, {"bindings.max", "0"}, {"log.level", "loud"}};
  const LoadedOptions loaded = LoadServeOptions(inputs);
  std::string problems = Joined(loaded.problems);
  for (std::size_t at; (at = problems.find(inputs.file)) != std::string::npos;)
    problems.replace(at, inputs.file.size(), "FILE");
  CHECK(problems ==
        "FILE:5:3: delay: a key may stand once in a map; found it again (the first is in line 4)\n"
        "LOADLINE_GRPC_LISTN: no option has this variable (did you mean LOADLINE_GRPC_LISTEN?)\n"
        "LOADLINE_TICK_BUDGET: tick.budget: want a duration from 100ms to 10m; found \"-1s\" (durations look like 90s, "
        "5m or 1h30m)\n"
        "--htp.listen: there is no such option (did you mean --http.listen?)\n"
        "--bindings.max: bindings.max: want a whole number from 1 to 10000000; found \"0\"\n"
        "--log.level: log.level: want debug, info, warn, error or off; found \"loud\"\n");
}

TEST_CASE("What does not go together is told") {
  struct Row {
    const char* yaml;
    const char* problem;
  };
  const std::vector<Row> rows = {
      {"{}", "sources: there is none to ask"},
      {"sources: { default: { url: 'prometheus:9090' } }",
       "sources.default.url: want an http:// or https:// URL; found \"prometheus:9090\""},
      {"sources: { default: { url: 'http://p', certificateFile: a } }", "certificateFile and keyFile go together"},
      {"sources: { default: { url: 'http://p', basicAuthUser: a } }",
       "basicAuthUser and basicAuthPasswordFile go together"},
      {"sources: { default: { url: 'http://p', basicAuthUser: a, basicAuthPasswordFile: b, bearerTokenFile: c } }",
       "found both"},
      {"sources: { 'Bad Name': { url: 'http://p' } }", "a name is 1 to 63 of a-z, 0-9 and -"},
      {"sources: { default: { url: 'http://p' } }\ngrpc: { tls: { keyFile: a } }",
       "grpc.tls: certificateFile and keyFile go together"},
      {"sources: { default: { url: 'http://p' } }\ngrpc: { tls: { clientCaFile: a } }",
       "grpc.tls.clientCaFile: needs certificateFile"},
      {"sources: { default: { url: 'http://p' } }\ngrpc: { tls: { allowedClientNames: [a] } }", "needs clientCaFile"},
      {"sources: { default: { url: 'http://p' } }\nhttp: { tls: { certificateFile: a } }",
       "http.tls: certificateFile and keyFile go together"},
      {"sources: { default: { url: 'http://p' } }\nhttp: { protectMetrics: true }",
       "http.protectMetrics: needs tokensFile"},
      {"sources: { default: { url: 'http://p' } }\nhttp: { grafana: 'javascript:alert(1)' }",
       "http.grafana: want an address that begins with https:// or http://; found javascript:alert(1)"},
      {"sources: { default: { url: 'http://p' } }\ntick: { budget: 20s }",
       "tick.budget: want at most tick.interval (15s)"},
      {"sources: { default: { url: 'http://p' } }\nforecasts: { lead: 20m }",
       "forecasts.lead: want at most forecasts.refit (10m)"},
      {"sources: { default: { url: 'http://p' } }\nlog: { modules: { grpc: debug } }",
       "log.modules.grpc: there is no such module"},
      {"sources: { default: { url: 'http://p' } }\npolicies: { path: /p/ }\noverrides: { path: /p/../p/a/o }",
       "overrides.path: /p/../p/a/o lies within policies.path, and would be read twice"},
      {"sources: { default: { url: 'http://p' } }\npolicies: { path: /p }\ndataDir: /p/data",
       "overrides.path: /p/data/overrides lies within policies.path"},
      {"sources: { default: { url: 'http://p' } }\npolicies: { path: '' }", "policies.path: is empty"},
      {"sources: { default: { url: 'http://p' } }\npolicies: { path: '' }\nkubernetes: { enabled: true, policyLabel: "
       "'' }",
       "policies.path: is empty"},
      {"sources: { default: { url: 'http://p' } }\nkubernetes: { enabled: true, policyLabel: 'a in (b)' }",
       "kubernetes.policyLabel: want LABEL=VALUE, such as loadline.dev/policies=true; found \"a in (b)\""},
      {"sources: { default: { url: 'http://p' } }\nkubernetes: { enabled: true, namespaces: ['team-*'] }",
       "kubernetes.namespaces: want names of namespaces; found \"team-*\""},
  };
  const TempDir dir;
  for (const Row& row : rows) {
    OptionInputs inputs;
    inputs.file = dir.Write("loadline.yaml", row.yaml);
    const LoadedOptions loaded = LoadServeOptions(inputs);
    CAPTURE(row.yaml, Joined(loaded.problems));
    REQUIRE(loaded.problems.size() == 1);
    CHECK(loaded.problems[0].find(row.problem) != std::string::npos);
  }
  OptionInputs inputs;
  inputs.file = dir / "none.yaml";
  CHECK(LoadServeOptions(inputs).problems.at(0).find("none.yaml") != std::string::npos);
}

TEST_CASE("The file with all options, and the references, are those of the declarations") {
  const std::string root = testing::kSourceDir;
  const std::string how = "make it anew: loadline reference config|options|policy; loadline schema";
  INFO(how);
  CHECK(testing::FileText(root + "/config/loadline.yaml") == OptionsAsYaml());
  CHECK(testing::FileText(root + "/docs/configuration.md") == OptionsAsMarkdown());
  CHECK(testing::FileText(root + "/docs/policy-reference.md") == PolicyAsMarkdown());
  CHECK(testing::FileText(root + "/config/policy.schema.json") == DocumentsAsSchema());
}

TEST_CASE("The example for Kubernetes is good") {
  OptionInputs inputs;
  inputs.file = std::string(testing::kSourceDir) + "/examples/kubernetes/loadline.yaml";
  const LoadedOptions loaded = LoadServeOptions(inputs);
  CHECK(Joined(loaded.problems) == "");
  CHECK(loaded.options.kubernetes.enabled);
}

TEST_CASE("The webhooks that their page shows are good, and variables set them, too") {
  const std::string page = testing::FileText(std::string(testing::kSourceDir) + "/docs/webhooks.md");
  const std::size_t begin = page.find("```yaml\n") + 8;
  const TempDir dir;
  OptionInputs inputs;
  inputs.file = dir.Write("loadline.yaml", kSource + page.substr(begin, page.find("```\n", begin) - begin));
  inputs.environment = {"LOADLINE_WEBHOOKS_ALERTS_GIVE_UP_AFTER=2h", "LOADLINE_WEBHOOKS_CHAT_EVENTS=[scaled]"};
  const LoadedOptions loaded = LoadServeOptions(inputs);
  CHECK(Joined(loaded.problems) == "");
  REQUIRE(loaded.options.webhooks.size() == 2);
  const WebhookOptions& alerts = loaded.options.webhooks.at("alerts");
  CHECK(alerts.events == std::vector{EventKind::kPolicy, EventKind::kSource, EventKind::kBinding});
  CHECK(alerts.format == MessageFormat::kCloudEvents);
  CHECK(alerts.give_up_after == std::chrono::hours(2));
  CHECK(loaded.options.webhooks.at("chat").template_text == "{\"text\": \"{{text}}\"}");
  CHECK(loaded.options.webhooks.at("chat").events == std::vector{EventKind::kScaled});
}

TEST_CASE("The file with all options says what holds without it") {
  OptionInputs inputs;
  inputs.file = std::string(testing::kSourceDir) + "/config/loadline.yaml";
  const LoadedOptions loaded = LoadServeOptions(inputs);
  CHECK(Joined(loaded.problems) == "");
  const ServeOptions defaults;
  CHECK(loaded.options.grpc.listen == defaults.grpc.listen);
  CHECK(loaded.options.grpc.max_connection_age == defaults.grpc.max_connection_age);
  CHECK(loaded.options.tick.interval == defaults.tick.interval);
  CHECK(loaded.options.tick.budget == defaults.tick.budget);
  CHECK(loaded.options.bindings.max == defaults.bindings.max);
  CHECK(loaded.options.sources.at("default").timeout == SourceOptions().timeout);
  CHECK(loaded.options.data_dir == defaults.data_dir);
}

}  // namespace
}  // namespace loadline
