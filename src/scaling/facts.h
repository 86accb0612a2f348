// What was seen, asked for by signal and by ticks ago: the readings as the policy wants them read.
#ifndef LOADLINE_SCALING_FACTS_H_
#define LOADLINE_SCALING_FACTS_H_

#include <optional>
#include <string>

#include "scaling/decide.h"
#include "scaling/signal_readings.h"

namespace loadline {

class Facts {
 public:
  // All must outlive it.
  Facts(const Policy& policy, const QueryPlan& plan, const Observation& seen)
      : policy_(policy), plan_(plan), seen_(seen), readings_(policy, plan, seen) {}

  // The signal's value so many ticks ago: aggregated and smoothed; of a backlog its depth, of a dependency the other's
  // replicas. None where it was missing then, too old, or a zero that is not trusted.
  std::optional<double> Value(std::size_t signal, std::size_t ticks_ago) const {
    return readings_.Value(signal, ticks_ago);
  }

  // What the signal's law made of the readings then; none where one that it needs was missing. The clock's laws always
  // have an answer.
  std::optional<SignalOutcome> LawAt(std::size_t signal, std::size_t ticks_ago) const;

  // The same of the latest readings, where the source says that data is missing from some.
  std::optional<SignalOutcome> LawOnPartialData(std::size_t signal) const;

  // LawAt of the signal that the objective is about.
  std::optional<SignalOutcome> ObjectiveAt(SignalOutcome outcome, std::size_t ticks_ago) const;

  // LawAt of a forecast: what it asked for then; none where it is to be used, and is not known yet.
  std::optional<SignalOutcome> ForecastAt(std::size_t signal, std::size_t ticks_ago) const;

  // Why the signal has no value now.
  std::string Problem(std::size_t signal) const;

  // The replicas that there were; none where that is not known.
  std::optional<double> Observed(std::size_t ticks_ago) const;
  // How long ago they were known last, within the policy's hold; none where that is longer ago.
  std::optional<std::size_t> LastObserved() const;
  std::optional<double> LatestObserved() const;

  // How many of the readings in the signal's window are missing now.
  std::size_t Gaps(std::size_t signal) const { return readings_.Gaps(signal); }

  // How long ago the sources last said of this signal that there is no such series, and nothing else since; none where
  // that means zero, a value came later, or nothing was said within `hold`.
  std::optional<std::size_t> LastEmpty(std::size_t signal, Duration hold) const;

  // What `whenIdle`'s query said, held like a signal; and what is wrong with it.
  std::optional<double> WhenIdle() const;
  std::string WhenIdleProblem() const;
  // How long ago the count last changed: up (+1), down (-1), or either (0), looking back so far; none where it did not,
  // or is not known to have.
  std::optional<Duration> SinceChange(int direction, Duration within) const;

  // The score so many ticks ago; none where a part of it was missing then.
  std::optional<double> Score(std::size_t ticks_ago) const;

  // How many whole ticks are in `span`, and when a tick was.
  std::size_t Ticks(Duration span) const { return readings_.Ticks(span); }
  Timestamp TimeAt(std::size_t ticks_ago) const { return readings_.TimeAt(ticks_ago); }

 private:
  const std::shared_ptr<const LearnedNumber>& LearnedOf(std::size_t signal) const;
  // What a replica of the backlog works off; none where it is asked for or learned, and not known.
  std::optional<double> Throughput(std::size_t signal, std::size_t ticks_ago) const;
  // Why an active forecast is not known at all.
  std::string NotYet(std::size_t signal) const;
  // What the forecast's law makes of the value that is expected; what else it needs is held as long as the signal that
  // it is of.
  std::optional<SignalOutcome> DemandOfExpected(std::size_t signal, std::size_t ticks_ago, double value) const;

  const Policy& policy_;
  const QueryPlan& plan_;
  const Observation& seen_;
  SignalReadings readings_;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_FACTS_H_
