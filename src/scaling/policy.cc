#include "scaling/policy.h"

#include <algorithm>

namespace loadline {
namespace {

bool DependsOnObserved(const OnMissing& on_missing) {
  const auto* fallback = std::get_if<FallbackReplicas>(&on_missing.then);
  return fallback != nullptr && fallback->behavior != FallbackBehavior::kStatic;
}

bool GoesByObserved(const Rule& rule) { return rule.add || rule.remove || rule.cooldown > Duration::zero(); }

Duration LooksBackOf(const Shaping& shaping) {
  Duration longest = shaping.cooldown;
  for (const StepLimit& each : shaping.at_most) longest = std::max(longest, each.period);
  return longest;
}

}  // namespace

Law LawOf(const Signal& signal) {
  if (signal.backlog) return Law::kBacklog;
  if (signal.replicas) return Law::kReplicas;
  if (signal.schedule) return Law::kSchedule;
  if (signal.pattern) return Law::kPattern;
  if (signal.depends_on) return Law::kDependsOn;
  if (signal.forecast) return Law::kForecast;
  return ReadingLawOf(signal);
}

Law ReadingLawOf(const Signal& signal) {
  if (signal.per_replica) return Law::kPerReplica;
  if (signal.target) return Law::kTarget;
  if (!signal.tiers.empty()) return Law::kTiers;
  if (signal.score_at) return Law::kScore;
  return signal.role == Role::kGate ? Law::kGate : Law::kValue;
}

double WithinOwnBounds(const Signal& signal, double demand) {
  return std::min(std::max(demand, signal.min.value_or(0)), signal.max.value_or(kMostReplicas));
}

std::optional<std::size_t> ObjectiveSignal(const Policy& policy) {
  if (!policy.objective) return std::nullopt;
  const Law wanted = policy.objective->violations ? Law::kPerReplica : Law::kBacklog;
  for (std::size_t i = 0; i < policy.signals.size(); ++i) {
    const Signal& signal = policy.signals[i];
    if (signal.role == Role::kDemand && LawOf(signal) == wanted && (signal.query || signal.backlog)) return i;
  }
  return std::nullopt;
}

std::optional<double> CapacityOf(const Policy& policy) {
  if (!policy.objective) return std::nullopt;
  if (policy.objective->capacity) return policy.objective->capacity;
  const auto index = ObjectiveSignal(policy);
  if (!index) return std::nullopt;
  const Signal& signal = policy.signals[*index];
  if (!signal.backlog) return signal.per_replica;
  const double* number = std::get_if<double>(&signal.backlog->throughput_per_replica);
  return number != nullptr ? std::optional(*number) : std::nullopt;
}

const OnMissing& OnMissingOf(const Policy& policy, const Signal& signal) {
  return signal.on_missing ? *signal.on_missing : policy.on_missing;
}
OnEmpty OnEmptyOf(const Policy& policy, const Signal& signal) { return signal.on_empty.value_or(policy.on_empty); }
const std::string& SourceOf(const Policy& policy, const Signal& signal) {
  return signal.source ? *signal.source : policy.source;
}

Duration Policy::LongestHold() const {
  Duration longest{0};
  for (const Signal& signal : signals) longest = std::max(longest, OnMissingOf(*this, signal).hold);
  return longest;
}

bool Policy::NeedsObserved() const {
  if (when_idle || replicas.observed || hpa || objective || mode == Mode::kHold) return true;
  // Between what was asked for least and most, stabilising keeps the present count.
  if (scale_up.stabilize > Duration::zero()) return true;
  if (scale_up.needs_observed() || scale_down.needs_observed() || combine.kind == Combine::Kind::kScore) return true;
  if (combine.expression && combine.Uses(PolicyVariable::kReplicas, signals.size())) return true;
  if (!rules.empty() && (std::any_of(rules.begin(), rules.end(), GoesByObserved) || !AsksForReplicas())) return true;
  return std::any_of(signals.begin(), signals.end(), [&](const Signal& signal) {
    return DependsOnObserved(OnMissingOf(*this, signal)) || signal.target || signal.when_closed == WhenClosed::kHold;
  });
}

bool Policy::AsksForReplicas() const {
  return std::any_of(signals.begin(), signals.end(), [](const Signal& signal) {
    const Law law = LawOf(signal);
    return signal.role == Role::kDemand && law != Law::kValue && law != Law::kScore;
  });
}

Duration Policy::LongestStabilization() const { return std::max(scale_up.stabilize, scale_down.stabilize); }

Duration Policy::ObservedWindow() const {
  Duration longest = std::max(LooksBackOf(scale_up), LooksBackOf(scale_down));
  for (const Rule& rule : rules) longest = std::max(longest, rule.cooldown);
  if (objective) longest = std::max(longest, objective->start_delay.value_or(Duration(0)));
  // The count itself is held for the policy's own hold, also where each signal states another.
  return longest + std::max(LongestHold(), on_missing.hold);
}

std::optional<double> Policy::Most() const {
  return replicas.max ? std::optional<double>(*replicas.max) : std::nullopt;
}

std::string PolicyId(std::string_view policy_namespace, std::string_view name) {
  return policy_namespace.empty() ? std::string(name) : std::string(policy_namespace) + "/" + std::string(name);
}

namespace {

QueryTemplate DeploymentQuery(std::string_view metric) {
  return *QueryTemplate::Parse(std::string(metric) + R"({namespace="${namespace}",deployment="${name}"})");
}

}  // namespace

const QueryTemplate& DefaultWantedQuery() {
  static const QueryTemplate query = DeploymentQuery("kube_deployment_spec_replicas");
  return query;
}

const QueryTemplate& DefaultReadyQuery() {
  static const QueryTemplate query = DeploymentQuery("kube_deployment_status_replicas_ready");
  return query;
}

const QueryTemplate& DefaultObservedQuery() {
  static const QueryTemplate query = DeploymentQuery("kube_deployment_status_replicas");
  return query;
}

}  // namespace loadline
