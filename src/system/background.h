// Work that may wait.
#ifndef LOADLINE_SYSTEM_BACKGROUND_H_
#define LOADLINE_SYSTEM_BACKGROUND_H_

namespace loadline {

// From now on the calling thread gets the processor only where others leave it. Best effort.
void YieldToOtherThreads();

// Processor time of the calling thread so far, in seconds.
double ThreadCpuSeconds();

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_BACKGROUND_H_
