#include "scaling/policy_check.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "scaling/checking.h"
#include "scaling/policy_fields.h"

namespace loadline {
namespace {

// KEDA's own keys of an external trigger (keda pkg/scalers/external_scaler.go), ours, and what is always there.
constexpr std::array<std::string_view, 10> kReserved = {"scalerAddress", "policy",    "caCert",    "tlsClientCert",
                                                        "tlsClientKey",  "enableTLS", "unsafeSsl", "namespace",
                                                        "name",          "metricType"};

class Checker {
 public:
  Checker(const Policy& policy, const Node& spec) : policy_(policy), spec_(spec) {}

  Problems Run() {
    CheckNamespaces();
    CheckParameters();
    CheckReplicas();
    CheckSignals();
    CheckRules();
    CheckCombine();
    CheckObjective(checking_, Child(spec_, "objective"), spec_);
    WarnOfIdleZone();
    checking_.Missing(policy_.on_missing, Child(spec_, "onMissing"), "spec.onMissing");
    if (policy_.when_idle) {
      if (const auto* query = std::get_if<QueryTemplate>(&*policy_.when_idle))
        checking_.Query(*query, Child(spec_, "whenIdle"), "spec.whenIdle");
    }
    WarnOfSleepWithoutWake();
    WarnOfWakeNeverAsked();
    WarnOfDoubledShaping();
    return std::move(problems_);
  }

 private:
  void CheckNamespaces() {
    if (policy_.policy_namespace.empty() && policy_.allowed_namespaces.empty()) {
      checking_.Error(spec_, "spec.allowedNamespaces",
                      "a policy says who may use it: metadata.namespace or spec.allowedNamespaces", "neither",
                      "allowedNamespaces: [\"*\"] lets every namespace in");
    }
    if (!policy_.policy_namespace.empty() && !policy_.allowed_namespaces.empty()) {
      checking_.Error(Child(spec_, "allowedNamespaces"), "spec.allowedNamespaces",
                      "a policy has either metadata.namespace or spec.allowedNamespaces", "both",
                      "leave out metadata.namespace to share the policy");
    }
    for (std::size_t i = 0; i < policy_.allowed_namespaces.size(); ++i) {
      const std::string& name = policy_.allowed_namespaces[i];
      static const RE2 kAllowed(R"([a-z0-9-]{0,62}\*|[a-z0-9-]{1,63})");
      if (RE2::FullMatch(name, kAllowed)) continue;
      checking_.Error(Child(spec_, "allowedNamespaces"), fmt::format("spec.allowedNamespaces[{}]", i),
                      "want the name of a namespace, which may end in *", fmt::format("\"{}\"", OneLine(name, 60)));
    }
  }

  void CheckParameters() {
    const Node& node = Child(spec_, "parameters");
    for (const auto& [name, parameter] : policy_.parameters) {
      const std::string field = fmt::format("spec.parameters.{}", OneLine(name, 60));
      const Node& at = Child(node, name);
      static const RE2 kParameterName(re2::StringPiece(kParameterPattern.data(), kParameterPattern.size()));
      if (!RE2::FullMatch(name, kParameterName)) {
        checking_.Error(at, field, "a parameter's name is a letter, then letters, digits, _ or -, 63 at most");
      }
      if (IsReservedParameter(name))
        checking_.Error(at, field, "the name is KEDA's or Loadline's own", name, "choose another");
      if (!parameter.pattern) continue;
      if (const std::string problem = parameter.compiled->Problem(); !problem.empty()) {
        checking_.Error(at, field + ".pattern", fmt::format("not a regular expression: {}", problem),
                        fmt::format("\"{}\"", OneLine(*parameter.pattern, 60)));
      } else if (parameter.fallback && !parameter.compiled->Matches(*parameter.fallback)) {
        checking_.Error(at, field + ".default",
                        fmt::format("the default must match the pattern {}", *parameter.pattern),
                        fmt::format("\"{}\"", OneLine(*parameter.fallback, 60)));
      }
    }
  }

  void CheckReplicas() {
    const Node& node = Child(spec_, "replicas");
    // 0 is what a bad one was left at.
    if (policy_.replicas.max.value_or(0) > 0 && *policy_.replicas.max < policy_.replicas.min) {
      checking_.Error(Child(node, "max"), "spec.replicas.max",
                      fmt::format("want at least min, which is {}", policy_.replicas.min),
                      std::to_string(*policy_.replicas.max));
    }
    if (policy_.replicas.observed)
      checking_.Query(*policy_.replicas.observed, Child(node, "observed"), "spec.replicas.observed");
  }

  // Signals and rules have names of their own, each among its kind.
  template <class T>
  void CheckNames(const std::vector<T>& list, const Node& node, std::string_view field) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < list.size() && i < node.items.size(); ++i) {
      if (list[i].name.empty() || names.insert(list[i].name).second) continue;
      checking_.Error(Child(node.items[i], "name"), fmt::format("spec.{}[{}].name", field, i),
                      fmt::format("each {} has a name of its own", field.substr(0, field.size() - 1)),
                      fmt::format("\"{}\" again", list[i].name));
    }
  }

  void CheckSignals() {
    const Node& list = Child(spec_, "signals");
    if (list.kind == Node::Kind::kList && policy_.signals.empty())
      checking_.Error(list, "spec.signals", "want at least one signal", "none");
    CheckNames(policy_.signals, list, "signals");
    for (std::size_t i = 0; i < policy_.signals.size() && i < list.items.size(); ++i) {
      if (list.items[i].kind != Node::Kind::kMap) continue;  // reported where it was read
      const std::string field = fmt::format("spec.signals[{}]", i);
      if (policy_.signals[i].name == kScoreName)
        checking_.Error(Child(list.items[i], "name"), field + ".name", "score is the name of the policy's score",
                        "score");
      CheckSignal(checking_, policy_.signals[i], list.items[i], field);
    }
  }

  void CheckRules() {
    const Node& list = Child(spec_, "rules");
    CheckNames(policy_.rules, list, "rules");
    for (std::size_t i = 0; i < policy_.rules.size() && i < list.items.size(); ++i)
      CheckRule(checking_, policy_.rules[i], list.items[i], fmt::format("spec.rules[{}]", i));
    WarnOfContraryRules(checking_, policy_.rules, list);
  }

  void CheckCombine() {
    const Node& node = Child(spec_, "combine");
    const Combine& combine = policy_.combine;
    for (std::size_t i = 0; i < combine.order.size(); ++i)
      checking_.SignalName(combine.order[i], node, fmt::format("spec.combine.priority[{}]", i));
    const bool scores = std::any_of(policy_.signals.begin(), policy_.signals.end(),
                                    [](const Signal& signal) { return signal.score_at.has_value(); });
    if (combine.kind == Combine::Kind::kScore && !scores)
      checking_.Error(node, "spec.combine", "the score is made of signals with scoreAt", "none");
  }

  // Who writes it may mean the schedules.
  void WarnOfIdleZone() {
    const Node* node = spec_.Find("timezone");
    // One that is no zone has been reported, and may be in the wrong place besides.
    if (node == nullptr || !TimeZone::Load(node->text) ||
        policy_.combine.Uses(PolicyVariable::kHour, policy_.signals.size()) ||
        policy_.combine.Uses(PolicyVariable::kWeekday, policy_.signals.size()))
      return;
    checking_.Warn(*node, "spec.timezone", "it is that of hour and weekday in combine, which names neither",
                   "schedules, patterns and clock conditions have a timezone of their own");
  }

  // The HPA and KEDA have stabilisation, step limits and cooldowns of their own; both together are slower than either.
  void WarnOfDoubledShaping() {
    const std::array<std::pair<const char*, const Shaping*>, 2> both = {
        {{"scaleUp", &policy_.scale_up}, {"scaleDown", &policy_.scale_down}}};
    for (const auto& [key, shaping] : both) {
      const bool down = shaping == &policy_.scale_down;
      if (shaping->stabilize > Duration::zero() || !shaping->at_most.empty()) {
        checking_.Warn(
            Child(spec_, key), fmt::format("spec.{}", key),
            "the HPA has a stabilisation window and step limits of its own, which count beside these",
            fmt::format("in the ScaledObject set behavior.{}.stabilizationWindowSeconds: 0 and wide policies", key));
      } else if (down && shaping->cooldown > Duration::zero()) {
        checking_.Warn(Child(spec_, key), "spec.scaleDown.cooldown",
                       "the HPA waits for its stabilisation window beside this",
                       "in the ScaledObject set behavior.scaleDown.stabilizationWindowSeconds: 0");
      }
    }
  }

  // A worker's own metrics vanish with the last worker: then nothing would ever wake the target again.
  void WarnOfSleepWithoutWake() {
    if (policy_.replicas.min > 0 || policy_.when_idle || policy_.on_empty == OnEmpty::kZero) return;
    const bool reads = std::any_of(policy_.signals.begin(), policy_.signals.end(), [](const Signal& signal) {
      return signal.role == Role::kDemand && (signal.query || signal.backlog);
    });
    if (!reads) return;
    checking_.Warn(Child(spec_, "signals"), "spec.whenIdle",
                   "with replicas.min 0 say what holds at zero replicas, when the workers' own metrics are gone",
                   "inactive, wake, or a query that does not depend on the workers");
  }

  // It stands in for signals that the source says are not there: one whose emptiness is zero always is.
  void WarnOfWakeNeverAsked() {
    if (!policy_.when_idle || policy_.objective) return;
    bool reads = false;
    for (const Signal& signal : policy_.signals) {
      if (signal.depends_on) return;
      if (!signal.query && !signal.backlog) continue;
      if (OnEmptyOf(policy_, signal) != OnEmpty::kZero) return;
      reads = true;
    }
    if (!reads) return;
    checking_.Warn(Child(spec_, "whenIdle"), "spec.whenIdle",
                   "never counts: with onEmpty zero no signal is missing at zero replicas",
                   "leave out onEmpty of what vanishes with the last worker");
  }

  const Policy& policy_;
  const Node& spec_;
  Problems problems_;
  const Checking checking_{policy_, problems_};
};

}  // namespace

Problems CheckPolicy(const Policy& policy, const Node& spec) { return Checker(policy, spec).Run(); }

bool IsReservedParameter(std::string_view name) {
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

}  // namespace loadline
