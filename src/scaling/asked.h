// Which demands are combined, and what forecasts make of them.
//
// A forecast speaks for the signal that it is of. What takes part for that signal is the higher of what it asks for and
// of what the forecast says; where the forecast may lower it, and it is measured, what the forecast says. So no way to
// combine demands yields less by a forecast that may not lower. Where the signal itself asks for nothing (it is idle,
// or missing and ignored), its forecast takes part beside others in max and sum, which it can only raise.
#ifndef LOADLINE_SCALING_ASKED_H_
#define LOADLINE_SCALING_ASKED_H_

#include <span>
#include <vector>

#include "scaling/decide.h"

namespace loadline {

struct Asked {
  double replicas = 0;
  double weight = 1;
  int signal = -1;  // who says so; -1: the idle stage's answer
  int of = -1;      // the signal that takes part: another one where a forecast says so
};

// Those that take part, in the policy's order. `idle`: the idle stage's answer takes part, too.
std::vector<Asked> AskedBySignals(const Policy& policy, std::span<const SignalOutcome> signals, bool idle);

// What an expression means by the signal's name: of a forecast what takes part for the signal that it is of.
OptionalNumber DemandInExpression(const Policy& policy, std::span<const SignalOutcome> signals, std::size_t index);

}  // namespace loadline

#endif  // LOADLINE_SCALING_ASKED_H_
