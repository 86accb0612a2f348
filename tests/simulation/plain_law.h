// What a plain policy (documents.h) asks for, said a second time: slowly, and from the readings alone.
#ifndef LOADLINE_TESTS_SIMULATION_PLAIN_LAW_H_
#define LOADLINE_TESTS_SIMULATION_PLAIN_LAW_H_

#include <optional>
#include <span>
#include <vector>

#include "scaling/decide.h"

namespace loadline::simulation {

struct PlainSignal {
  Reason reason = Reason::kMissing;
  std::optional<double> demand;
};

// Of a reading: what it asks for; none where it says nothing.
std::optional<double> PlainDemand(const Policy& policy, const Signal& signal, const Reading& reading);

// Of the readings up to now, oldest first. `observed`: the replicas that there are, where a fallback goes by them.
PlainSignal AskPlainly(const Policy& policy, const Signal& signal, std::span<const Reading> ticks, Duration interval,
                       std::optional<double> observed);

// The whole answer, before overrides and budgets; none where it must be an error.
std::optional<double> AnswerPlainly(const Policy& policy, const std::vector<PlainSignal>& signals);

}  // namespace loadline::simulation

#endif  // LOADLINE_TESTS_SIMULATION_PLAIN_LAW_H_
