#include "kubernetes/kube_config.h"

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

namespace loadline {
namespace {

using testing::TempDir;

std::string Message(const Result<KubeConfig>& config) { return config ? "no error" : config.error().message; }

TEST_CASE("A pod knows its API server by its service account") {
  const TempDir dir;
  dir.Write("token", "secret");
  dir.Write("ca.crt", "PEM");
  dir.Write("namespace", "loadline\n");
  const Result<KubeConfig> config = InClusterConfig(dir.path().string(), "10.0.0.1", "443");
  REQUIRE(config.has_value());
  CHECK(config->server == "https://10.0.0.1:443");
  CHECK(config->own_namespace == "loadline");
  CHECK(config->http.bearer_token_file == dir / "token");
  CHECK(config->http.ca_file == dir / "ca.crt");
  CHECK(InClusterConfig(dir.path().string(), "fd00::1", "6443")->server == "https://[fd00::1]:6443");
}

TEST_CASE("What is no pod, or has no account, says so") {
  const TempDir dir;
  CHECK(Message(InClusterConfig(dir.path().string(), "", "")).starts_with("this is no pod"));
  CHECK(Message(InClusterConfig(dir.path().string(), "10.0.0.1", "443"))
            .starts_with("the service account is not mounted"));
}

TEST_CASE("A kubeconfig is read by its current context") {
  const TempDir dir;
  const std::string file = dir.Write("kube/config", R"(
apiVersion: v1
kind: Config
current-context: b
clusters:
- name: one
  cluster: { server: "https://one" }
- name: two
  cluster: { server: "https://two:6443/", certificate-authority: pki/ca.crt }
users:
- name: me
  user: { client-certificate-data: Y2VydA==, client-key-data: a2V5, tokenFile: /run/token }
contexts:
- name: a
  context: { cluster: one, user: me }
- name: b
  context: { cluster: two, user: me, namespace: data }
)");
  const Result<KubeConfig> config = ReadKubeConfig(file);
  INFO(Message(config));
  REQUIRE(config.has_value());
  CHECK(config->server == "https://two:6443");
  CHECK(config->own_namespace == "data");
  CHECK(config->http.ca_file == dir / "kube/pki/ca.crt");
  CHECK(config->http.certificate_pem == "cert");
  CHECK(config->http.key_pem == "key");
  CHECK(config->http.bearer_token_file == "/run/token");
  CHECK_FALSE(config->http.insecure_skip_verify);
}

TEST_CASE("A kubeconfig may be one line of JSON, with a token") {
  const TempDir dir;
  const auto config = ReadKubeConfig(dir.Write("config", R"({"current-context":"c","clusters":[{"name":"c","cluster":
    {"server":"https://c","insecure-skip-tls-verify":true,"certificate-authority-data":"UEVN"}}],
    "contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}],"users":[{"name":"u","user":{"token":"t"}}]})"));
  INFO(Message(config));
  REQUIRE(config.has_value());
  CHECK(config->own_namespace == "default");
  CHECK(config->http.insecure_skip_verify);
  CHECK(config->http.ca_pem == "PEM");
  CHECK(config->http.headers == std::vector<std::pair<std::string, std::string>>{{"Authorization", "Bearer t"}});
}

TEST_CASE("A kubeconfig that cannot be used says what and where") {
  const TempDir dir;
  auto with = [&](const std::string& cluster, const std::string& user) {
    const std::string file = dir.Write("config", "{current-context: c, clusters: [{name: c, cluster: {" + cluster +
                                                     "}}], contexts: [{name: c, context: {cluster: c, user: u}}], "
                                                     "users: [{name: u, user: {" +
                                                     user + "}}]}");
    return Message(ReadKubeConfig(file)).substr(file.size() + 2);
  };
  const std::string server = "server: \"https://c\"";
  CHECK(with(server, "exec: {command: aws}").starts_with("users.u.exec: programs that fetch credentials are not run"));
  CHECK(with(server, "auth-provider: {name: gcp}").starts_with("users.u.auth-provider: is not supported"));
  CHECK(with(server, "username: me, password: x").starts_with("users.u.username: Kubernetes knows no passwords"));
  CHECK(with(server, "client-certificate: a").starts_with("users.u: client-certificate and client-key go together"));
  CHECK(with(server, "client-key-data: \"?\"") == "users.u.client-key-data: is not base64");
  CHECK(with("server: c", "").starts_with("clusters.c.server: want an http:// or https:// URL; found \"c\""));
  CHECK(with(server + ", proxy-url: \"http://p\"", "") == "clusters.c.proxy-url: proxies are not supported");
  CHECK(with(server + ", tls-server-name: x", "").starts_with("clusters.c.tls-server-name: is not supported"));

  auto text = [&](const std::string& said) { return Message(ReadKubeConfig(dir.Write("other", said))); };
  CHECK(text("{}") == dir / "other" + ": current-context: is missing");
  CHECK(text("current-context: c") == dir / "other" + ": contexts: there is none of the name \"c\"");
  CHECK(text("[]") == dir / "other" + ": want a kubeconfig");
  CHECK(ReadKubeConfig(dir / "none").error().code == Code::kInvalidArgument);
}

TEST_CASE("A program that fetches credentials is read for who runs it") {
  const TempDir dir;
  const std::string file = dir.Write("config", R"(
current-context: c
contexts: [ { name: c, context: { cluster: c, user: u } } ]
clusters: [ { name: c, cluster: { server: "https://c" } } ]
users:
- name: u
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: bin/login
      args: [ get-token, --cluster, c ]
      env: [ { name: PROFILE, value: ops } ]
      installHint: get it from the platform team
      interactiveMode: Never
      provideClusterInfo: true
)");
  const auto config = ReadKubeConfigs({file}, "");
  INFO(Message(config));
  REQUIRE(config.has_value());
  REQUIRE(config->program.has_value());
  const ExecProgram& program = *config->program;
  CHECK(program.at == file + ": users.u.exec");
  CHECK(program.api_version == "client.authentication.k8s.io/v1");
  CHECK(program.run.program == dir / "bin/login");
  CHECK(program.run.arguments == std::vector<std::string>{"get-token", "--cluster", "c"});
  CHECK(program.run.environment == std::vector<std::pair<std::string, std::string>>{{"PROFILE", "ops"}});
  CHECK(program.install_hint == "get it from the platform team");
  CHECK(program.interactive == "Never");
  CHECK(program.wants_cluster);
}

TEST_CASE("Of several kubeconfigs the first that says something counts, and another context may be named") {
  const TempDir dir;
  const std::string first = dir.Write("one/config", R"({"current-context":"a",
    "contexts":[{"name":"a","context":{"cluster":"x","user":"u"}}],
    "users":[{"name":"u","user":{"tokenFile":"token"}}]})");
  const std::string second = dir.Write("two/config", R"({"current-context":"b",
    "contexts":[{"name":"a","context":{"cluster":"none"}},{"name":"b","context":{"cluster":"y","namespace":"ops"}}],
    "clusters":[{"name":"x","cluster":{"server":"https://x","certificate-authority":"ca.crt"}},
                {"name":"y","cluster":{"server":"https://y"}}],
    "users":[{"name":"u","user":{"token":"other"}}]})");
  const auto both = ReadKubeConfigs({first, second}, "");
  INFO(Message(both));
  REQUIRE(both.has_value());
  CHECK(both->context == "a");
  CHECK(both->server == "https://x");
  CHECK(both->http.bearer_token_file == dir / "one/token");
  CHECK(both->http.ca_file == dir / "two/ca.crt");
  CHECK(both->http.headers.empty());
  const auto named = ReadKubeConfigs({first, second}, "b");
  REQUIRE(named.has_value());
  CHECK(named->server == "https://y");
  CHECK(named->own_namespace == "ops");
  CHECK(ReadKubeConfigs({second, first}, "")->context == "b");
  CHECK(ReadKubeConfigs({dir.Write("empty", ""), first, second}, "")->context == "a");
  CHECK(Message(ReadKubeConfigs({first, second}, "c")) == first + ": contexts: there is none of the name \"c\"");
  CHECK(Message(ReadKubeConfigs({first}, "")) == first + ": clusters: there is none of the name \"x\"");
}

}  // namespace
}  // namespace loadline
