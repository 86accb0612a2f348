// What the HPAs of all bindings did, and how well it was what was asked for. In memory: a restart forgets it.
#ifndef LOADLINE_KUBERNETES_HPA_LOG_H_
#define LOADLINE_KUBERNETES_HPA_LOG_H_

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "kubernetes/cluster_view.h"
#include "kubernetes/effectiveness.h"
#include "kubernetes/hpa_follower.h"
#include "system/mutex.h"

namespace loadline {

struct HpaHistory {
  ForeseenBinding binding;
  HpaSnapshot latest;
  std::vector<HpaEvent> events;         // oldest first
  std::vector<FollowedMoment> moments;  // likewise
};

struct LoggedEvent {
  ForeseenBinding binding;
  HpaEvent event;
};

// Some events, the latest first, of how many that are meant.
struct LoggedEvents {
  std::size_t total = 0;
  std::vector<LoggedEvent> events;
  bool more = false;  // there are earlier ones
};

// How many events there were of a kind, and by which of the HPA's metrics; empty: by none.
using HpaEventCounts = std::map<std::pair<HpaEventKind, std::string>, std::uint64_t>;

// In short; the score as it was within the last minute.
struct HpaFigures {
  ForeseenBinding binding;
  HpaEventCounts events;
  std::optional<double> score;          // of the last kSpan
  std::optional<Duration> ready_after;  // of the latest scale-up whose replicas were ready
};

// Thread-safe. A binding takes 60 kB at most: HpaFollower's events, and kMostMoments.
class HpaLog {
 public:
  static constexpr std::size_t kMostMoments = 500;
  static constexpr Duration kSpan = std::chrono::hours(24);
  // How long after its last change something is still looked for.
  static constexpr Duration kMovesFor = std::chrono::minutes(10);

  void Take(const ForeseenBinding& binding, const HpaSnapshot& snapshot);
  // Forgets all others.
  void Keep(const std::vector<ForeseenBinding>& bindings);

  // Whether replicas of the binding are waited for, or it is not known yet whether.
  bool IsMoving(const ForeseenBinding& binding, Timestamp now) const;

  using IsMeant = std::function<bool(const ForeseenBinding&)>;
  // In the order of namespaces, names and metadata.
  std::vector<HpaHistory> Histories(const IsMeant& is_meant) const;
  // At most `limit`, of numbers below `before`. Numbers are the log's own: another pod has others.
  LoggedEvents Events(const IsMeant& is_meant, std::uint64_t before, std::size_t limit) const;
  std::vector<HpaFigures> Figures() const;
  // How many events there were, by HpaEventKind.
  std::array<std::uint64_t, 4> Counts() const;

 private:
  struct Record {
    HpaSnapshot latest;
    HpaFollower follower;
    std::deque<FollowedMoment> moments;
    HpaEventCounts counts;
    std::optional<double> score;
    Timestamp scored;
  };

  mutable Mutex mutex_;
  std::map<ForeseenBinding, Record> records_ LOADLINE_GUARDED_BY(mutex_);
  std::uint64_t next_number_ LOADLINE_GUARDED_BY(mutex_) = 1;
  std::array<std::uint64_t, 4> counts_ LOADLINE_GUARDED_BY(mutex_) = {};
};

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_HPA_LOG_H_
