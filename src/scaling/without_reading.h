// Which signals have no whole reading of their own at a tick.
#ifndef LOADLINE_SCALING_WITHOUT_READING_H_
#define LOADLINE_SCALING_WITHOUT_READING_H_

#include "scaling/reason.h"

namespace loadline {

// Whether a signal of that reason goes by something else than a whole reading of this tick, as it should: by what is
// held, by part of the data, by what the policy says instead, or by nothing.
bool IsWithoutReading(Reason reason);

}  // namespace loadline

#endif  // LOADLINE_SCALING_WITHOUT_READING_H_
