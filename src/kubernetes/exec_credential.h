// Credentials that a program of the kubeconfig fetches, as kubectl has it fetch them: what cloud providers' clusters
// want.
#ifndef LOADLINE_KUBERNETES_EXEC_CREDENTIAL_H_
#define LOADLINE_KUBERNETES_EXEC_CREDENTIAL_H_

#include <string>

#include "base/result.h"
#include "system/http_client.h"
#include "system/program_output.h"

namespace loadline {

// `users[].user.exec` of a kubeconfig.
struct ExecProgram {
  std::string at;           // where it stands, for messages: "~/.kube/config: users.me.exec"
  std::string api_version;  // "client.authentication.k8s.io/v1"
  ProgramRun run;
  std::string install_hint;
  std::string interactive;  // "Never", "IfAvailable" or "Always"; empty: as IfAvailable
  bool wants_cluster = false;
};

// Runs it for a cluster, and puts the token or the certificate that it yields into `http`, whose authorities are the
// cluster's. Fails with kFailedPrecondition: it is not there, ends badly, or says something else.
Status FetchCredential(const ExecProgram& program, const std::string& server, HttpClientOptions& http);

// The same of what the program said, when it was asked for `api_version`.
Status TakeCredential(const std::string& said, const std::string& api_version, HttpClientOptions& http);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_EXEC_CREDENTIAL_H_
