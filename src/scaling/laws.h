// How readings and the clock become replicas: the law of a signal.
#ifndef LOADLINE_SCALING_LAWS_H_
#define LOADLINE_SCALING_LAWS_H_

#include <optional>

#include "scaling/decide.h"

namespace loadline {

// What a law goes by; none of what was missing.
struct LawInputs {
  std::optional<double> value;
  std::optional<double> arrivals;    // of a backlog
  std::optional<double> throughput;  // of a backlog whose throughput is measured
  std::optional<double> observed;    // replicas
};

// What the signal's law makes of them; none where one that it needs is missing.
std::optional<SignalOutcome> ApplyLaw(const Policy& policy, const Signal& signal, const LawInputs& inputs);

// Whether the signal's law goes by no reading: a schedule, a pattern, a dependency that is switched off. It always has
// an answer.
bool IsByClock(const Signal& signal);
SignalOutcome ApplyClock(const Signal& signal, const CalendarLookup* calendars, Timestamp time);

}  // namespace loadline

#endif  // LOADLINE_SCALING_LAWS_H_
