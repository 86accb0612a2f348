// What `serve` has of Kubernetes, made from its options.
#ifndef LOADLINE_CLI_KUBERNETES_WIRING_H_
#define LOADLINE_CLI_KUBERNETES_WIRING_H_

#include <memory>
#include <stop_token>
#include <string>

#include "cli/serve_options.h"
#include "controller/controller.h"
#include "kubernetes/cluster_watch.h"
#include "kubernetes/configmap_policies.h"
#include "kubernetes/kube_config.h"
#include "scaling/override_store.h"

namespace loadline {

// All null where Kubernetes is not enabled.
struct KubernetesParts {
  std::string server;
  std::string own_namespace;
  std::unique_ptr<HttpClient> client;
  std::shared_ptr<ConfigMapPolicies> configmaps;  // null also where none are read
};

// Fails as InClusterConfig and ReadKubeConfig do; whether the API server answers is not asked. `stop` ends its
// requests.
Result<KubernetesParts> OpenKubernetes(const ServeOptions& options, std::stop_token stop, Clock& clock, Log& log);

// The policies of the folder, of ConfigMaps, or of both; and the overrides of their folder, where they have one.
std::unique_ptr<PolicySource> MakePolicies(const ServeOptions& options, const KubernetesParts& kubernetes, Clock& clock,
                                           Log& log);

// Where what is set over the API is kept: OverrideFolderOf, else a ConfigMap; null: nowhere. Fails where the folder is
// not there and cannot be made.
Result<std::unique_ptr<OverrideStore>> MakeOverrideStore(const ServeOptions& options,
                                                         const KubernetesParts& kubernetes);

// Null where Kubernetes is not enabled. `controller` must outlive it.
std::unique_ptr<ClusterWatch> MakeCluster(const ServeOptions& options, const KubernetesParts& kubernetes,
                                          Controller& controller, Log& log);

}  // namespace loadline

#endif  // LOADLINE_CLI_KUBERNETES_WIRING_H_
