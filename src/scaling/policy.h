// A policy: how to turn signals into a demand. Plain values, as the document says them; what each field means, its
// unit, bounds and help stand in scaling/policy_fields.h.
#ifndef LOADLINE_SCALING_POLICY_H_
#define LOADLINE_SCALING_POLICY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "document/problem.h"
#include "scaling/query_template.h"
#include "series/aggregate.h"

namespace loadline {

// What an empty result means: that nothing is known, or that there is nothing.
enum class OnEmpty { kMissing, kZero };

// KEDA's fallback behaviors (keda apis/keda/v1alpha1/scaledobject_types.go), by the replicas observed.
enum class FallbackBehavior { kStatic, kCurrentReplicas, kCurrentReplicasIfHigher, kCurrentReplicasIfLower };

struct FallbackReplicas {
  int replicas = 0;
  FallbackBehavior behavior = FallbackBehavior::kCurrentReplicasIfHigher;

  friend bool operator==(const FallbackReplicas&, const FallbackReplicas&) = default;
};

enum class MissingAnswer { kError, kIgnore, kAssumeHigh };

// A missing signal keeps what it last asked for during `hold`; then it is answered as `then` says.
struct OnMissing {
  Duration hold = std::chrono::minutes(5);
  std::variant<MissingAnswer, FallbackReplicas> then = MissingAnswer::kError;

  friend bool operator==(const OnMissing&, const OnMissing&) = default;
};

// At zero replicas the workers' own metrics are gone. What then: stay at zero, wake, or ask another query (above 0
// wakes).
enum class IdleAnswer { kInactive, kWake };
using WhenIdle = std::variant<IdleAnswer, QueryTemplate>;

// Aggregates a signal's readings of (t - over, t].
struct Window {
  Duration over{0};
  Aggregation take = Aggregation::kAvg;
};

// demand = (arrivals + depth / drainWithin) / throughputPerReplica
struct Backlog {
  QueryTemplate depth;     // items
  QueryTemplate arrivals;  // items per second
  Duration drain_within{0};
  std::variant<double, QueryTemplate> throughput_per_replica = 0.0;  // items per second
};

// A named input. It has one law: `query` with `per_replica` (demand = value / per_replica), or `backlog`.
struct Signal {
  std::string name;
  std::optional<std::string> source;  // absent: the policy's
  std::optional<QueryTemplate> query;
  std::optional<double> per_replica;
  std::optional<Backlog> backlog;
  std::optional<Window> window;
  std::optional<double> activate_above;  // absent: 0; of a backlog: any depth or arrival
  std::optional<OnMissing> on_missing;   // absent: the policy's
  std::optional<OnEmpty> on_empty;       // absent: the policy's
};

enum class Combine { kMax };

struct ReplicaBounds {
  int min = 0;
  std::optional<int> max;
  std::optional<QueryTemplate> observed;  // absent: kube-state-metrics' count of the Deployment of the object's name
};

struct ParameterSpec {
  std::optional<std::string> pattern;   // RE2; the whole value must match
  std::optional<std::string> fallback;  // "default" in the document
};

struct Policy {
  std::string name;
  std::string policy_namespace;                 // empty: allowed_namespaces decides
  std::vector<std::string> allowed_namespaces;  // names, or with one "*" at the end
  std::map<std::string, ParameterSpec> parameters;
  std::string source = "default";
  ReplicaBounds replicas;
  std::vector<Signal> signals;
  Combine combine = Combine::kMax;
  OnMissing on_missing;
  OnEmpty on_empty = OnEmpty::kMissing;
  std::optional<WhenIdle> when_idle;

  std::uint64_t hash = 0;  // of the document's text: which version this is

  // How long a decision may be answered with: the longest hold of all signals.
  Duration LongestHold() const;
  // Whether the decision depends on how many replicas there are.
  bool NeedsObserved() const;
};

const OnMissing& OnMissingOf(const Policy& policy, const Signal& signal);
OnEmpty OnEmptyOf(const Policy& policy, const Signal& signal);
const std::string& SourceOf(const Policy& policy, const Signal& signal);

// "data/cdc-worker", or "cdc-worker" where no namespace is set: how messages name a policy.
std::string PolicyId(std::string_view policy_namespace, std::string_view name);

// The replicas query that is used where a policy states none.
const QueryTemplate& DefaultObservedQuery();

}  // namespace loadline

#endif  // LOADLINE_SCALING_POLICY_H_
