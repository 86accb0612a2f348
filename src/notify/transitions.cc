#include "notify/transitions.h"

#include <algorithm>
#include <utility>

namespace loadline {

std::vector<Notification> Transitions::Note(const Situation& situation) {
  const Timestamp window = WindowOf(situation.time);
  const auto [found, is_new] = states_.try_emplace(situation.key);
  State& state = found->second;
  state.seen = situation.time;
  if (is_new) {
    state.latest = state.told = situation.value;
    if (states_.size() > options_.most) ForgetOldest();
    if (situation.well()) return {};
    State& kept = states_[situation.key];
    kept.told_in = window;
    kept.since = situation.since;
    return {{situation, std::string(kUnknown)}};
  }
  if (situation.value == state.latest) return {};
  state.latest = situation.value;
  std::vector<Notification> told;
  const auto gathering = gathering_.find(situation.key);
  if (gathering != gathering_.end() && gathering->second.window != window) told.push_back(Finish(situation.key));
  if (options_.gather > Duration(0) && state.told_in == window) {
    Gather(situation, window);
  } else {
    state.told_in = window;
    // What is refused, mended and refused again within one `since` is told three times, and is no copy.
    state.again = state.since == situation.since ? state.again + 1 : 0;
    state.since = situation.since;
    Notification notification{situation, std::exchange(state.told, situation.value)};
    notification.again = state.again;
    told.push_back(std::move(notification));
  }
  return told;
}

std::vector<Notification> Transitions::Close(Timestamp now) {
  std::vector<std::string> over;
  for (const auto& [key, gathering] : gathering_) {
    if (gathering.window + options_.gather + options_.settle <= now) over.push_back(key);
  }
  std::vector<Notification> told;
  for (const std::string& key : over) told.push_back(Finish(key));
  return told;
}

Timestamp Transitions::WindowOf(Timestamp time) const {
  return options_.gather > Duration(0) ? AlignDown(time, options_.gather) : time;
}

Notification Transitions::Finish(const std::string& key) {
  const auto gathering = gathering_.find(key);
  Notification notification = std::move(gathering->second.notification);
  // Of the window, not of the change: the same on a pod that missed some of them.
  notification.now.since = gathering->second.window + options_.gather;
  notification.gathered = options_.gather;
  gathering_.erase(gathering);
  notification.from = std::exchange(states_[key].told, notification.now.value);
  return notification;
}

void Transitions::Gather(const Situation& situation, Timestamp window) {
  const double number = situation.replicas.value_or(0);
  const auto [found, first] = gathering_.try_emplace(situation.key);
  Notification& sum = found->second.notification;
  found->second.window = window;
  sum.now = situation;
  sum.changes = first ? 1 : sum.changes + 1;
  sum.lowest = first ? number : std::min(sum.lowest, number);
  sum.highest = first ? number : std::max(sum.highest, number);
}

// A tenth at once, so that it is seldom done.
void Transitions::ForgetOldest() {
  std::vector<Timestamp> times;
  for (const auto& [_, state] : states_) times.push_back(state.seen);
  const auto tenth = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 10);
  std::nth_element(times.begin(), tenth, times.end());
  std::erase_if(states_,
                [&](const auto& entry) { return entry.second.seen < *tenth && !gathering_.contains(entry.first); });
}

}  // namespace loadline
