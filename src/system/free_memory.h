// Memory that is free, and still counts as the process's.
#ifndef LOADLINE_SYSTEM_FREE_MEMORY_H_
#define LOADLINE_SYSTEM_FREE_MEMORY_H_

namespace loadline {

// From now on what has been free for some seconds goes back to the system, by a thread of the allocator. Without,
// jemalloc gives back only what belongs to threads that go on to allocate: after a burst of calls, or when a thread has
// ended, much would stay for good. Does nothing where the allocator is another one.
void ReturnFreeMemory();

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_FREE_MEMORY_H_
