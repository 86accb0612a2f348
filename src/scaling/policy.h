// A policy: how to turn signals into a demand. Plain values, as the document says them; what each field means, its
// unit, bounds and help stand in scaling/policy_fields.h.
#ifndef LOADLINE_SCALING_POLICY_H_
#define LOADLINE_SCALING_POLICY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "document/problem.h"
#include "document/regex.h"
#include "scaling/combine.h"
#include "scaling/deadband.h"
#include "scaling/dependency.h"
#include "scaling/learned.h"
#include "scaling/objective.h"
#include "scaling/query_template.h"
#include "scaling/rule.h"
#include "scaling/shaping.h"
#include "schedule/pattern.h"
#include "schedule/schedule.h"
#include "schedule/zone.h"
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
  Throughput throughput_per_replica = 0.0;  // items per second
};

// A number of replicas, or a share of replicas.max.
struct ReplicaShare {
  double amount = 0;  // replicas, or percent
  bool percent = false;
};

// From this value on (up to the next tier) so many replicas.
struct Tier {
  double from = 0;
  ReplicaShare replicas;
};

// The demand for load that is expected, at `ahead` from now. How it is found: forecast/ (docs/forecasting.md).
struct ForecastSpec {
  enum class Mode { kShadow, kActive, kOff };
  std::string of;  // a signal, or "buffer.arrivals": what of it goes on
  Ahead ahead = Duration(std::chrono::minutes(5));
  Duration history = std::chrono::hours(14 * 24);
  double quantile = 0.95;
  Mode mode = Mode::kShadow;
  bool may_lower = false;
  std::vector<std::string> holidays;  // names of calendars
  TimeZone zone;                      // whose days they are
};

// What a signal is to the decision: it asks for replicas, it is a lower or an upper bound of what is asked for, or it
// says whether asking counts at all.
enum class Role { kDemand, kFloor, kCeiling, kGate };

// What a gate that is closed means: nothing is asked for, or what is observed stays.
enum class WhenClosed { kNothing, kHold };

// How a signal's reading becomes replicas.
enum class Law {
  kValue,       // none: its value is for rules and expressions
  kPerReplica,  // value / perReplica
  kTarget,      // observed replicas * value / target
  kBacklog,     // the drain law
  kTiers,       // a table
  kReplicas,    // the value is the number
  kSchedule,    // what the clock says
  kPattern,     // peak * the share expected at this hour of the week
  kDependsOn,   // what another one wants or has
  kForecast,    // what is expected
  kScore,       // none by itself: a part of the policy's score
  kGate,        // above or below a threshold
};

// A named input with one law and one role.
struct Signal {
  std::string name;
  Role role = Role::kDemand;
  std::optional<std::string> source;  // absent: the policy's

  // The law: a query with one of these five ...
  std::optional<QueryTemplate> query;
  std::optional<double> per_replica;
  std::optional<double> target;
  std::vector<Tier> tiers;  // ascending
  std::optional<double> score_at;
  std::optional<double> above;  // of a gate: open above this; or below that
  std::optional<double> below;
  // ... or one of these.
  std::optional<std::variant<double, QueryTemplate>> replicas;
  std::optional<Backlog> backlog;
  std::optional<Schedule> schedule;
  std::optional<Pattern> pattern;
  std::optional<DependsOn> depends_on;
  std::optional<ForecastSpec> forecast;

  std::optional<Window> window;
  std::optional<Duration> smooth;          // half-life
  std::optional<Duration> max_age;         // of the newest sample behind the reading
  std::optional<QueryTemplate> freshness;  // seconds since 1970 of that sample; absent: timestamp(query)
  std::optional<Duration> distrust_zero;
  std::optional<double> min;  // replicas: the demand is never below or above these
  std::optional<double> max;
  double weight = 1;
  WhenClosed when_closed = WhenClosed::kNothing;
  std::optional<double> activate_above;  // absent: 0; of a backlog: any depth or arrival
  std::optional<OnMissing> on_missing;   // absent: the policy's
  std::optional<OnEmpty> on_empty;       // absent: the policy's
};

Law LawOf(const Signal& signal);

// The law of a value, be it of a query or of a forecast: that of `perReplica`, `target`, `tiers` and `scoreAt`; kGate
// or kValue where there is none of these.
Law ReadingLawOf(const Signal& signal);

// The most replicas that any decision has: a query that yields 1e308 is no reason for more.
inline constexpr double kMostReplicas = 100'000;

struct ReplicaBounds {
  int min = 0;
  std::optional<int> max;
  std::optional<QueryTemplate> observed;  // absent: kube-state-metrics' count of the Deployment of the object's name
};

// What replicas cost, and what they may.
struct Cost {
  double per_replica_hour = 0;
  std::optional<double> max_per_hour;
};

// How the HPA that follows is set up.
struct HpaSpec {
  Tolerance tolerance;
  Deadband deadband = Deadband::kOvershoot;
};

// active: decides. hold: answers what is observed. yield: answers 0 and inactive, for use beside other triggers. All
// decide, record and explain.
enum class Mode { kActive, kHold, kYield };

struct ParameterSpec {
  std::optional<std::string> pattern;               // RE2; the whole value must match
  std::shared_ptr<const Regex> compiled = nullptr;  // of `pattern`; null where there is none
  std::optional<std::string> fallback;              // "default" in the document
};

struct Policy {
  static constexpr std::string_view kKind = "ScalingPolicy";

  std::string name;
  std::string policy_namespace;                 // empty: allowed_namespaces decides
  std::vector<std::string> allowed_namespaces;  // names, or with one "*" at the end
  std::map<std::string, ParameterSpec> parameters;
  std::string source = "default";
  ReplicaBounds replicas;
  std::optional<Duration> every;  // absent: each tick
  TimeZone zone;                  // of hour and weekday in an expression
  std::vector<Signal> signals;
  Combine combine;
  std::vector<Rule> rules;
  Shaping scale_up;
  Shaping scale_down;
  OnMissing on_missing;
  OnEmpty on_empty = OnEmpty::kMissing;
  std::optional<WhenIdle> when_idle;
  std::optional<Cost> cost;
  std::optional<std::string> budget;  // the name of a Budget document
  std::optional<HpaSpec> hpa;
  std::optional<Objective> objective;  // what its law wants takes the place of a signal's demand: ObjectiveSignal
  Mode mode = Mode::kActive;

  std::uint64_t hash = 0;                             // of the document's text: which version this is
  std::shared_ptr<const std::string> text = nullptr;  // that text; null of a policy that was read from none

  // How long a decision may be answered with: the longest hold of all signals.
  Duration LongestHold() const;
  // Whether the decision depends on how many replicas there are.
  bool NeedsObserved() const;
  // Whether any signal asks for replicas: where none does, rules decide alone.
  bool AsksForReplicas() const;
  // How far back raw demands are looked at, by stabilisation.
  Duration LongestStabilization() const;
  // How far back one decision looks at the replicas observed, all that it holds included.
  Duration ObservedWindow() const;
  // The most replicas of all bounds; none where the ScaledObject decides alone.
  std::optional<double> Most() const;
};

// A demand within the signal's own min and max, whatever it comes from.
double WithinOwnBounds(const Signal& signal, double demand);

// The signal whose load an objective is about: the first demand by perReplica, or, of a queue, the first backlog. None
// where there is no objective, or no such signal.
std::optional<std::size_t> ObjectiveSignal(const Policy& policy);
// What one replica serves in a second: as the objective says, or that signal; none where neither does.
std::optional<double> CapacityOf(const Policy& policy);

const OnMissing& OnMissingOf(const Policy& policy, const Signal& signal);
OnEmpty OnEmptyOf(const Policy& policy, const Signal& signal);
const std::string& SourceOf(const Policy& policy, const Signal& signal);

// "data/cdc-worker", or "cdc-worker" where no namespace is set: how messages name a policy.
std::string PolicyId(std::string_view policy_namespace, std::string_view name);

// The replicas query that is used where a policy states none.
const QueryTemplate& DefaultObservedQuery();

}  // namespace loadline

#endif  // LOADLINE_SCALING_POLICY_H_
