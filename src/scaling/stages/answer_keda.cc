// What KEDA and its HPA are told, so that they get to what is wanted.
#include <cmath>

#include "scaling/stages/stages.h"

namespace loadline {
namespace {

// Whether the HPA does with `wanted` what it does with `told`, whichever version of Kubernetes it is of: those differ
// where the ratio is exactly on an edge of the tolerance.
bool IsAsGood(double wanted, double told, double present, const Tolerance& tolerance) {
  const int count = static_cast<int>(present);
  constexpr double kEdge = 0.0015;  // a thousandth is the least that KEDA tells apart
  const bool on_edge = std::abs(wanted - present * (1 + tolerance.up)) < kEdge ||
                       std::abs(wanted - present * (1 - tolerance.down)) < kEdge;
  return !on_edge && ReplicasForMetric(wanted, 1, count, tolerance) == ReplicasForMetric(told, 1, count, tolerance);
}

}  // namespace

// The HPA does not move while the ratio is within its tolerance (rule 22). Where the present count is not known, or
// old, the plain number: one that was shaped for another count could move the wrong way.
void ReachByHpa(const StageContext& context, Proposal& proposal) {
  if (context.plan.observed < 0) return;
  const HpaSpec hpa = context.policy.hpa.value_or(HpaSpec());
  if (hpa.deadband == Deadband::kPlain) return;  // the number as it is
  const double wanted = proposal.decision.replicas;
  const bool is_now = proposal.decision.observed_age == Duration::zero();
  if (!is_now || proposal.decision.observed.value_or(0) <= 0) return;
  const double present = *proposal.decision.observed;
  const double told = ValueForHpa(wanted, present, hpa.tolerance, hpa.deadband);
  // Bounds hold for what is told, too.
  const bool out_of_bounds = std::ceil(told) < context.policy.replicas.min ||
                             told > context.policy.Most().value_or(told) ||
                             (context.granted && told > *context.granted);
  if (out_of_bounds || IsAsGood(wanted, told, present, hpa.tolerance)) return;
  proposal.Take(context, told > present ? Reason::kBeyondTolerance : Reason::kWithinTolerance, told);
}

// An error of the decision is none of the answer: beside other triggers it would keep the HPA from following them down.
// The steps and the signals still tell it.
void ApplyMode(const StageContext& context, Proposal& proposal) {
  if (context.policy.mode == Mode::kYield) {
    proposal.decision.error.reset();
    proposal.Take(context, Reason::kModeYield, 0);
    proposal.decision.active = false;
  } else if (context.policy.mode == Mode::kHold) {
    const auto observed = context.facts.LatestObserved();
    if (!observed && proposal.decision.error) return;
    if (!NeedObserved(context, proposal)) return;
    proposal.decision.error.reset();
    proposal.Take(context, Reason::kModeHold, *observed);
    proposal.decision.active = *observed > 0;
  }
}

}  // namespace loadline
