#include "kubernetes/exec_credential.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/temp_dir.h"

namespace loadline {
namespace {

using nlohmann::json;

ExecProgram Saying(const std::string& script) {
  ExecProgram program;
  program.at = "config: users.me.exec";
  program.api_version = "client.authentication.k8s.io/v1";
  program.run = {"sh", {"-c", script}, {}};
  program.interactive = "Never";
  return program;
}

std::string Answer(const json& status) {
  return "printf %s '" + json{{"kind", "ExecCredential"}, {"status", status}}.dump() + "'";
}

std::string Refusal(const ExecProgram& program) {
  HttpClientOptions http;
  const Status fetched = FetchCredential(program, "https://c", http);
  if (fetched) return "none";
  CHECK(fetched.error().code == Code::kFailedPrecondition);
  return fetched.error().message;
}

TEST_CASE("A program yields a token, or a certificate, in the place of the one before") {
  HttpClientOptions http;
  REQUIRE(FetchCredential(Saying(Answer({{"token", "one"}})), "https://c", http));
  REQUIRE(FetchCredential(Saying(Answer({{"token", "two"}})), "https://c", http));
  CHECK(http.headers == std::vector<std::pair<std::string, std::string>>{{"Authorization", "Bearer two"}});
  REQUIRE(FetchCredential(Saying(Answer({{"clientCertificateData", "CERT"}, {"clientKeyData", "KEY"}})), "https://c",
                          http));
  CHECK(http.headers.empty());
  CHECK(http.certificate_pem == "CERT");
  CHECK(http.key_pem == "KEY");
}

TEST_CASE("A program is told what kubectl would tell it") {
  const testing::TempDir dir;
  ExecProgram program =
      Saying("printf %s \"$KUBERNETES_EXEC_INFO\" >'" + (dir / "told") + "'; " + Answer({{"token", "t"}}));
  HttpClientOptions http;
  http.ca_file = dir.Write("ca.crt", "PEM");
  const auto told = [&] {
    REQUIRE(FetchCredential(program, "https://c", http));
    return json::parse(std::ifstream(dir / "told"));
  };
  CHECK(told() == json{{"kind", "ExecCredential"},
                       {"apiVersion", "client.authentication.k8s.io/v1"},
                       {"spec", {{"interactive", false}}}});
  program.wants_cluster = true;
  CHECK(told()["spec"]["cluster"] ==
        json{{"server", "https://c"}, {"insecure-skip-tls-verify", false}, {"certificate-authority-data", "UEVN"}});
}

TEST_CASE("A program that yields nothing that is of use is named, with the way out, and without what it said") {
  const std::string way_out = "; without it: kubectl port-forward, and --server";
  CHECK(Refusal(Saying("exit 1")) == "config: users.me.exec: sh: ended with exit code 1" + way_out);
  CHECK(Refusal(Saying("echo secret")) == "config: users.me.exec: sh: what it says is no ExecCredential" + way_out);
  CHECK(Refusal(Saying(Answer(json::object()))) ==
        "config: users.me.exec: sh: it yields neither a token nor a certificate" + way_out);
  CHECK(Refusal(Saying(Answer({{"clientKeyData", "KEY"}}))) ==
        "config: users.me.exec: sh: clientCertificateData and clientKeyData go together; it yields only one" + way_out);
  CHECK(Refusal(Saying(Answer({{"token", "a\r\nX-Other: b"}}))) ==
        "config: users.me.exec: sh: its token has several lines" + way_out);
  ExecProgram none = Saying("");
  none.run.program = "no-such-program";
  none.install_hint = "ask the platform team";
  CHECK(Refusal(none) ==
        "config: users.me.exec: no-such-program: No such file or directory; ask the platform team" + way_out);
}

}  // namespace
}  // namespace loadline
