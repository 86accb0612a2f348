#include "kubernetes/exec_credential.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/base64.h"
#include "base/control_characters.h"
#include "base/text.h"
#include "kubernetes/json_reading.h"
#include "system/files.h"

namespace loadline {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 1 << 20;
constexpr char kWayOut[] = "; without it: kubectl port-forward, and --server";

// What it is told: KUBERNETES_EXEC_INFO.
Result<std::string> QuestionOf(const ExecProgram& program, const std::string& server, const HttpClientOptions& http) {
  json spec = {{"interactive", program.run.may_ask}};
  if (program.wants_cluster) {
    std::string authorities = http.ca_pem;
    if (authorities.empty() && !http.ca_file.empty()) {
      Result<std::string> read = ReadFile(http.ca_file, kMostBytes);
      if (!read) return Fail(Code::kFailedPrecondition, read.error().message);
      authorities = *std::move(read);
    }
    spec["cluster"] = {{"server", server}, {"insecure-skip-tls-verify", http.insecure_skip_verify}};
    if (!authorities.empty()) spec["cluster"]["certificate-authority-data"] = EncodeBase64(authorities);
  }
  const json question = {{"kind", "ExecCredential"}, {"apiVersion", program.api_version}, {"spec", spec}};
  return question.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

Status TakeCredential(const std::string& said, const std::string& api_version, HttpClientOptions& http) {
  const json answer = json::parse(said, nullptr, false);
  if (TextIn(answer, "kind") != "ExecCredential")
    return Fail(Code::kFailedPrecondition, "what it says is no ExecCredential");
  if (TextIn(answer, "apiVersion") != api_version) {
    return Fail(Code::kFailedPrecondition,
                fmt::format("it was asked for {}, and answers another apiVersion", api_version));
  }
  const json& status = MapIn(answer, "status");
  const std::string token = TextIn(status, "token");
  http.certificate_pem = TextIn(status, "clientCertificateData");
  http.key_pem = TextIn(status, "clientKeyData");
  std::erase_if(http.headers, [](const auto& header) { return header.first == "Authorization"; });
  if (HasControlCharacters(token)) return Fail(Code::kFailedPrecondition, "its token has control characters");
  if (!token.empty()) http.headers.emplace_back("Authorization", "Bearer " + token);
  if (http.certificate_pem.empty() != http.key_pem.empty())
    return Fail(Code::kFailedPrecondition, "clientCertificateData and clientKeyData go together; it yields only one");
  if (token.empty() && http.certificate_pem.empty())
    return Fail(Code::kFailedPrecondition, "it yields neither a token nor a certificate");
  return {};
}

Status FetchCredential(const ExecProgram& program, const std::string& server, HttpClientOptions& http) {
  const auto refuse = [&](const std::string& what) {
    return Fail(Code::kFailedPrecondition, fmt::format("{}: {}", program.at, what));
  };
  constexpr std::string_view kGroup = "client.authentication.k8s.io/";
  const std::string& version = program.api_version;
  if (version != fmt::format("{}v1", kGroup) && version != fmt::format("{}v1beta1", kGroup))
    return refuse(fmt::format("apiVersion: want {}v1 or v1beta1; found \"{}\"", kGroup, OneLine(version, 200)));
  ExecProgram asked = program;
  asked.run.may_ask = program.interactive != "Never" && isatty(STDIN_FILENO) == 1;
  if (program.interactive == "Always" && !asked.run.may_ask)
    return refuse(fmt::format("{} wants a terminal, and standard input is none", program.run.program));
  const Result<std::string> question = QuestionOf(asked, server, http);
  if (!question) return refuse(question.error().message);
  asked.run.environment.emplace_back("KUBERNETES_EXEC_INFO", *question);
  const Result<std::string> said = OutputOf(asked.run);
  if (!said) {
    const std::string hint =
        said.error().code == Code::kNotFound && !program.install_hint.empty() ? "; " + program.install_hint : "";
    return refuse(OneLine(said.error().message + hint, 500) + kWayOut);
  }
  if (const Status taken = TakeCredential(*said, program.api_version, http); !taken)
    return refuse(fmt::format("{}: {}{}", program.run.program, taken.error().message, kWayOut));
  return {};
}

}  // namespace loadline
