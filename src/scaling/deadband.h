// The number to tell KEDA, so that the HPA ends where a decision wants it in spite of its tolerance. From c replicas
// the HPA leaves every ratio within its tolerance alone: with 0.1 and c = 12 it never goes to 13 when told 13.
#ifndef LOADLINE_SCALING_DEADBAND_H_
#define LOADLINE_SCALING_DEADBAND_H_

#include <optional>

#include "scaling/hpa.h"

namespace loadline {

// What to do about a target that the HPA does not go to from where it is. The target is `wanted` in whole replicas.
enum class Deadband {
  kOvershoot,  // the least count above the target that it does go to: demand is always covered
  kHold,       // the present count: never raised above what is wanted, and short of it by at most the tolerance
  kPlain,      // nothing: tell the target and let the HPA decide
};

// The value for a metric of type AverageValue with target 1, in whole thousandths, as KEDA tells them (rule 22).
//
// What the HPA reaches from `present` is then, of the counts that it can reach, with
//   kOvershoot  the least that is at least ceil(wanted);
//   kHold       ceil(wanted) if it can be reached; `present` otherwise. On the way down both are the same.
// At 12 replicas with tolerance 0.1: 13 wanted -> 14 (kHold: 12); 11 wanted -> 10.799, which the HPA rounds up to 11.
// At 20: 19 wanted -> 20, as every value that it would follow down (17.999 at most) ends below 19.
//
// No value is on an edge of the tolerance, where versions of Kubernetes differ. The plain target is also the answer
// where `present` is not known, is zero (the HPA rests) or is not a whole number. Pass none for a count that is old: a
// value shaped for it can move the wrong way. REQUIRES: wanted is finite and not negative; the tolerances are not
// negative.
double ValueForHpa(double wanted, std::optional<double> present, const Tolerance& tolerance, Deadband mode);

}  // namespace loadline

#endif  // LOADLINE_SCALING_DEADBAND_H_
