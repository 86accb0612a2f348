// How long it takes from a raised replica count until as many pods are ready, from the history of both counts.
//
// The idea: each rise of the wanted count, seen while nothing else was missing, is followed until the ready count
// reaches what was wanted then. One that is taken back before, that history ends before, or behind a gap in it, is
// known to have taken at least so long: it is censored, and leaving it out would make what is slow look fast. The
// quantile is that of the Kaplan-Meier estimate, which counts these until they are lost sight of.
//
// An example, by minutes: wanted 2 2 4 4 4 4, ready 2 2 2 2 3 4. The rise to 4 is seen at the third value and reached
// at the sixth: three minutes. Each end is known to a step, so that the delay is, too: low and high are a step wider
// than chance makes them.
//
// Sources: E. L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations", J. Amer. Statist. Assoc. 53
// (1958); Greenwood's variance; its effective number of observations: F. J. Dorey, E. L. Korn, "Effective sample sizes
// for confidence intervals for survival probabilities", Statistics in Medicine 6 (1987); the interval of a share: E. B.
// Wilson, J. Amer. Statist. Assoc. 22 (1927); that of a quantile by those of the shares: R. Brookmeyer, J. Crowley, "A
// confidence interval for the median survival time", Biometrics 38 (1982). Tested by
// tests/unit/forecast/start_delay_test.cc.
#ifndef LOADLINE_FORECAST_START_DELAY_H_
#define LOADLINE_FORECAST_START_DELAY_H_

#include <span>

#include "base/time.h"
#include "forecast/estimate.h"

namespace loadline {

// From so many rises on that were reached there is an estimate.
inline constexpr int kFewestRises = 10;

struct StartDelayOptions {
  Duration step{15'000};  // between two values
  double quantile = 0.9;
  Duration longest{3'600'000};  // what is not there by then is not starting, but broken: it is followed no further
};

// `wanted` and `ready` by step, oldest first, NaN where not known. In seconds; `count` is of rises that were reached.
// Linear in the values, and in the rises that are open at once. REQUIRES: as many of one as of the other.
Estimate EstimateStartDelay(std::span<const double> wanted, std::span<const double> ready,
                            const StartDelayOptions& options);

}  // namespace loadline

#endif  // LOADLINE_FORECAST_START_DELAY_H_
