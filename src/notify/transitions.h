// Which situations are told: those that are another than before, and not each one of those that come and go.
#ifndef LOADLINE_NOTIFY_TRANSITIONS_H_
#define LOADLINE_NOTIFY_TRANSITIONS_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "notify/notification.h"

namespace loadline {

struct TransitionOptions {
  Duration gather{60'000};     // 0: nothing is gathered
  Duration settle{15'000};     // how long after its end a window may still get situations
  std::size_t most = 250'000;  // keys; those that were not seen for longest are forgotten
};

// Of each key a window has at most two messages: its first change at once, and all further ones as one, when the
// window has ended. Windows begin at multiples of `gather`, so that pods that see the same tell the same. What is seen
// for the first time is told only if it is not well: of a number nobody knows what it was before.
class Transitions {
 public:
  explicit Transitions(TransitionOptions options) : options_(options) {}

  // What `situation`, which is the latest of its key, leads to.
  std::vector<Notification> Note(const Situation& situation);
  // What was gathered in windows that are over.
  std::vector<Notification> Close(Timestamp now);

  std::size_t size() const { return states_.size(); }

 private:
  struct State {
    std::string latest;  // value
    std::string told;    // likewise
    Timestamp told_in;   // the window of the latest that was told at once
    Timestamp seen;
    Timestamp since;  // of the latest that was told at once, and how many before it had the same
    int again = 0;
  };
  struct Gathering {
    Notification notification;
    Timestamp window;
  };

  Timestamp WindowOf(Timestamp time) const;
  Notification Finish(const std::string& key);
  void Gather(const Situation& situation, Timestamp window);
  void ForgetOldest();

  const TransitionOptions options_;
  std::map<std::string, State> states_;
  std::map<std::string, Gathering> gathering_;  // by key, which is in states_, too
};

}  // namespace loadline

#endif  // LOADLINE_NOTIFY_TRANSITIONS_H_
