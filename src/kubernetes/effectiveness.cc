#include "kubernetes/effectiveness.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>
#include <vector>

#include "kubernetes/waiting.h"

namespace loadline {
namespace {

double Closeness(int goal, int ready) {
  const auto [least, most] = std::minmax(goal, ready);
  return most == 0 ? 1 : static_cast<double>(std::max(least, 0)) / most;
}

// Seconds of which a part counts.
struct Share {
  double all = 0;
  double counted = 0;

  void Add(double seconds, double part) {
    all += seconds;
    counted += seconds * part;
  }
  std::optional<double> Mean() const { return all > 0 ? std::optional(counted / all) : std::nullopt; }
};

class Measuring {
 public:
  Measuring(Timestamp from, Timestamp until, const EffectivenessOptions& options)
      : from_(from), until_(until), options_(options) {}

  void Take(const FollowedMoment& moment, Timestamp end) {
    Ask(moment);
    if (moment.desired) Move(moment);
    if (moment.ready) Have(moment.time, *moment.ready);
    const Timestamp begin = std::max(moment.time, from_);
    if (begin < end) Stand(moment, end - begin);
  }

  Effectiveness Result() {
    if (goal_ && ready_) {
      JudgeComing(*ready_ + 1, *goal_, until_, Outcome::kStillMissing);
      JudgeGoing(*goal_ + 1, *ready_, until_, Outcome::kStillMissing);
    }
    Effectiveness result;
    result.reach = reach_.Mean();
    result.promptness = prompt_.Mean();
    result.steadiness = steady_.Mean();
    result.known = known_;
    result.waited = static_cast<std::size_t>(prompt_.all);
    result.limited_share = limited_.Mean();
    result.others_share = others_.Mean();
    if (result.reach && result.promptness)
      result.score = *result.reach * *result.promptness * result.steadiness.value_or(1);
    if (!came_.empty()) {
      const auto middle = came_.begin() + static_cast<std::ptrdiff_t>(came_.size() / 2);
      std::nth_element(came_.begin(), middle, came_.end());
      result.ready_after = *middle;
    }
    return result;
  }

 private:
  enum class Outcome { kDone, kStillMissing };

  void Ask(const FollowedMoment& moment) {
    if (!moment.goal) {
      waiting_.ForgetAsked();
      goal_.reset();
      return;
    }
    if (goal_ && ready_) {
      // What is given up was waited for until now.
      JudgeComing(std::max(*ready_, *moment.goal) + 1, *goal_, moment.time, Outcome::kStillMissing);
      JudgeGoing(*goal_ + 1, std::min(*ready_, *moment.goal), moment.time, Outcome::kStillMissing);
    }
    waiting_.Ask(moment.tick, *moment.goal);
    goal_before_ = goal_;
    goal_ = moment.goal;
  }

  // The HPA may still go by the decision before.
  void Move(const FollowedMoment& moment) {
    const int now = *moment.desired;
    if (desired_ && now != *desired_ && goal_ && moment.time >= from_) {
      const int moved = std::abs(now - *desired_);
      const int towards =
          std::max(Towards(*desired_, now, *goal_), Towards(*desired_, now, goal_before_.value_or(*goal_)));
      steady_.Add(moved, static_cast<double>(towards) / moved);
    }
    desired_ = now;
  }
  static int Towards(int before, int now, int goal) {
    return std::max(0, now > before ? std::min(now, goal) - before : before - std::max(now, goal));
  }

  void Have(Timestamp time, int ready) {
    if (ready_ && goal_) {
      JudgeComing(*ready_ + 1, std::min(ready, *goal_), time, Outcome::kDone);
      JudgeGoing(std::max(ready, *goal_) + 1, *ready_, time, Outcome::kDone);
    }
    waiting_.Have(time, ready);
    ready_ = ready;
  }

  void JudgeComing(int first, int last, Timestamp time, Outcome outcome) {
    ForSome(first, last, [&](int replica, double stands_for) {
      const std::optional<Duration> took = Judge(waiting_.ToCome(replica), time, options_.fair_up, outcome, stands_for);
      if (took && outcome == Outcome::kDone) came_.push_back(*took);
    });
  }
  void JudgeGoing(int first, int last, Timestamp time, Outcome outcome) {
    ForSome(first, last, [&](int replica, double stands_for) {
      Judge(waiting_.ToGo(replica), time, options_.fair_down, outcome, stands_for);
    });
  }
  // Of very many at once about a hundred stand for all: a goal may be any number.
  template <class Each>
  static void ForSome(int first, int last, Each each) {
    const int stride = 1 + std::max(0, last - first) / 100;
    for (int replica = first; replica <= last; replica += stride)
      each(replica, static_cast<double>(std::min(stride, last - replica + 1)));
  }
  std::optional<Duration> Judge(std::optional<Timestamp> since, Timestamp time, Duration fair, Outcome outcome,
                                double stands_for) {
    if (!since || time < from_) return std::nullopt;
    const Duration took = std::max(time - *since, Duration(0));
    if (outcome == Outcome::kStillMissing && took <= fair) return std::nullopt;
    prompt_.Add(stands_for, ToSeconds(fair) / std::max(ToSeconds(fair), ToSeconds(took)));
    return took;
  }

  void Stand(const FollowedMoment& moment, Duration how_long) {
    const double seconds = ToSeconds(how_long);
    if (goal_ && moment.ready) {
      known_ += how_long;
      reach_.Add(seconds, Closeness(*goal_, *moment.ready));
    }
    if (goal_ && moment.desired) {
      limited_.Add(seconds, moment.is_limited ? 1 : 0);
      others_.Add(seconds, moment.is_others ? 1 : 0);
    }
  }

  const Timestamp from_;
  const Timestamp until_;
  const EffectivenessOptions options_;
  Waiting waiting_;
  std::optional<int> goal_;
  std::optional<int> goal_before_;
  std::optional<int> desired_;
  std::optional<int> ready_;
  Share reach_;
  Share prompt_;  // of replicas
  Share steady_;  // likewise
  Share limited_;
  Share others_;
  Duration known_{0};
  std::vector<Duration> came_;
};

}  // namespace

FollowedMoment MomentOf(const HpaSnapshot& snapshot) {
  FollowedMoment moment;
  moment.time = snapshot.time;
  if (snapshot.asked) moment.tick = snapshot.asked->tick;
  moment.goal = GoalOf(snapshot);
  moment.desired = snapshot.desired;
  moment.ready = snapshot.ready;
  // Below its minimum an HPA is limited, too: that is what its owner wants of it.
  moment.is_limited = !snapshot.limit.empty() && moment.goal && moment.desired && *moment.goal != *moment.desired;
  moment.is_others = !snapshot.is_ours;
  return moment;
}

bool IsChanged(const FollowedMoment& a, const FollowedMoment& b) {
  const auto parts = [](const FollowedMoment& each) {
    return std::tie(each.goal, each.desired, each.ready, each.is_limited, each.is_others);
  };
  return parts(a) != parts(b);
}

Effectiveness Measure(std::span<const FollowedMoment> moments, Timestamp from, Timestamp until,
                      const EffectivenessOptions& options) {
  Measuring measuring(from, until, options);
  for (std::size_t i = 0; i < moments.size(); ++i) {
    if (moments[i].time >= until) break;
    const Timestamp end = i + 1 < moments.size() ? std::min(moments[i + 1].time, until) : until;
    measuring.Take(moments[i], end);
  }
  return measuring.Result();
}

}  // namespace loadline
