#include "kubernetes/hpa_snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/quantity.h"

namespace loadline {
namespace {

// "... a replica count from external metric s0-loadline-worker(&LabelSelector{...})": horizontal.go says which metric
// won nowhere else.
std::string WinningMetric(std::string_view message) {
  constexpr std::string_view kFrom = " from ";
  constexpr std::string_view kExternal = "external metric ";
  const std::size_t from = message.find(kFrom);
  if (from == std::string_view::npos) return "";
  message.remove_prefix(from + kFrom.size());
  if (message.starts_with(kExternal)) message.remove_prefix(kExternal.size());
  message = message.substr(0, message.find('('));
  while (message.ends_with(' ')) message.remove_suffix(1);
  return std::string(message);
}

// Negative ones are the HPA's overflow right after a wake.
std::optional<double> NumberOf(const std::string& quantity) {
  const std::optional<double> number = ParseQuantity(quantity);
  return number && *number >= 0 ? number : std::nullopt;
}

std::string ReasonWhere(const ObjectCondition* condition, std::string_view status) {
  return condition != nullptr && condition->status == status ? condition->reason : "";
}

std::string OwnMetric(const HpaObject& hpa, std::size_t trigger) {
  const std::string prefix = fmt::format("s{}-", trigger);
  for (const HpaMetric& each : hpa.external_metrics) {
    if (each.name.starts_with(prefix)) return each.name;
  }
  return "";
}

std::string HindranceOf(const HpaObject& hpa) {
  const ObjectCondition* able = hpa.Condition("AbleToScale");
  for (const std::string& reason : {ReasonWhere(hpa.Condition("ScalingActive"), "False"), ReasonWhere(able, "False")}) {
    if (!reason.empty()) return reason;
  }
  const std::string reason = ReasonWhere(able, "True");
  return reason.ends_with("Stabilized") ? reason : "";
}

}  // namespace

HpaSnapshot SnapshotOf(const KedaObject& object, const HpaObject* hpa, std::size_t trigger) {
  HpaSnapshot snapshot;
  snapshot.least = std::max(1, ReplicaCount(object.MinReplicas()));
  // Before its first sync an HPA has no conditions, and counts that mean nothing.
  if (hpa == nullptr || hpa->conditions.empty()) return snapshot;
  snapshot.current = ReplicaCount(hpa->current_replicas.value_or(0));
  snapshot.desired = ReplicaCount(hpa->desired_replicas.value_or(0));
  snapshot.tolerance = hpa->tolerance;
  const std::string own_metric = OwnMetric(*hpa, trigger);
  snapshot.metric = own_metric;
  const ObjectCondition* active = hpa->Condition("ScalingActive");
  if (active != nullptr && active->status == "True") {
    if (std::string won = WinningMetric(active->message); !won.empty()) snapshot.metric = std::move(won);
  }
  snapshot.is_ours = snapshot.metric == own_metric;  // of a formula there is one metric, which is nobody's
  for (const HpaMetric& each : hpa->external_metrics) {
    if (each.name != snapshot.metric) continue;
    snapshot.value = NumberOf(each.current);
    snapshot.threshold = NumberOf(each.target);
  }
  snapshot.limit = ReasonWhere(hpa->Condition("ScalingLimited"), "True");
  snapshot.hindrance = HindranceOf(*hpa);
  return snapshot;
}

std::optional<int> GoalOf(const HpaSnapshot& snapshot) {
  if (!snapshot.asked || !snapshot.current) return std::nullopt;
  const AskedReplicas& asked = *snapshot.asked;
  if (*snapshot.current == 0 && !asked.active) return 0;
  const int wanted = ReplicasForMetric(MetricAsKedaTellsIt(asked.replicas), 1, *snapshot.current, snapshot.tolerance);
  return std::max(snapshot.least, ReplicaCount(wanted));
}

}  // namespace loadline
