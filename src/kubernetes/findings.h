// What is wrong with how KEDA's objects use policies: what KEDA takes without a word, and then does something else.
#ifndef LOADLINE_KUBERNETES_FINDINGS_H_
#define LOADLINE_KUBERNETES_FINDINGS_H_

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "kubernetes/kube_objects.h"
#include "scaling/policy.h"

namespace loadline {

enum class FindingKind {
  kPolicyMissing,          // the trigger names no policy that there is, or none at all
  kBadParameters,          // the policy does not take what the trigger's metadata set
  kMetricTypeValue,        // the HPA would multiply
  kWrongTarget,            // the HPA divides by something else than 1
  kObservedOfAnother,      // the policy looks at the replicas of another workload
  kSlowPolling,            // polls come too rarely for what the policy promises
  kPaused,                 // KEDA does nothing, or half of it
  kForcedActive,           // KEDA does not go by our activity
  kNoFallback,             // while we are gone all stays as it is
  kFallbackToZero,         // an error scales to zero
  kFallbackLowers,         // an error lowers the count
  kFallbackNeverFires,     // as it is configured
  kFallbackSilent,         // it should have, and has not
  kMaxBelowFloor,          // the object's maximum is below what the policy has as its least
  kMaxBelowPolicy,         // or below what the policy may ask for
  kMinAbovePolicy,         // the object's minimum is above what the policy may ask for
  kTwoScalers,             // another HPA or ScaledObject moves the same workload
  kOtherTriggerOverrules,  // the policy caps, and the HPA takes the highest of all triggers
  kJobPush,                // external-push of a ScaledJob does nothing
  kIdleReplicas,           // only 0 works
  kScalerFailed,           // KEDA says that it could not use us
  kNotReady,               // KEDA says that the object is not ready
  kUnresolved,             // metadata is only known when KEDA calls
};

constexpr auto EnumWords(FindingKind) {
  using K = FindingKind;
  return std::array{std::pair{K::kPolicyMissing, "policy_missing"},
                    std::pair{K::kBadParameters, "bad_parameters"},
                    std::pair{K::kMetricTypeValue, "metric_type_value"},
                    std::pair{K::kWrongTarget, "wrong_target"},
                    std::pair{K::kObservedOfAnother, "observed_of_another"},
                    std::pair{K::kSlowPolling, "slow_polling"},
                    std::pair{K::kPaused, "paused"},
                    std::pair{K::kForcedActive, "forced_active"},
                    std::pair{K::kNoFallback, "no_fallback"},
                    std::pair{K::kFallbackToZero, "fallback_to_zero"},
                    std::pair{K::kFallbackLowers, "fallback_lowers"},
                    std::pair{K::kFallbackNeverFires, "fallback_never_fires"},
                    std::pair{K::kFallbackSilent, "fallback_silent"},
                    std::pair{K::kMaxBelowFloor, "max_below_floor"},
                    std::pair{K::kMaxBelowPolicy, "max_below_policy"},
                    std::pair{K::kMinAbovePolicy, "min_above_policy"},
                    std::pair{K::kTwoScalers, "two_scalers"},
                    std::pair{K::kOtherTriggerOverrules, "other_trigger_overrules"},
                    std::pair{K::kJobPush, "job_push"},
                    std::pair{K::kIdleReplicas, "idle_replicas"},
                    std::pair{K::kScalerFailed, "scaler_failed"},
                    std::pair{K::kNotReady, "not_ready"},
                    std::pair{K::kUnresolved, "unresolved"}};
}
std::string_view FindingName(FindingKind kind);  // "metric_type_value"

// Errors make KEDA do what nobody meant; warnings may, or are worth to know.
enum class FindingSeverity { kNote, kWarning, kError };
std::string_view SeverityName(FindingSeverity severity);  // "note", "warning", "error"
FindingSeverity SeverityOf(FindingKind kind);

struct Finding {
  FindingKind kind = FindingKind::kPolicyMissing;
  std::optional<std::size_t> trigger;  // which; none: the object as a whole
  std::string sentence;                // what is so, and what comes of it
  std::string mend;                    // what to do

  friend bool operator==(const Finding&, const Finding&) = default;
};

// A trigger of ours, and its policy, or why there is none.
struct TriggerPolicy {
  std::size_t trigger = 0;  // index into KedaObject::triggers
  Result<std::shared_ptr<const Policy>> policy;
};

struct Judged {
  const KedaObject& object;
  std::vector<TriggerPolicy> ours = {};  // at least one
  const HpaObject* hpa = nullptr;        // KEDA's for the object; null: none, or not known
  const ObjectEvent* warning = nullptr;  // KEDA's latest of the object; null: none that is recent
  std::vector<std::string> rivals = {};  // others that scale the same workload: "HorizontalPodAutoscaler web"
};

// Pure. In the order of the enum. Rule numbers in the code are those of docs/keda-rules.md.
std::vector<Finding> FindProblems(const Judged& judged);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_FINDINGS_H_
