// What a decision makes of a number that may be learned, and how it says so.
#ifndef LOADLINE_SCALING_LEARNED_LAW_H_
#define LOADLINE_SCALING_LEARNED_LAW_H_

#include <optional>
#include <string>

#include "scaling/learned.h"
#include "scaling/learned_number.h"

namespace loadline {

// What is stated; else what is learned, or what is assumed while too little is known. None where it is not known yet
// whether it is known, or its history could not be had: by what is assumed a pod would then say another thing than
// those that know. `number`: of the signal that says it; null where there is none.
std::optional<Duration> AheadBy(const Ahead& ahead, const LearnedNumber* number);
std::optional<double> ThroughputBy(const LearnedThroughput& throughput, const LearnedNumber* number);
// Why there is none.
std::string WhyNotLearned(const LearnedNumber* number);

// The farthest that a forecast may have to look, and how far it is taken to look until that is known.
Duration FarthestOf(const Ahead& ahead);
Duration AssumedOf(const Ahead& ahead);

// "learned from 23 rises, 1m45s to 2m15s", "assumed: 3 of 12 stretches known".
std::string LearnedSentence(const LearnedAhead& ahead, const LearnedNumber& number);
std::string LearnedSentence(const LearnedNumber& throughput);

}  // namespace loadline

#endif  // LOADLINE_SCALING_LEARNED_LAW_H_
