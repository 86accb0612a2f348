// Since when replicas are waited for: asked for, and not there; or not wanted any more, and still there.
#ifndef LOADLINE_KUBERNETES_WAITING_H_
#define LOADLINE_KUBERNETES_WAITING_H_

#include <optional>
#include <vector>

#include "base/time.h"

namespace loadline {

// Since when a count has been at least this or that, without a break. A monotone stack: with counts 3, 7, 5 it holds 3
// and 5, and 5 has the time of 7. At most kMostSteps of them: of a climb of more the oldest but one is dropped, so that
// a time may be said later than it was, never earlier.
class Stairs {
 public:
  static constexpr std::size_t kMostSteps = 64;

  // Times must not go back.
  void Step(Timestamp time, int count);
  void Forget() { steps_.clear(); }
  bool empty() const { return steps_.empty(); }
  std::optional<Timestamp> AtLeastSince(int count) const;  // none: it is not

 private:
  struct Held {
    int count;
    Timestamp since;
  };
  std::vector<Held> steps_;  // counts and times rise
};

// Replicas have numbers, from 1: of a count of 3 the first three are there. Where nothing is known of those that are
// there, a replica waits from when it was asked for.
class Waiting {
 public:
  void Ask(Timestamp time, int goal);
  void ForgetAsked();  // what is asked for is not known
  void Have(Timestamp time, int ready);

  // Since when the replica has been asked for and not been there; none where it is not asked for, or never was missing.
  std::optional<Timestamp> ToCome(int replica) const;
  // Since when it has been there and not been asked for.
  std::optional<Timestamp> ToGo(int replica) const;

 private:
  Stairs asked_;
  Stairs not_asked_;  // of counts below zero: at least -3 is at most 3
  Stairs had_;
  Stairs not_had_;
};

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_WAITING_H_
