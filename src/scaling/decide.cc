#include "scaling/decide.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "scaling/confidence.h"
#include "scaling/stages/stages.h"

namespace loadline {
namespace {

struct Stage {
  std::string_view name;
  std::string_view help;  // for the reference
  void (*run)(const StageContext&, Proposal&);
};

// The decision, from top to bottom. An error ends it: what follows would work on a number that is not there.
constexpr std::array kStages = {
    Stage{"signals", "What each signal's reading asks for, or last asked for.", MeasureSignals},
    Stage{"idle", "At zero replicas: what stands in for the workers' own metrics.", AnswerIdle},
    Stage{"missing", "What the policy says of signals that are still without an answer.", AnswerMissing},
    Stage{"combine", "One number out of the signals' demands.", CombineDemands},
    Stage{"forecasts", "Those that are to be used and are not, and why.", SayForecasts},
    Stage{"factor", "A schedule's factor on it.", ApplyFactors},
    Stage{"rules", "What fired, relative to what is observed.", ApplyRules},
    Stage{"stabilize", "What was asked for within the window.", Stabilize},
    Stage{"step", "How far from the observed count, how fast.", LimitStep},
    Stage{"cooldown", "How soon after the last change.", CoolDown},
    Stage{"hysteresis", "How small a change is followed.", ApplyHysteresis},
    Stage{"gates", "Whether asking counts at all.", PassGates},
    Stage{"floors", "Signals and schedules that say at least.", RaiseToFloors},
    Stage{"ceilings", "Those that say at most; above a floor they win.", CapAtCeilings},
    Stage{"override", "What an operator says.", ApplyOverrides},
    Stage{"cost", "What it may cost.", CapByCost},
    Stage{"bounds", "replicas.min and replicas.max.", StayInBounds},
    Stage{"budget", "What the fleet leaves.", TakeGrant},
    Stage{"activity", "Whether it should run at all.", DecideActivity},
    Stage{"tolerance", "What the HPA must be told so that it gets there.", ReachByHpa},
    Stage{"mode", "Whether that is said.", ApplyMode},
};

constexpr std::size_t IndexOf(std::string_view name) {
  for (std::size_t i = 0; i < kStages.size(); ++i) {
    if (kStages[i].name == name) return i;
  }
  return kStages.size();
}
constexpr std::size_t kShape = IndexOf("stabilize");
constexpr std::size_t kFleet = IndexOf("budget");
static_assert(kShape < kFleet && kFleet < kStages.size());

void Run(std::size_t first, std::size_t end, const Policy& policy, const QueryPlan& plan, const Observation& seen,
         std::optional<double> granted, Proposal& proposal) {
  const Facts facts(policy, plan, seen);
  for (std::size_t i = first; i < end; ++i) {
    // A mode answers by itself, also where nothing could be decided.
    if (proposal.decision.error && kStages[i].run != ApplyMode) continue;
    kStages[i].run({policy, plan, seen, facts, granted, kStages[i].name}, proposal);
  }
}

Decision RunFromStart(std::size_t end, const Policy& policy, const QueryPlan& plan, const Observation& seen) {
  assert(seen.windows.size() == plan.queries.size());
  Proposal proposal;
  proposal.decision.time = seen.now;
  proposal.decision.objective = seen.objective.report;
  proposal.decision.steps.reserve(3);
  Run(0, end, policy, plan, seen, std::nullopt, proposal);
  return std::move(proposal.decision);
}

// `every`: what was decided last at a multiple of it stands.
std::size_t TicksSinceTurn(const Policy& policy, const Observation& seen) {
  if (!policy.every) return 0;
  return static_cast<std::size_t>((seen.now - AlignDown(seen.now, *policy.every)) / seen.interval);
}

// What was seen at that tick. Most decide at every tick, and need no copy: `earlier` is for the others.
const Observation& SeenAtTurn(const Policy& policy, const Observation& seen, std::optional<Observation>& earlier) {
  const std::size_t ticks_ago = TicksSinceTurn(policy, seen);
  return ticks_ago == 0 ? seen : earlier.emplace(seen.Before(ticks_ago));
}

}  // namespace

Observation Observation::Before(std::size_t ticks_ago) const {
  Observation before = *this;
  if (ticks_ago == 0) return before;
  static constexpr Reading kUnknown;
  before.now -= interval * static_cast<Duration::rep>(ticks_ago);
  before.objective.levels =
      objective.levels.first(objective.levels.size() - std::min(ticks_ago, objective.levels.size()));
  for (ReadingWindow& window : before.windows) {
    const std::size_t left = window.ticks.size() > ticks_ago ? window.ticks.size() - ticks_ago : 0;
    window.ticks = left > 0 ? window.ticks.first(left) : std::span<const Reading>(&kUnknown, 1);
    window.problem = window.ticks.back().state == ReadingState::kValue ? "" : "no reading at the tick decided at";
  }
  return before;
}

Step& Proposal::Take(const StageContext& context, Reason reason, double replicas, int item) {
  decision.steps.push_back({context.stage, reason, item, decision.replicas, replicas});
  decision.replicas = replicas;
  return decision.steps.back();
}

void Proposal::Fail(const StageContext& context, Reason reason, std::string message) {
  decision.steps.push_back({context.stage, reason, -1, decision.replicas, decision.replicas});
  decision.steps.back().name = std::make_shared<const std::string>(message);
  decision.error = Error{Code::kUnavailable, std::move(message)};
}

bool Proposal::Has(Reason reason) const {
  return std::any_of(decision.steps.begin(), decision.steps.end(),
                     [&](const Step& step) { return step.reason == reason; });
}

std::optional<double> NeedObserved(const StageContext& context, Proposal& proposal) {
  const auto observed = context.facts.LatestObserved();
  if (!observed) {
    proposal.Fail(
        context, Reason::kObservedUnknown,
        "how many replicas there are is not known, and the policy goes by it: " +
            (context.plan.observed < 0
                 ? std::string("it asks for no count: set replicas.observed")
                 : std::string(context.seen.windows[static_cast<std::size_t>(context.plan.observed)].problem)));
  }
  return observed;
}

std::span<const StageText> Stages() {
  static constexpr auto kTexts = [] {
    std::array<StageText, kStages.size()> texts{};
    for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = {kStages[i].name, kStages[i].help};
    return texts;
  }();
  return kTexts;
}

Decision AskedFor(const Policy& policy, const QueryPlan& plan, const Observation& seen) {
  return RunFromStart(kShape, policy, plan, seen);
}

Decision Propose(const Policy& policy, const QueryPlan& plan, const Observation& seen) {
  std::optional<Observation> earlier;
  return RunFromStart(kFleet, policy, plan, SeenAtTurn(policy, seen, earlier));
}

Decision Settle(const Policy& policy, const QueryPlan& plan, const Observation& seen, Decision proposed,
                std::optional<double> granted) {
  std::optional<Observation> earlier;
  const Observation& at_turn = SeenAtTurn(policy, seen, earlier);
  Proposal proposal{std::move(proposed)};
  Run(kFleet, kStages.size(), policy, plan, at_turn, granted, proposal);
  proposal.decision.confidence = ConfidenceIn(policy, plan, at_turn, proposal.decision);
  return std::move(proposal.decision);
}

Decision Decide(const Policy& policy, const QueryPlan& plan, const Observation& seen) {
  return Settle(policy, plan, seen, Propose(policy, plan, seen), std::nullopt);
}

}  // namespace loadline
