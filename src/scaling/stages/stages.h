// The stages of a decision. Each is a function that takes the proposal so far, and leaves it changed or as it was, with
// steps that say why. A new stage is a function here and a line in kStages (decide.cc).
#ifndef LOADLINE_SCALING_STAGES_STAGES_H_
#define LOADLINE_SCALING_STAGES_STAGES_H_

#include "scaling/decide.h"
#include "scaling/facts.h"

namespace loadline {

struct StageContext {
  const Policy& policy;
  const QueryPlan& plan;
  const Observation& seen;
  const Facts& facts;
  std::optional<double> granted;  // by the binding's budget
  std::string_view stage;         // the name of the stage that runs
};

// What a stage may change.
struct Proposal {
  Decision decision;

  // Proposes `replicas`, and why.
  Step& Take(const StageContext& context, Reason reason, double replicas, int item = -1);
  // Ends the decision: it has no number.
  void Fail(const StageContext& context, Reason reason, std::string message);

  bool Has(Reason reason) const;
};

// What is observed, or was lately; fails the proposal, and is empty, where that is not known.
std::optional<double> NeedObserved(const StageContext& context, Proposal& proposal);

// The demand: what the policy asks for by itself.
void MeasureSignals(const StageContext& context, Proposal& proposal);
void AnswerIdle(const StageContext& context, Proposal& proposal);
void AnswerMissing(const StageContext& context, Proposal& proposal);
void CombineDemands(const StageContext& context, Proposal& proposal);
void SayForecasts(const StageContext& context, Proposal& proposal);
void ApplyFactors(const StageContext& context, Proposal& proposal);
void ApplyRules(const StageContext& context, Proposal& proposal);

// The shape: how fast it may be followed.
void Stabilize(const StageContext& context, Proposal& proposal);
void LimitStep(const StageContext& context, Proposal& proposal);
void CoolDown(const StageContext& context, Proposal& proposal);
void ApplyHysteresis(const StageContext& context, Proposal& proposal);

// The limits: what holds however fast it may be followed.
void PassGates(const StageContext& context, Proposal& proposal);
void RaiseToFloors(const StageContext& context, Proposal& proposal);
void CapAtCeilings(const StageContext& context, Proposal& proposal);
void ApplyOverrides(const StageContext& context, Proposal& proposal);
void CapByCost(const StageContext& context, Proposal& proposal);
void StayInBounds(const StageContext& context, Proposal& proposal);
void TakeGrant(const StageContext& context, Proposal& proposal);

// The answer: what KEDA is told.
void DecideActivity(const StageContext& context, Proposal& proposal);
void ReachByHpa(const StageContext& context, Proposal& proposal);
void ApplyMode(const StageContext& context, Proposal& proposal);

// The stages of the demand only: what was asked for, before it was shaped.
Decision AskedFor(const Policy& policy, const QueryPlan& plan, const Observation& seen);

}  // namespace loadline

#endif  // LOADLINE_SCALING_STAGES_STAGES_H_
