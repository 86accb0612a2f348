#include "kubernetes/findings.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "scaling/query_plan.h"

namespace loadline {
namespace {

constexpr std::string_view kAnnotations = "autoscaling.keda.sh/";
constexpr std::size_t kMostWords = 300;

// The least that a signal insists on, whatever the load; 0 where it insists on nothing.
double FloorOf(const Signal& signal) {
  double floor = 0;
  const bool is_floor = signal.role == Role::kFloor;
  if (is_floor && signal.replicas) {
    if (const double* number = std::get_if<double>(&*signal.replicas)) floor = *number;
  }
  if (signal.schedule) {
    for (const ScheduleWindow& window : signal.schedule->windows) {
      floor = std::max(floor, window.min.value_or(0));
      if (is_floor) floor = std::max(floor, window.replicas.value_or(0));
    }
  }
  return floor;
}

// By when something has to be done about what comes at zero replicas, and what says so.
struct Promise {
  Duration within = Duration::max();
  std::string of;
};

Promise ShortestPromise(const Policy& policy) {
  Promise shortest;
  const auto note = [&](Duration within, std::string of) {
    if (within < shortest.within) shortest = {within, std::move(of)};
  };
  for (const Signal& signal : policy.signals) {
    if (signal.backlog) note(signal.backlog->drain_within, fmt::format("drainWithin of signal {}", signal.name));
    const bool counts = signal.forecast && signal.forecast->mode == ForecastSpec::Mode::kActive;
    if (!counts) continue;
    // One that is learned is known to whoever decides.
    if (const auto* ahead = std::get_if<Duration>(&signal.forecast->ahead)) {
      note(*ahead, fmt::format("the forecast {} looks ahead", signal.name));
    }
  }
  if (policy.objective && policy.objective->deadline)
    note(*policy.objective->deadline, "the deadline of its objective");
  return shortest;
}

// What of a policy says "no more than"; empty where nothing does.
std::string CapOf(const Policy& policy) {
  for (const Signal& signal : policy.signals) {
    if (signal.role == Role::kCeiling) return fmt::format("its ceiling {}", signal.name);
    if (signal.role == Role::kGate) return fmt::format("its gate {}", signal.name);
  }
  if (policy.budget) return fmt::format("its budget {}", *policy.budget);
  if (policy.cost && policy.cost->max_per_hour) return "its maxPerHour";
  return "";
}

class Judge {
 public:
  explicit Judge(const Judged& judged) : judged_(judged), object_(judged.object) {}

  std::vector<Finding> Run() {
    for (const TriggerPolicy& each : judged_.ours) JudgeTrigger(each);
    JudgePauses();
    if (!object_.is_job) {
      JudgeFallback();
      JudgeSilence();
    }
    JudgeObject();
    std::ranges::stable_sort(findings_, {}, &Finding::kind);
    return std::move(findings_);
  }

 private:
  void JudgeTrigger(const TriggerPolicy& ours) {
    trigger_ = ours.trigger;
    const KedaTrigger& trigger = object_.triggers[ours.trigger];
    JudgeMetric(trigger);
    if (!trigger.IsKnown()) {
      Add(FindingKind::kUnresolved,
          "a key of its metadata ends in FromEnv: only KEDA knows its value, and nothing is decided before it calls",
          "");
    }
    if (ours.policy) return JudgePolicy(trigger, **ours.policy);
    // What is still being read will be there in a moment.
    if (ours.policy.error().code == Code::kUnavailable) return;
    Add(FindingKind::kPolicyMissing,
        fmt::format("KEDA gets errors: {}", OneLine(ours.policy.error().message, kMostWords)),
        "name a policy that this namespace may use in the trigger's metadata");
  }

  // Rules 21, 24 and 44.
  void JudgeMetric(const KedaTrigger& trigger) {
    if (object_.is_job && !trigger.metric_type.empty()) {
      Add(FindingKind::kMetricTypeValue,
          fmt::format("metricType is {}: of a ScaledJob with a metricType, whichever, KEDA makes no jobs",
                      trigger.metric_type),
          "leave it out");
    } else if (!trigger.metric_type.empty() && trigger.metric_type != "AverageValue") {
      Add(FindingKind::kMetricTypeValue,
          fmt::format("metricType is {}: the HPA multiplies the answer by the ready pods, so that 10 wanted at 10 pods "
                      "become 100",
                      trigger.metric_type),
          "set metricType: AverageValue, or leave it out");
    }
    if (object_.is_job && trigger.type == "external-push") {
      Add(FindingKind::kJobPush, "a ScaledJob does not go by external-push: KEDA only warns and never calls",
          "use type: external");
    }
    if (judged_.hpa == nullptr || !object_.formula.empty()) return;
    const std::string prefix = fmt::format("s{}-", *trigger_);
    for (const HpaMetric& metric : judged_.hpa->external_metrics) {
      if (!metric.name.starts_with(prefix) || metric.target == "1" || metric.type != "AverageValue") continue;
      Add(FindingKind::kWrongTarget,
          fmt::format("the HPA {} divides the answer by {}, and it is a number of replicas", judged_.hpa->name,
                      metric.target),
          "the target is 1: let KEDA write the HPA anew, by a change of the ScaledObject");
    }
  }

  void JudgePolicy(const KedaTrigger& trigger, const Policy& policy) {
    JudgeParameters(trigger, policy);
    if (!object_.is_job) JudgeObserved(policy);
    JudgePolling(trigger, policy);
    JudgeBounds(policy);
    const std::string cap = CapOf(policy);
    const bool has_others = object_.triggers.size() > judged_.ours.size() || judged_.ours.size() > 1;
    if (!cap.empty() && has_others && object_.formula.empty() && !object_.is_job && policy.mode == Mode::kActive) {
      Add(FindingKind::kOtherTriggerOverrules,
          fmt::format("policy {} caps by {}, but the object has {} triggers, and the HPA takes the highest of them",
                      policy.name, cap, object_.triggers.size()),
          "put what the other triggers ask for into the policy, as signals, and remove them");
    }
  }

  void JudgeParameters(const KedaTrigger& trigger, const Policy& policy) {
    if (!trigger.IsKnown()) return;
    const Result<Parameters> parameters =
        BindParameters(policy, object_.object_namespace, object_.name, trigger.metadata);
    const Result<QueryPlan> plan = parameters ? PlanQueries(policy, *parameters) : Fail(parameters.error());
    if (plan) return;
    Add(FindingKind::kBadParameters, fmt::format("KEDA gets errors: {}", OneLine(plan.error().message, kMostWords)),
        "set in the trigger's metadata what the policy declares");
  }

  void JudgeObserved(const Policy& policy) {
    const bool is_default = !policy.replicas.observed && policy.NeedsObserved();
    const bool is_own = object_.target.kind == "Deployment" && object_.target.name == object_.name;
    if (!is_default || is_own) return;
    Add(FindingKind::kObservedOfAnother,
        fmt::format("policy {} goes by the replicas of the Deployment {}, but {} {} is scaled", policy.name,
                    object_.name, object_.target.kind, object_.target.name),
        "set replicas.observed in the policy to a query of that one's replicas");
  }

  // From zero it is KEDA's poll that wakes (rule 25).
  void JudgePolling(const KedaTrigger& trigger, const Policy& policy) {
    const bool sleeps = object_.is_job || object_.MinReplicas() == 0 || object_.idle_replicas;
    if (!sleeps || trigger.type == "external-push") return;
    const Promise promise = ShortestPromise(policy);
    const Duration polling = std::chrono::seconds(object_.PollingSeconds());
    if (polling <= promise.within) return;
    Add(FindingKind::kSlowPolling,
        fmt::format("pollingInterval is {}, which is longer than {} ({}): at zero replicas nothing happens in between",
                    FormatDuration(polling), promise.of, FormatDuration(promise.within)),
        object_.is_job ? "poll more often" : "use type: external-push, which wakes at once, or poll more often");
  }

  void JudgeBounds(const Policy& policy) {
    const int most = object_.MaxReplicas();
    const std::string stated = object_.max_replicas ? fmt::format("maxReplicaCount is {}", most)
                                                    : fmt::format("maxReplicaCount is not set, which means {}", most);
    double floor = policy.replicas.min;
    std::string of = fmt::format("policy {} has a minimum of", policy.name);
    for (const Signal& signal : policy.signals) {
      if (FloorOf(signal) <= floor) continue;
      floor = FloorOf(signal);
      of = fmt::format("signal {} of policy {} asks for at least", signal.name, policy.name);
    }
    if (floor > most) {
      Add(FindingKind::kMaxBelowFloor, fmt::format("{}, and {} {}", stated, of, FormatNumber(floor)),
          "raise maxReplicaCount, or lower the floor");
    } else if (policy.replicas.max && *policy.replicas.max > most) {
      Add(FindingKind::kMaxBelowPolicy,
          fmt::format("{}, and policy {} may ask for {}", stated, policy.name, *policy.replicas.max),
          "have both say the same");
    }
    if (policy.replicas.max && object_.MinReplicas() > *policy.replicas.max) {
      Add(FindingKind::kMinAbovePolicy,
          fmt::format("minReplicaCount is {}, and policy {} asks for at most {}", object_.MinReplicas(), policy.name,
                      *policy.replicas.max),
          "have both say the same");
    }
  }

  // Rule 32.
  void JudgePauses() {
    trigger_.reset();
    const auto annotation = [&](std::string_view name) {
      const auto found = object_.annotations.find(std::string(kAnnotations) + std::string(name));
      return found == object_.annotations.end() ? "" : found->second;
    };
    const auto pause = [&](std::string_view name, std::string sentence) {
      Add(FindingKind::kPaused, std::move(sentence), fmt::format("remove the annotation {}{}", kAnnotations, name));
    };
    if (const std::string replicas = annotation("paused-replicas"); !replicas.empty()) {
      pause("paused-replicas", fmt::format("KEDA is paused at {} replicas, and does not call", OneLine(replicas, 20)));
    } else if (annotation("paused") == "true") {
      pause("paused", "KEDA is paused, and does not call");
    }
    if (annotation("paused-scale-in") == "true")
      pause("paused-scale-in", "KEDA may raise the replicas but not lower them");
    if (annotation("paused-scale-out") == "true")
      pause("paused-scale-out", "KEDA may lower the replicas but not raise them");
    if (annotation("force-activation") == "true") {
      Add(FindingKind::kForcedActive, "KEDA keeps it active, whatever the policy says",
          fmt::format("remove the annotation {}force-activation", kAnnotations));
    }
  }

  // Rules 31 and 33 to 35.
  void JudgeFallback() {
    trigger_.reset();
    if (!object_.fallback) {
      return Add(FindingKind::kNoFallback,
                 "there is no fallback: while Loadline answers with errors the replicas stay as they are",
                 "where that is not enough, set fallback with behavior: currentReplicasIfHigher");
    }
    const KedaFallback& fallback = *object_.fallback;
    const bool may_lower =
        fallback.behavior.empty() || fallback.behavior == "static" || fallback.behavior == "currentReplicasIfLower";
    if (fallback.replicas == 0 && object_.MinReplicas() == 0) {
      Add(FindingKind::kFallbackToZero,
          "fallback.replicas is 0: an error is answered by a scale to zero once the cooldown has passed",
          "set fallback.replicas to what carries the load, or remove the fallback: then an error changes nothing");
    } else if (may_lower) {
      Add(FindingKind::kFallbackLowers,
          fmt::format("the fallback sets {} replicas when Loadline answers with errors, also where there are more",
                      fallback.replicas),
          "set fallback.behavior: currentReplicasIfHigher");
    }
    const bool is_whole =
        !object_.formula_target.empty() && object_.formula_target.find_first_not_of("0123456789") == std::string::npos;
    if (!object_.formula.empty() && !is_whole) {
      Add(FindingKind::kFallbackNeverFires,
          fmt::format("the fallback never fires: with a formula KEDA wants a whole number as target, and it is \"{}\"",
                      OneLine(object_.formula_target, 40)),
          "set scalingModifiers.target to a whole number");
    }
  }

  // A scaler that is gone fails GetMetricSpec, which KEDA does not count (rule 35), and with it the metrics of all
  // other triggers (rule 36); only the HPA shows it.
  void JudgeSilence() {
    trigger_.reset();
    const ObjectCondition* scaling = judged_.hpa == nullptr ? nullptr : judged_.hpa->Condition("ScalingActive");
    if (scaling == nullptr || scaling->status != "False" || !scaling->reason.starts_with("FailedGet")) return;
    const ObjectCondition* falling_back = object_.Condition("Fallback");
    if (falling_back != nullptr && falling_back->status == "True") return;
    const bool has_others = object_.triggers.size() > judged_.ours.size();
    Add(FindingKind::kFallbackSilent,
        fmt::format("the HPA {} gets no metric ({}), and {}: the replicas stay as they are", judged_.hpa->name,
                    OneLine(scaling->message, kMostWords),
                    object_.fallback ? "KEDA does not fall back" : "there is no fallback"),
        fmt::format("see whether KEDA's operator reaches Loadline: its address, TLS and network policies{}",
                    has_others ? "; and the object's other triggers: one that fails takes all metrics along" : ""));
  }

  void JudgeObject() {
    trigger_.reset();
    for (const std::string& rival : judged_.rivals) {
      Add(FindingKind::kTwoScalers,
          fmt::format("{} {} is scaled by {}, too: each undoes what the other does", object_.target.kind,
                      object_.target.name, rival),
          "leave one of them");
    }
    if (object_.idle_replicas.value_or(0) != 0) {
      Add(FindingKind::kIdleReplicas, fmt::format("idleReplicaCount is {}: only 0 works", *object_.idle_replicas),
          "set idleReplicaCount: 0, or remove it");
    }
    if (judged_.warning != nullptr) {
      Add(FindingKind::kScalerFailed,
          fmt::format("KEDA says {}: {}", judged_.warning->reason, OneLine(judged_.warning->message, kMostWords)),
          "see loadline explain, and whether KEDA's operator reaches Loadline");
    }
    const ObjectCondition* ready = object_.Condition("Ready");
    if (ready != nullptr && ready->status == "False") {
      Add(FindingKind::kNotReady,
          fmt::format("KEDA says that it is not ready: {}", OneLine(ready->message, kMostWords)), "");
    }
  }

  void Add(FindingKind kind, std::string sentence, std::string mend) {
    findings_.push_back({kind, trigger_, std::move(sentence), std::move(mend)});
  }

  const Judged& judged_;
  const KedaObject& object_;
  std::optional<std::size_t> trigger_;  // that is being judged
  std::vector<Finding> findings_;
};

}  // namespace

std::string_view FindingName(FindingKind kind) { return EnumWords(kind)[static_cast<std::size_t>(kind)].second; }

std::string_view SeverityName(FindingSeverity severity) {
  constexpr std::array<std::string_view, 3> names = {"note", "warning", "error"};
  return names[static_cast<std::size_t>(severity)];
}

FindingSeverity SeverityOf(FindingKind kind) {
  switch (kind) {
    case FindingKind::kPolicyMissing:
    case FindingKind::kBadParameters:
    case FindingKind::kMetricTypeValue:
    case FindingKind::kWrongTarget:
    case FindingKind::kFallbackToZero:
    case FindingKind::kFallbackSilent:
    case FindingKind::kTwoScalers:
    case FindingKind::kJobPush: return FindingSeverity::kError;
    case FindingKind::kNoFallback:
    case FindingKind::kMaxBelowPolicy:
    case FindingKind::kForcedActive:
    case FindingKind::kUnresolved: return FindingSeverity::kNote;
    default: return FindingSeverity::kWarning;
  }
}

std::vector<Finding> FindProblems(const Judged& judged) { return Judge(judged).Run(); }

}  // namespace loadline
