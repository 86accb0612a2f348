// The one function everything else serves.
#ifndef LOADLINE_SCALING_DECIDE_H_
#define LOADLINE_SCALING_DECIDE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/optional_number.h"
#include "base/rare_text.h"
#include "base/result.h"
#include "scaling/learned_number.h"
#include "scaling/objective_report.h"
#include "scaling/override.h"
#include "scaling/policy.h"
#include "scaling/query_plan.h"
#include "scaling/reading.h"
#include "scaling/reason.h"
#include "scaling/signal_forecast.h"
#include "schedule/schedule.h"

namespace loadline {

// What was seen up to `now`: a window for each query of the plan, in its order, with one reading for each `interval`.
struct Observation {
  Timestamp now;
  Duration interval{15000};
  std::vector<ReadingWindow> windows;
  const CalendarLookup* calendars = nullptr;  // null: there are none
  std::span<const Override> overrides = {};   // those that are meant for this binding, in the order of their names
  // One for each signal of the policy, at its place; nullptr, or a list that ends before it: none is known yet.
  std::span<const SignalForecast* const> forecasts = {};
  LearnedNumbers learned = {};
  ObjectiveView objective = {};  // of a policy that has one

  // What had been seen `ticks_ago`: the windows without what came later.
  Observation Before(std::size_t ticks_ago) const;
};

// What one signal had to say. Thousands of them are written at each tick, and kept until the next: small ones first.
struct SignalOutcome {
  Reason reason = Reason::kMissing;
  bool active = false;        // the reading is above its activateAbove
  std::optional<bool> open;   // of a gate
  std::uint32_t gaps = 0;     // readings that are missing from its window
  OptionalNumber value;       // the reading it goes by; of a backlog: the depth
  OptionalNumber arrivals;    // of a backlog
  OptionalNumber throughput;  // of a backlog: items per second and replica
  OptionalNumber demand;      // replicas, fractional, in the signal's role; none: it takes no part
  OptionalNumber expected;    // of a forecast: the demand of what is expected, whether it is used or not
  OptionalNumber score;       // of a part of the score: percent, 0 to 100
  Duration age{0};            // of the reading it goes by: above 0 where it is held
  std::shared_ptr<const ScheduleState> schedule = nullptr;  // of a schedule: which windows are open, what comes next
  std::shared_ptr<const Trust> trust = nullptr;             // of a forecast that is known
  std::shared_ptr<const LearnedNumber> learned = nullptr;   // of a law with a number that is
  RareText problem;  // why there is no reading now, or of a schedule what is wrong with it; else empty

  // What a schedule says beside the demand; the factor is on the demand of all.
  std::optional<double> floor() const { return Said(&ScheduleSays::min); }
  std::optional<double> ceiling() const { return Said(&ScheduleSays::max); }
  std::optional<double> factor() const { return Said(&ScheduleSays::factor); }

 private:
  std::optional<double> Said(std::optional<ScheduleValue> ScheduleSays::*what) const {
    if (schedule == nullptr || !(schedule->says.*what)) return std::nullopt;
    return (schedule->says.*what)->value;
  }
};

// One step: what was proposed before and after it, and why. Sentence() (explain.h) puts it in words.
struct Step {
  std::string_view stage;  // its name in kStages
  Reason reason;
  int item = -1;  // the signal it was about; of rules the rule, of overrides the override
  double before = 0;
  double after = 0;
  Duration ago{0};                                    // how long ago that was which it goes by
  double limit = 0;                                   // what it was measured against; what that is, Sentence() says
  std::shared_ptr<const std::string> name = nullptr;  // of an override with its reason, of a budget; of an
                                                      // error its message
};

// How far a decision is to be trusted, and why no further (confidence.h). Each from 0 to 1; 0 where there is none.
struct Confidence {
  double agreement = 0;
  double completeness = 0;
  double steadiness = 0;

  double Product() const { return agreement * completeness * steadiness; }
  bool operator==(const Confidence&) const = default;
};

struct Decision {
  Timestamp time;
  double wanted = 0;               // replicas, fractional: what is needed; means nothing where there is an error
  double replicas = 0;             // what KEDA is told, so that the HPA gets there; likewise
  bool active = false;             // likewise
  std::optional<Error> error;      // the policy says that this cannot be answered; the message says why
  std::optional<double> observed;  // the replicas that there are, or were
  Duration observed_age{0};
  std::optional<double> score;
  std::shared_ptr<const ObjectiveReport> objective;  // of a policy that has one, where it is known
  Confidence confidence;                             // nothing decides by it
  std::vector<SignalOutcome> signals;                // in the policy's order
  std::vector<Step> steps;
};

// Decides how many replicas `policy` wants for one binding, given what was seen in its window. Pure: the same
// arguments always give the same decision (docs/decisions/0001). What could not be observed is answered as
// the policy says, and the steps say so. REQUIRES: a window, not empty, for each query of the plan.
Decision Decide(const Policy& policy, const QueryPlan& plan, const Observation& seen);

// The same in two halves, between which a fleet shares its budgets (fleet.h): what this binding would want by itself,
// and what it gets. `granted`: the replicas that its budget leaves it; none where it has no budget.
Decision Propose(const Policy& policy, const QueryPlan& plan, const Observation& seen);
Decision Settle(const Policy& policy, const QueryPlan& plan, const Observation& seen, Decision proposed,
                std::optional<double> granted);

// The stages of a decision, in their order, and what each does: for the reference.
struct StageText {
  std::string_view name;
  std::string_view help;
};
std::span<const StageText> Stages();

}  // namespace loadline

#endif  // LOADLINE_SCALING_DECIDE_H_
