#include "system/background.h"

#include <sys/resource.h>
#include <time.h>

namespace loadline {
namespace {

constexpr int kNicest = 19;

}  // namespace

void YieldToOtherThreads() {
  // On Linux this is of the calling thread alone.
  (void)setpriority(PRIO_PROCESS, 0, kNicest);
}

double ThreadCpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace loadline
