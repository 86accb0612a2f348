#include "simulation/heard.h"

#include <algorithm>

namespace loadline::simulation {

void Heard::Note(const std::string& query, Timestamp time, const Reading& reading, bool is_true) {
  if (reading.state == ReadingState::kFailed) return;
  std::vector<Slot>& slots = queries_[query];
  slots.resize(kTicks);
  Slot& slot = slots[Index(time)];
  if (slot.time != time) slot = {time, {}};
  const auto same = [&](const Said& each) { return each.reading == reading; };
  if (std::ranges::none_of(slot.said, same)) slot.said.push_back({reading, is_true});
}

const Heard::Slot* Heard::SlotOf(const std::string& query, Timestamp time) const {
  const auto found = queries_.find(query);
  if (found == queries_.end()) return nullptr;
  const Slot& slot = found->second[Index(time)];
  return slot.time == time ? &slot : nullptr;
}

bool Heard::Was(const std::string& query, Timestamp time, const Reading& reading) const {
  if (reading.state == ReadingState::kFailed) return true;
  const Slot* slot = SlotOf(query, time);
  return slot != nullptr && std::ranges::any_of(slot->said, [&](const Said& each) { return each.reading == reading; });
}

bool Heard::AnyWrong(const std::string& query, Timestamp since, Timestamp until) const {
  for (Timestamp time = until; time > since; time -= interval_) {
    const Slot* slot = SlotOf(query, time);
    if (slot != nullptr && std::ranges::any_of(slot->said, [](const Said& each) { return !each.is_true; })) return true;
  }
  return false;
}

}  // namespace loadline::simulation
