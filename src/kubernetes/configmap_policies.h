// Policies from ConfigMaps with a label, in force as soon as they are written: no volume is mounted, and each ConfigMap
// has a MiB of its own.
#ifndef LOADLINE_KUBERNETES_CONFIGMAP_POLICIES_H_
#define LOADLINE_KUBERNETES_CONFIGMAP_POLICIES_H_

#include <memory>
#include <string>
#include <vector>

#include "kubernetes/watch.h"
#include "scaling/ports.h"

namespace loadline {

struct ConfigMapPoliciesOptions {
  std::string server;                    // as in KubeConfig
  std::vector<std::string> namespaces;   // empty: all
  std::string label;                     // "loadline.dev/policies=true"
  std::vector<std::string> shared_from;  // namespaces whose documents may be for others; a name may end in *
  std::string own_namespace;             // where the ConfigMap of overrides (override_configmap.h) is; empty: nowhere
  std::string data_dir;                  // where last good versions are kept over a restart; empty: nowhere
  WatchOptions watch;
  bool keeps_overrides = true;  // by an OverrideStore, in the ConfigMap of overrides; false: those there are people's
};

// States is thread-safe.
class ConfigMapPolicies : public PolicySource {
 public:
  virtual std::vector<WatchState> States() const = 0;
};

// The keys of a ConfigMap that end in .yaml, .yml or .ics are its files. What goes for the documents of a folder
// (MakePolicyFolder) goes for them: what is bad leaves its last good version in force, and what is gone is removed only
// where that is certain, never because the API server is away. Whose they are: kubernetes/homed_document.h; the
// ConfigMap of overrides is read whether or not its namespace is among those, and its Overrides may be for all. While
// the ConfigMaps of a namespace have not been listed, and nothing of an earlier run is kept, its policies count as
// unread. All must outlive it.
std::unique_ptr<ConfigMapPolicies> MakeConfigMapPolicies(ConfigMapPoliciesOptions options, HttpClient& client,
                                                         Clock& clock, Log& log);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_CONFIGMAP_POLICIES_H_
