// How far before its first tick policies look at what queries said.
#ifndef LOADLINE_REPLAY_LOOK_BACK_H_
#define LOADLINE_REPLAY_LOOK_BACK_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replay/replay_input.h"

namespace loadline {

class LookBack {
 public:
  // Of policies that are bound, at ticks of that interval; `stated` counts instead of what they need.
  LookBack(const std::vector<std::unique_ptr<const LoadedPolicy>>& policies, Duration interval,
           std::optional<Duration> stated);

  // 0 where nobody looks back at it.
  Duration Of(std::string_view source, std::string_view text) const;
  Duration Longest() const;

 private:
  struct Need {
    std::string source;
    std::string text;  // with its blanks folded
    Duration span;
  };

  std::optional<Duration> stated_;
  std::vector<Need> needs_;
};

}  // namespace loadline

#endif  // LOADLINE_REPLAY_LOOK_BACK_H_
