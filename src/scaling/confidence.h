// How far a decision is to be trusted, as one number for people and alerts, and in words why no further. Nothing
// decides by it.
//
//   confidence = agreement * completeness * steadiness            0 to 1; 0 where there is no decision
//
// agreement     The mean, by weight, of what each demand says to the direction from what is observed to what is wanted:
//               1 where it asks for at least half as much again (or half as little) in that direction, 0 where it
//               asks for so much in the other, 0.5 where it asks for what is observed, and evenly between. Where the
//               count stays: 1 at the observed count, 0 at half of it away. 1 where no signal asks for replicas or
//               the observed count is not known: then there is nothing to compare with.
// completeness  The mean of how well each signal is known that can be: measured 1, less the share of its window that is
//               missing; held 0.75 at first, down to 0.25 at the end of its hold; partial data 0.5; 0 where the policy
//               answers for it. Times 0.5 where the observed count is old.
// steadiness    1 / (1 + reversals): how often in the window that the policy has of the observed count it went up and
//               then down, or down and then up.
//
// At 4 replicas: lag asks for 6 (1), cpu for 5 (0.75), both measured; the count rose once, and fell again: 0.875 * 1 *
// 0.5 = 0.44.
#ifndef LOADLINE_SCALING_CONFIDENCE_H_
#define LOADLINE_SCALING_CONFIDENCE_H_

#include <string>

#include "scaling/decide.h"

namespace loadline {

// `decision` is what the stages made of the same arguments: Decide has its confidence computed last. Pure; costs a pass
// over the readings of the observed count.
Confidence ConfidenceIn(const Policy& policy, const QueryPlan& plan, const Observation& seen, const Decision& decision);

// What the least of the three comes from: "cpu asks for 0 where 6 is wanted", "lag is held". Empty where
// nothing lowers the confidence, or there is none.
std::string Doubt(const Policy& policy, const Decision& decision);

}  // namespace loadline

#endif  // LOADLINE_SCALING_CONFIDENCE_H_
