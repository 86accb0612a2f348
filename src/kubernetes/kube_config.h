// Where the API server is, and who we are to it: as a pod knows it, or as a kubeconfig says.
#ifndef LOADLINE_KUBERNETES_KUBE_CONFIG_H_
#define LOADLINE_KUBERNETES_KUBE_CONFIG_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kubernetes/exec_credential.h"
#include "system/http_client.h"

namespace loadline {

struct KubeConfig {
  std::string server;                  // "https://10.0.0.1:443", without a slash at the end
  std::string own_namespace;           // of our pod, or of the kubeconfig's context
  std::string context;                 // of the kubeconfig; empty: we are a pod
  HttpClientOptions http;              // authorities and credentials; a token's file is read anew for each request
  std::optional<ExecProgram> program;  // that has to be run for the credentials (FetchCredential)
};

// What each pod is given: the service account's folder, and the address in two variables. `account_folder` is
// /var/run/secrets/kubernetes.io/serviceaccount. Fails with kFailedPrecondition where this is no pod.
Result<KubeConfig> InClusterConfig(const std::string& account_folder, std::string_view host, std::string_view port);
Result<KubeConfig> InClusterConfig();

// The current context of a kubeconfig, for a service. Paths in it are relative to it. Fails with kInvalidArgument,
// naming what is missing or cannot be used: programs (exec), auth providers, user names with passwords.
Result<KubeConfig> ReadKubeConfig(const std::string& file);

// The same for a person, whose programs are run, and of several files, read as kubectl does: of entries of one name the
// first counts, and so does the first current-context. `context`: another one than that; empty: that one. REQUIRES: a
// file.
Result<KubeConfig> ReadKubeConfigs(const std::vector<std::string>& files, const std::string& context);

// As kubectl finds it: `file`, else those of KUBECONFIG that there are, else ~/.kube/config, else what a pod is given.
// Fails as ReadKubeConfigs does, and with kFailedPrecondition where there is none of these.
Result<KubeConfig> FindKubeConfig(const std::string& file, const std::string& context);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_KUBE_CONFIG_H_
