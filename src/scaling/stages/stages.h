// The stages of a decision. Each is a function that takes the proposal so far, and returns it changed or as it was,
// with steps that say why. A new stage is a function here and a line in kStages (decide.cc).
#ifndef LOADLINE_SCALING_STAGES_STAGES_H_
#define LOADLINE_SCALING_STAGES_STAGES_H_

#include "scaling/decide.h"

namespace loadline {

struct StageContext {
  const Policy& policy;
  const QueryPlan& plan;
  const Observation& seen;
  std::string_view stage;  // the name of the stage that runs
};

// What a stage may change.
struct Proposal {
  Decision decision;

  void Take(const StageContext& context, Reason reason, double replicas, int signal = -1);
};

void MeasureSignals(const StageContext& context, Proposal& proposal);
void AnswerIdle(const StageContext& context, Proposal& proposal);
void AnswerMissing(const StageContext& context, Proposal& proposal);
void CombineDemands(const StageContext& context, Proposal& proposal);
void StayInBounds(const StageContext& context, Proposal& proposal);
void DecideActivity(const StageContext& context, Proposal& proposal);

}  // namespace loadline

#endif  // LOADLINE_SCALING_STAGES_STAGES_H_
