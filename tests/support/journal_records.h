// Records for journals to keep: made up, and of random decisions.
#ifndef LOADLINE_TESTS_SUPPORT_JOURNAL_RECORDS_H_
#define LOADLINE_TESTS_SUPPORT_JOURNAL_RECORDS_H_

#include <memory>
#include <string>
#include <vector>

#include "scaling/ports.h"
#include "support/random_world.h"

namespace loadline::testing {

// Binding number `number` of some.
BindingRecord SomeBinding(int number);
// A decision of it, `tick` ticks after a fixed time; `replicas` are its answer.
DecisionRecord SomeDecision(int binding, int tick, double replicas = 2);
// The time of that tick.
Timestamp TickTime(int tick);

// A decision as the controller hands it over, for a policy of one signal.
MadeDecision SomeMade(int binding, int tick, double reading = 30);

// A decision of a random policy over random readings.
MadeDecision RandomMade(Chance& chance);

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_JOURNAL_RECORDS_H_
