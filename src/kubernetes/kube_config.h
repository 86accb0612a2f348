// Where the API server is, and who we are to it: as a pod knows it, or as a kubeconfig says.
#ifndef LOADLINE_KUBERNETES_KUBE_CONFIG_H_
#define LOADLINE_KUBERNETES_KUBE_CONFIG_H_

#include <string>
#include <string_view>

#include "base/result.h"
#include "system/http_client.h"

namespace loadline {

struct KubeConfig {
  std::string server;         // "https://10.0.0.1:443", without a slash at the end
  std::string own_namespace;  // of our pod, or of the kubeconfig's context
  HttpClientOptions http;     // authorities and credentials; a token's file is read anew for each request
};

// What each pod is given: the service account's folder, and the address in two variables. `account_folder` is
// /var/run/secrets/kubernetes.io/serviceaccount. Fails with kFailedPrecondition where this is no pod.
Result<KubeConfig> InClusterConfig(const std::string& account_folder, std::string_view host, std::string_view port);
Result<KubeConfig> InClusterConfig();

// The current context of a kubeconfig. Paths in it are relative to it. Fails with kInvalidArgument, naming what is
// missing or cannot be used: programs (exec), auth providers, user names with passwords.
Result<KubeConfig> ReadKubeConfig(const std::string& file);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_KUBE_CONFIG_H_
