#include "cli/kubernetes_wiring.h"

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "kubernetes/override_configmap.h"
#include "sources/joined_policies.h"
#include "sources/override_folder.h"
#include "sources/policy_folder.h"

namespace loadline {
namespace {

// How long the start waits for policies of ConfigMaps before it does without: as long as an API server may take to
// answer when all pods of a cluster start.
constexpr Duration kPatience = std::chrono::seconds(10);

DecisionsByBinding DecisionsOf(const Controller& controller) {
  DecisionsByBinding decisions;
  const Timestamp now = controller.clock().Now();
  for (const auto& binding : controller.Bindings()) {
    const auto answer = CurrentAnswer(*binding, now);
    if (!answer || (*answer)->policy == nullptr) continue;
    const BindingKey& key = binding->key();
    decisions.emplace(ForeseenBinding{key.object_namespace, key.object_name, key.metadata},
                      DecisionOfPolicy{(*answer)->policy, {*answer, &(*answer)->decision}});
  }
  return decisions;
}

}  // namespace

Result<KubernetesParts> OpenKubernetes(const ServeOptions& options, std::stop_token stop, Clock& clock, Log& log) {
  const KubernetesOptions& wanted = options.kubernetes;
  if (!wanted.enabled) return KubernetesParts();
  Result<KubeConfig> config = wanted.kubeconfig.empty() ? InClusterConfig() : ReadKubeConfig(wanted.kubeconfig);
  if (!config) return Fail(config.error());
  KubernetesParts parts;
  parts.server = config->server;
  parts.own_namespace = config->own_namespace;
  config->http.stop = std::move(stop);
  parts.client = MakeHttpClient(config->http);
  if (wanted.policy_label.empty()) return parts;
  ConfigMapPoliciesOptions policies;
  policies.server = parts.server;
  policies.namespaces = wanted.namespaces;
  policies.label = wanted.policy_label;
  policies.shared_from = wanted.shared_from;
  if (policies.shared_from.empty()) policies.shared_from = {config->own_namespace};
  // Nobody sets overrides where nobody may change anything.
  if (!options.http.tokens_file.empty()) policies.own_namespace = config->own_namespace;
  policies.keeps_overrides = OverrideFolderOf(options).empty();
  policies.data_dir = options.data_dir;
  parts.configmaps = MakeConfigMapPolicies(std::move(policies), *parts.client, clock, log);
  return parts;
}

std::unique_ptr<PolicySource> MakePolicies(const ServeOptions& options, const KubernetesParts& kubernetes, Clock& clock,
                                           Log& log) {
  auto folder = [&] {
    return MakePolicyFolder({options.policies.path, options.policies.poll, options.data_dir}, clock, log);
  };
  const std::string path = OverrideFolderOf(options);
  if (kubernetes.configmaps == nullptr && path.empty()) return folder();
  std::vector<NamedPolicies> places;
  auto add_overrides = [&] {
    if (path.empty()) return;
    places.push_back(
        {"the folder of overrides", MakePolicyFolder({path, options.policies.poll, "", true}, clock, log)});
  };
  if (kubernetes.configmaps == nullptr) {
    places.push_back({.name = "the policy folder", .source = folder(), .needed = true});
    add_overrides();
    return JoinPolicies(std::move(places), kPatience);
  }
  if (!options.policies.path.empty()) {
    places.push_back({"the policy folder", folder(), [path = options.policies.path] {
                        std::error_code ignored;
                        return std::filesystem::exists(path, ignored)
                                   ? ""
                                   : path + " is not there (policies.path is \"\" where there is none)";
                      }});
  }
  places.push_back({"ConfigMaps", kubernetes.configmaps, [configmaps = kubernetes.configmaps] {
                      for (const WatchState& each : configmaps->States()) {
                        if (!each.complete) return each.problem;
                      }
                      return std::string();
                    }});
  add_overrides();
  return JoinPolicies(std::move(places), kPatience);
}

Result<std::unique_ptr<OverrideStore>> MakeOverrideStore(const ServeOptions& options,
                                                         const KubernetesParts& kubernetes) {
  if (const std::string path = OverrideFolderOf(options); !path.empty()) {
    std::error_code failed;
    std::filesystem::create_directories(path, failed);
    if (failed) return Fail(Code::kUnavailable, "cannot make " + path + ": " + failed.message());
    return MakeOverrideFolder(path);
  }
  if (kubernetes.configmaps == nullptr) return std::unique_ptr<OverrideStore>();
  return MakeOverrideConfigMap({kubernetes.server, kubernetes.own_namespace, options.kubernetes.policy_label},
                               *kubernetes.client);
}

std::unique_ptr<ClusterWatch> MakeCluster(const ServeOptions& options, const KubernetesParts& kubernetes,
                                          Controller& controller, Log& log) {
  if (kubernetes.client == nullptr) return nullptr;
  ClusterWatchOptions watch;
  watch.server = kubernetes.server;
  watch.namespaces = options.kubernetes.namespaces;
  watch.scaler_addresses = options.kubernetes.scaler_addresses;
  watch.events = options.kubernetes.events;
  watch.decision_events = options.kubernetes.decision_events;
  ClusterWatchWiring wiring;
  wiring.find_policy = [&controller](const std::string& object_namespace, const std::string& name) {
    return controller.FindPolicy(object_namespace, name);
  };
  wiring.foresee = [&controller](const ForeseenBinding& binding) {
    const std::vector<std::pair<std::string_view, std::string_view>> metadata(binding.metadata.begin(),
                                                                              binding.metadata.end());
    controller.Foresee({binding.object_namespace, binding.object_name, metadata});
  };
  wiring.decisions = [&controller] { return DecisionsOf(controller); };
  return MakeClusterWatch(std::move(watch), std::move(wiring), *kubernetes.client, controller.clock(), log);
}

}  // namespace loadline
