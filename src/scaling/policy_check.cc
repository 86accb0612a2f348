#include "scaling/policy_check.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "scaling/policy_fields.h"

namespace loadline {
namespace {

// KEDA's own keys of an external trigger (keda pkg/scalers/external_scaler.go), ours, and what is always there.
constexpr std::array<std::string_view, 10> kReserved = {"scalerAddress", "policy",    "caCert",    "tlsClientCert",
                                                        "tlsClientKey",  "enableTLS", "unsafeSsl", "namespace",
                                                        "name",          "metricType"};

const Node& Child(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found != nullptr ? *found : node;
}

class Checker {
 public:
  Checker(const Policy& policy, const Node& spec) : policy_(policy), spec_(spec) {}

  Problems Run() {
    CheckNamespaces();
    CheckParameters();
    CheckReplicas();
    CheckSignals();
    CheckOnMissing(policy_.on_missing, Child(spec_, "onMissing"), "spec.onMissing");
    if (policy_.when_idle) {
      if (const auto* query = std::get_if<QueryTemplate>(&*policy_.when_idle)) {
        CheckQuery(*query, Child(spec_, "whenIdle"), "spec.whenIdle");
      }
    }
    WarnOfSleepWithoutWake();
    return std::move(problems_);
  }

 private:
  void Add(const Node& node, std::string field, std::string rule, std::string found = "", std::string hint = "") {
    problems_.push_back(
        {node.at, std::move(field), std::move(rule), std::move(found), std::move(hint), Severity::kError});
  }

  void CheckNamespaces() {
    if (policy_.policy_namespace.empty() && policy_.allowed_namespaces.empty()) {
      Add(spec_, "spec.allowedNamespaces", "a policy says who may use it: metadata.namespace or spec.allowedNamespaces",
          "neither", "allowedNamespaces: [\"*\"] lets every namespace in");
    }
    if (!policy_.policy_namespace.empty() && !policy_.allowed_namespaces.empty()) {
      Add(Child(spec_, "allowedNamespaces"), "spec.allowedNamespaces",
          "a policy has either metadata.namespace or spec.allowedNamespaces", "both",
          "leave out metadata.namespace to share the policy");
    }
    for (std::size_t i = 0; i < policy_.allowed_namespaces.size(); ++i) {
      const std::string& name = policy_.allowed_namespaces[i];
      if (RE2::FullMatch(name, R"([a-z0-9-]{0,62}\*|[a-z0-9-]{1,63})")) continue;
      Add(Child(spec_, "allowedNamespaces"), fmt::format("spec.allowedNamespaces[{}]", i),
          "want the name of a namespace, which may end in *", fmt::format("\"{}\"", OneLine(name, 60)));
    }
  }

  void CheckParameters() {
    const Node& node = Child(spec_, "parameters");
    for (const auto& [name, parameter] : policy_.parameters) {
      const std::string field = fmt::format("spec.parameters.{}", OneLine(name, 60));
      const Node& at = Child(node, name);
      if (!RE2::FullMatch(name, RE2(re2::StringPiece(kParameterPattern.data(), kParameterPattern.size())))) {
        Add(at, field, "a parameter's name is a letter, then letters, digits, _ or -, 63 at most");
      }
      if (IsReservedParameter(name)) Add(at, field, "the name is KEDA's or Loadline's own", name, "choose another");
      if (!parameter.pattern) continue;
      const RE2 pattern(*parameter.pattern, RE2::Quiet);
      if (!pattern.ok()) {
        Add(at, field + ".pattern", fmt::format("not a regular expression: {}", pattern.error()),
            fmt::format("\"{}\"", OneLine(*parameter.pattern, 60)));
      } else if (parameter.fallback && !RE2::FullMatch(*parameter.fallback, pattern)) {
        Add(at, field + ".default", fmt::format("the default must match the pattern {}", *parameter.pattern),
            fmt::format("\"{}\"", OneLine(*parameter.fallback, 60)));
      }
    }
  }

  void CheckReplicas() {
    const Node& node = Child(spec_, "replicas");
    if (policy_.replicas.max && *policy_.replicas.max < policy_.replicas.min) {
      Add(Child(node, "max"), "spec.replicas.max", fmt::format("want at least min, which is {}", policy_.replicas.min),
          std::to_string(*policy_.replicas.max));
    }
    if (policy_.replicas.observed)
      CheckQuery(*policy_.replicas.observed, Child(node, "observed"), "spec.replicas.observed");
  }

  void CheckSignals() {
    const Node& list = Child(spec_, "signals");
    if (list.kind == Node::Kind::kList && policy_.signals.empty())
      Add(list, "spec.signals", "want at least one signal", "none");
    std::set<std::string> names;
    for (std::size_t i = 0; i < policy_.signals.size() && i < list.items.size(); ++i) {
      const Signal& signal = policy_.signals[i];
      const Node& node = list.items[i];
      const std::string field = fmt::format("spec.signals[{}]", i);
      if (!signal.name.empty() && !names.insert(signal.name).second) {
        Add(Child(node, "name"), field + ".name", "each signal has a name of its own",
            fmt::format("\"{}\" again", signal.name));
      }
      CheckLaw(signal, node, field);
      if (signal.on_missing) CheckOnMissing(*signal.on_missing, Child(node, "onMissing"), field + ".onMissing");
    }
  }

  void CheckLaw(const Signal& signal, const Node& node, const std::string& field) {
    if (signal.backlog) {
      if (signal.query || signal.per_replica) {
        Add(node, field, "a signal has one law: query with perReplica, or backlog", "both");
      }
      const Node& backlog = Child(node, "backlog");
      CheckQuery(signal.backlog->depth, Child(backlog, "depth"), field + ".backlog.depth");
      CheckQuery(signal.backlog->arrivals, Child(backlog, "arrivals"), field + ".backlog.arrivals");
      if (const auto* query = std::get_if<QueryTemplate>(&signal.backlog->throughput_per_replica)) {
        CheckQuery(*query, Child(backlog, "throughputPerReplica"), field + ".backlog.throughputPerReplica");
      }
      return;
    }
    if (!signal.query && !signal.per_replica) {
      return Add(node, field, "a signal has a law: query with perReplica, or backlog", "none");
    }
    if (!signal.query) Add(node, field + ".query", "is required with perReplica", "nothing");
    if (!signal.per_replica) {
      Add(node, field + ".perReplica", "is required with query", "nothing",
          "how much of the query's value one replica takes, such as perReplica: 300");
    }
    if (signal.query) CheckQuery(*signal.query, Child(node, "query"), field + ".query");
  }

  void CheckQuery(const QueryTemplate& query, const Node& node, const std::string& field) {
    for (const std::string& name : query.Names()) {
      if (name == "namespace" || name == "name" || policy_.parameters.contains(name)) continue;
      std::vector<std::string> known = {"namespace", "name"};
      for (const auto& [parameter, _] : policy_.parameters) known.push_back(parameter);
      const auto meant = DidYouMean(name, known);
      Add(node, field, "a query uses declared parameters", fmt::format("${{{}}}", name),
          meant ? fmt::format("did you mean ${{{}}}?", *meant) : "declare it in spec.parameters");
    }
  }

  void CheckOnMissing(const OnMissing& on_missing, const Node& node, const std::string& field) {
    const auto* answer = std::get_if<MissingAnswer>(&on_missing.then);
    if (answer != nullptr && *answer == MissingAnswer::kAssumeHigh && !policy_.replicas.max) {
      Add(node, field + ".then", "assumeHigh answers with replicas.max", "no replicas.max", "set spec.replicas.max");
    }
  }

  // A worker's own metrics vanish with the last worker: then nothing would ever wake the target again.
  void WarnOfSleepWithoutWake() {
    if (policy_.replicas.min > 0 || policy_.when_idle || policy_.on_empty == OnEmpty::kZero) return;
    problems_.push_back({Child(spec_, "signals").at, "spec.whenIdle",
                         "with replicas.min 0 say what holds at zero replicas, when the workers' own metrics are gone",
                         "", "inactive, wake, or a query that does not depend on the workers", Severity::kWarning});
  }

  const Policy& policy_;
  const Node& spec_;
  Problems problems_;
};

}  // namespace

Problems CheckPolicy(const Policy& policy, const Node& spec) { return Checker(policy, spec).Run(); }

bool IsReservedParameter(std::string_view name) {
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

}  // namespace loadline
