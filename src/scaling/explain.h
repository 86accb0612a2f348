// A decision in words.
#ifndef LOADLINE_SCALING_EXPLAIN_H_
#define LOADLINE_SCALING_EXPLAIN_H_

#include <string>

#include "scaling/decide.h"

namespace loadline {

// "1240 at 300 each", "(120/s arriving + 8000 waiting / 2m) at 50/s each", "held for 1m: prom:9090: connection refused"
std::string SignalSentence(const Policy& policy, const Decision& decision, std::size_t signal);

// "lag wants 4.133: 1240 at 300 each"
std::string Sentence(const Policy& policy, const Decision& decision, const Step& step);

// The name of what a step was about: a signal, a rule, an override; empty: nothing in particular.
std::string StepItem(const Policy& policy, const Step& step);

// Why the decision is what it is, in one line: the sentences of the steps that mattered, or the error.
std::string Summary(const Policy& policy, const Decision& decision);

// The signal whose demand won; empty where none did.
std::string WinningSignal(const Policy& policy, const Decision& decision);

// [{"name":"lag","value":1240,"demand":4.133,"reason":"Measured","active":true,"age_seconds":0,"sentence":...}, ...]
std::string SignalsAsJson(const Policy& policy, const Decision& decision);

// {"replicas":...,"wanted":...,"active":...,"confidence":...,"doubt":...,"error":{"code":...,"message":...}|null,"summary":...,"observed":...,
// "winner":...,"signals":[...],"steps":[{"stage":...,"reason":...,"before":...,"after":...,"signal":...,"sentence":...}]};
// replicas, wanted, active and confidence are null where there is an error.
std::string ExplainAsJson(const Policy& policy, const Decision& decision);

}  // namespace loadline

#endif  // LOADLINE_SCALING_EXPLAIN_H_
