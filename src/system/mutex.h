// std::mutex and std::condition_variable_any with the annotations that clang's -Wthread-safety checks; g++ ignores
// them. Guard members with LOADLINE_GUARDED_BY(mutex_).
#ifndef LOADLINE_SYSTEM_MUTEX_H_
#define LOADLINE_SYSTEM_MUTEX_H_

#include <mutex>

#if defined(__clang__)
#define LOADLINE_ANNOTATION(x) __attribute__((x))
#else
#define LOADLINE_ANNOTATION(x)
#endif
#define LOADLINE_GUARDED_BY(mutex) LOADLINE_ANNOTATION(guarded_by(mutex))
#define LOADLINE_REQUIRES(...) LOADLINE_ANNOTATION(requires_capability(__VA_ARGS__))

namespace loadline {

class LOADLINE_ANNOTATION(capability("mutex")) Mutex {
 public:
  void lock() LOADLINE_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() LOADLINE_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class LOADLINE_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) LOADLINE_ANNOTATION(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() LOADLINE_ANNOTATION(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_MUTEX_H_
