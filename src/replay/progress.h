// How far a long job is, and whether it shall go on.
#ifndef LOADLINE_REPLAY_PROGRESS_H_
#define LOADLINE_REPLAY_PROGRESS_H_

#include <cstddef>
#include <string_view>

namespace loadline {

class Progress {
 public:
  virtual ~Progress() = default;

  // "fetched", 3, 6. From one thread at a time.
  virtual void Show(std::string_view what, std::size_t done, std::size_t of) = 0;
  // What was shown last is done.
  virtual void Clear() = 0;
  // Whether the job shall end, as nobody waits for it any more. Thread-safe.
  virtual bool Stopped() const = 0;
};

}  // namespace loadline

#endif  // LOADLINE_REPLAY_PROGRESS_H_
