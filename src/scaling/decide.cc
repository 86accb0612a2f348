#include "scaling/decide.h"

#include <array>
#include <cassert>

#include "scaling/stages/stages.h"

namespace loadline {
namespace {

struct Stage {
  std::string_view name;
  void (*run)(const StageContext&, Proposal&);
};

// The decision, from top to bottom. An error ends it: what follows would work on a number that is not there.
constexpr std::array kStages = {
    Stage{"signals", MeasureSignals},   // what each signal's reading asks for, or last asked for
    Stage{"idle", AnswerIdle},          // at zero replicas: what stands in for the workers' own metrics
    Stage{"missing", AnswerMissing},    // what the policy says of signals that are still without an answer
    Stage{"combine", CombineDemands},   // the highest demand
    Stage{"bounds", StayInBounds},      // min and max
    Stage{"activity", DecideActivity},  // whether it should run at all
};

}  // namespace

void Proposal::Take(const StageContext& context, Reason reason, double replicas, int signal) {
  decision.steps.push_back({context.stage, reason, decision.replicas, replicas, signal});
  decision.replicas = replicas;
}

Decision Decide(const Policy& policy, const QueryPlan& plan, const Observation& seen) {
  assert(seen.windows.size() == plan.queries.size());
  Proposal proposal;
  proposal.decision.time = seen.now;
  proposal.decision.steps.reserve(8);
  for (const Stage& stage : kStages) {
    stage.run({policy, plan, seen, stage.name}, proposal);
    if (proposal.decision.error) break;
  }
  return std::move(proposal.decision);
}

}  // namespace loadline
