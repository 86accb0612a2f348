// What one replica works off while there is work for it, from the history of a queue.
//
// The idea: while a queue has work waiting, what leaves it is what its replicas can do. So history is searched for
// stretches of five minutes in which as many replicas were ready all along, and at each value at least as much was
// waiting as is worked off until the next: then it cannot have run dry in between. What left the queue in a stretch,
// over its length and the replicas, is one sample; the two minutes before it must have been such, too, as replicas warm
// up, and rates are means of the past. Stretches in which workers were stuck or numbers were wrong lie far off where
// most are, which the shortest interval with half of the samples says, and are left out: they lie on one side, and
// would move a median. The estimate is the median of the others, as long as most are right.
//
// What is done is asked for (`done`), or it is what arrived, less what the queue has grown by.
//
// low and high are order statistics of the samples, by the binomial distribution's normal approximation; where samples
// that follow each other lie on the same side of the median more often than not they say less than as many independent
// ones, and the interval is wider for that. On both sides of it is what is no chance, as the median stretch has it:
// half an item, as items are whole; and, where the rate of arrivals changes within a stretch, what arrives in a minute
// of that difference, as a rate is a mean of the last minutes.
//
// Sources: P. J. Rousseeuw, "Least median of squares regression", JASA 79 (1984), of the shortest half; H. A. David,
// H. N. Nagaraja, "Order Statistics", 3rd ed. (2003), 7.1, of the interval; P. K. Sen, "Asymptotic normality of sample
// quantiles for m-dependent processes", Ann. Math. Statist. 39 (1968), of dependence, here with the factor
// (1 + r) / (1 - r) of a first-order autoregression. Tested by tests/unit/forecast/throughput_test.cc.
#ifndef LOADLINE_FORECAST_THROUGHPUT_H_
#define LOADLINE_FORECAST_THROUGHPUT_H_

#include <span>

#include "base/time.h"
#include "forecast/estimate.h"

namespace loadline {

// From so many stretches on there is an estimate: an hour of work without a pause.
inline constexpr int kFewestStretches = 12;

// By step, oldest first, NaN where not known. Of `arrivals` and `done` one is empty; the others are as long.
struct QueueHistory {
  std::span<const double> depth;     // items
  std::span<const double> arrivals;  // items per second, up to that time
  std::span<const double> done;      // likewise, of all replicas
  std::span<const double> replicas;  // ready
};

// In items per second; `count` is of stretches. None, too, where they agree so little that high is above 1.5 times low,
// or almost half of them lie far off. Linear, but for a sort of the samples.
Estimate EstimateThroughput(const QueueHistory& history, Duration step);

}  // namespace loadline

#endif  // LOADLINE_FORECAST_THROUGHPUT_H_
