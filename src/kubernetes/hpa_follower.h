// What an HPA did about what was asked for, as events.
#ifndef LOADLINE_KUBERNETES_HPA_FOLLOWER_H_
#define LOADLINE_KUBERNETES_HPA_FOLLOWER_H_

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kubernetes/hpa_snapshot.h"
#include "kubernetes/waiting.h"

namespace loadline {

enum class HpaEventKind {
  kScaleUp,       // it wants more than before
  kScaleDown,     // it wants less
  kNoScale,       // a change is asked for, and it has not moved that way for HpaFollower::kPatience
  kLimitedScale,  // a change is asked for, and it says that a limit keeps it from that
};

constexpr auto EnumWords(HpaEventKind) {
  using K = HpaEventKind;
  return std::array{std::pair{K::kScaleUp, "scale-up"}, std::pair{K::kScaleDown, "scale-down"},
                    std::pair{K::kNoScale, "no-scale"}, std::pair{K::kLimitedScale, "limited-scale"}};
}
std::string_view HpaEventName(HpaEventKind kind);

struct HpaEvent {
  std::uint64_t number = 0;  // the later, the higher
  HpaEventKind kind = HpaEventKind::kNoScale;
  Timestamp time;
  int before = 0;            // what the HPA wanted before
  int desired = 0;           // and wants now
  int current = 0;           // replicas that it saw
  std::optional<int> ready;  // that were
  std::string metric;        // that won, and what the HPA had read of it
  std::optional<double> value;
  std::optional<double> threshold;
  std::optional<AskedReplicas> asked;     // the decision that it followed, or did not; none: KEDA got no number
  std::optional<Timestamp> wanted_since;  // the tick of the decision that first asked for it; none: none did
  std::optional<Duration> ready_after;    // from then until `desired` were ready, or gone; none: not yet, or never
  std::string reason;                     // of no-scale and limited-scale: the HPA's own word for it
};

// Pure: fed with what is known at a time, it says what happened. Times must not go back. Where something is not known
// nothing is said of it.
class HpaFollower {
 public:
  static constexpr std::size_t kMostEvents = 100;
  // Three of the HPA's syncs: it had two chances, whenever the decision came.
  static constexpr Duration kPatience = std::chrono::seconds(45);
  // The HPA goes by a decision of up to so long ago: a sync, a poll of KEDA's and a little.
  static constexpr Duration kLag = std::chrono::minutes(1);

  // How many events are new: they are the last of events(), and their numbers begin with `first_number`, which is to be
  // above all before.
  std::size_t Take(const HpaSnapshot& snapshot, std::uint64_t first_number);

  // The latest kMostEvents, oldest first; ready_after of one may still come.
  const std::deque<HpaEvent>& events() const { return events_; }

 private:
  // A change that is asked for and was not made.
  struct Unmet {
    bool up = false;
    Timestamp since;  // it was asked for, or the HPA last moved that way
    bool is_told = false;
    std::set<std::string> limits_told = {};
  };
  // An event whose replicas are to come, or to go.
  struct Pending {
    std::uint64_t number;
    bool up;
    int desired;
    Timestamp since;
  };

  void NoteMove(const HpaSnapshot& snapshot, int before);
  void NoteUnmet(const HpaSnapshot& snapshot, int goal, int moved);
  void NoteReady(const HpaSnapshot& snapshot);
  HpaEvent& Add(HpaEventKind kind, const HpaSnapshot& snapshot, int before);
  std::optional<AskedReplicas> FollowedBy(const HpaSnapshot& snapshot) const;

  Waiting waiting_;
  std::deque<std::pair<AskedReplicas, int>> lately_;  // the latest of each goal there was within kLag
  std::optional<int> desired_;
  std::optional<Unmet> unmet_;
  std::vector<Pending> pending_;
  std::deque<HpaEvent> events_;
  std::uint64_t next_number_ = 1;
};

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_HPA_FOLLOWER_H_
