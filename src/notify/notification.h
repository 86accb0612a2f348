// That something is another way than it was, as others are told it.
#ifndef LOADLINE_NOTIFY_NOTIFICATION_H_
#define LOADLINE_NOTIFY_NOTIFICATION_H_

#include <string>
#include <string_view>

#include "notify/situation.h"

namespace loadline {

struct Notification {
  Situation now;
  std::string from;  // the value that was told last
  // Of changes that were gathered: how many, between which numbers, in how long. Else one.
  int changes = 1;
  double lowest = 0;   // of kScaled
  double highest = 0;  // likewise
  Duration gathered{0};
  int again = 0;  // how many of its key were told before with the same `since`
};

// What it is, for those who sort messages: "scaled", "binding.holding", "policy.refused", "source.recovered".
std::string TypeOf(const Notification& notification);

// Of what it says, and of the tick it is about: the same from every pod that saw the same.
std::string IdOf(const Notification& notification);

// The whole in one sentence: "data/orders-cdc: 3 to 5 replicas: lag wants 4.133: 1240 at 300 each".
std::string TextOf(const Notification& notification);

}  // namespace loadline

#endif  // LOADLINE_NOTIFY_NOTIFICATION_H_
