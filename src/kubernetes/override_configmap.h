// Overrides that are set over the API, kept in a ConfigMap of Loadline's own namespace: NAME.yaml, a key each.
#ifndef LOADLINE_KUBERNETES_OVERRIDE_CONFIGMAP_H_
#define LOADLINE_KUBERNETES_OVERRIDE_CONFIGMAP_H_

#include <memory>
#include <string>

#include "scaling/override_store.h"
#include "system/http_client.h"

namespace loadline {

inline constexpr char kOverridesConfigMap[] = "loadline-overrides";

struct OverrideConfigMapOptions {
  std::string server;         // as in KubeConfig
  std::string own_namespace;  // likewise
  std::string label;          // LABEL=VALUE, by which ConfigMapPolicies finds it
  int attempts = 10;          // where others write at the same time
};

// Reads it, and writes it with the resourceVersion that was read: who writes meanwhile loses nothing. It needs the
// verbs get and update of that one ConfigMap; where it is not there, create, too. `client` must outlive it.
std::unique_ptr<OverrideStore> MakeOverrideConfigMap(OverrideConfigMapOptions options, HttpClient& client);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_OVERRIDE_CONFIGMAP_H_
