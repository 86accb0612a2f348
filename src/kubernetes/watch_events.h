// The events of one watch, as they come (Kubernetes API concepts, "Efficient detection of changes").
#ifndef LOADLINE_KUBERNETES_WATCH_EVENTS_H_
#define LOADLINE_KUBERNETES_WATCH_EVENTS_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "kubernetes/watch.h"

namespace loadline {

inline constexpr int kGone = 410;  // the version that was asked for is not kept any more

// What ended a list or a watch.
struct WatchEnd {
  enum class Next {
    kWatch,  // from the version that was heard of last
    kList,   // what happened in between is lost
  };
  Next next = Next::kWatch;
  std::string problem;  // empty: it ended as it should
};

// Not for several threads.
class WatchEvents {
 public:
  // `on_version` is called with each version that is heard of, after its object was handed to `sink`, which must
  // outlive this.
  WatchEvents(ObjectSink& sink, std::function<void(std::string)> on_version)
      : sink_(sink), on_version_(std::move(on_version)) {}

  // Takes what came next. False where the watch has to end, as end() says.
  bool Take(std::string_view chunk);

  const std::optional<WatchEnd>& end() const { return end_; }
  // Whether all that came was whole events.
  bool is_whole() const { return unread_.empty(); }

 private:
  std::optional<WatchEnd> TakeEvent(std::string_view line);

  ObjectSink& sink_;
  const std::function<void(std::string)> on_version_;
  std::string unread_;  // the begin of an event whose end has not come
  std::optional<WatchEnd> end_;
};

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_WATCH_EVENTS_H_
