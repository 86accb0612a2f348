#include "kubernetes/hpa_follower.h"

#include <algorithm>

namespace loadline {
namespace {

// "TooManyReplicas" and "ScaleUpLimit" bound what goes up, "TooFewReplicas" and "ScaleDownLimit" what goes down.
bool Bounds(const std::string& limit, bool up) {
  return up ? limit == "TooManyReplicas" || limit == "ScaleUpLimit"
            : limit == "TooFewReplicas" || limit == "ScaleDownLimit";
}

}  // namespace

std::string_view HpaEventName(HpaEventKind kind) {
  for (const auto& [each, name] : EnumWords(kind)) {
    if (each == kind) return name;
  }
  return "";
}

std::size_t HpaFollower::Take(const HpaSnapshot& snapshot, std::uint64_t first_number) {
  next_number_ = first_number;
  const std::optional<int> goal = GoalOf(snapshot);
  if (goal) {
    waiting_.Ask(snapshot.asked->tick, *goal);
    if (lately_.empty() || lately_.back().second != *goal) lately_.emplace_back(*snapshot.asked, *goal);
    lately_.back().first = *snapshot.asked;
    while (lately_.size() > 1 && snapshot.time - lately_.front().first.tick > kLag) lately_.pop_front();
  } else {
    waiting_.ForgetAsked();
    lately_.clear();
  }
  const int before = desired_.value_or(snapshot.desired.value_or(0));
  const int moved = snapshot.desired ? *snapshot.desired - before : 0;
  if (snapshot.desired) desired_ = snapshot.desired;
  if (moved != 0) NoteMove(snapshot, before);
  if (goal && snapshot.desired) {
    NoteUnmet(snapshot, *goal, moved);
  } else {
    unmet_.reset();
  }
  if (snapshot.ready) NoteReady(snapshot);
  return next_number_ - first_number;
}

void HpaFollower::NoteMove(const HpaSnapshot& snapshot, int before) {
  const int desired = *snapshot.desired;
  const bool up = desired > before;
  std::erase_if(pending_, [&](const Pending& each) { return each.up != up; });
  HpaEvent& event = Add(up ? HpaEventKind::kScaleUp : HpaEventKind::kScaleDown, snapshot, before);
  event.asked = FollowedBy(snapshot);
  event.wanted_since = up ? waiting_.ToCome(desired) : waiting_.ToGo(desired + 1);
  const bool was_asked = event.asked && snapshot.is_ours;
  if (!event.wanted_since && was_asked) event.wanted_since = event.asked->tick;
  if (event.wanted_since) pending_.push_back({event.number, up, desired, *event.wanted_since});
}

void HpaFollower::NoteUnmet(const HpaSnapshot& snapshot, int goal, int moved) {
  const int desired = *snapshot.desired;
  if (goal == desired) {
    unmet_.reset();
    return;
  }
  const bool up = goal > desired;
  if (!unmet_ || unmet_->up != up) unmet_ = Unmet{up, snapshot.asked->tick};
  if (up ? moved > 0 : moved < 0) {
    unmet_->since = snapshot.time;
    unmet_->is_told = false;
  }
  const auto tell = [&](HpaEventKind kind, const std::string& reason) {
    HpaEvent& event = Add(kind, snapshot, desired);
    event.wanted_since = up ? waiting_.ToCome(desired + 1) : waiting_.ToGo(desired);
    if (!event.wanted_since) event.wanted_since = unmet_->since;
    event.reason = reason;
  };
  if (Bounds(snapshot.limit, up)) {
    if (unmet_->limits_told.insert(snapshot.limit).second) tell(HpaEventKind::kLimitedScale, snapshot.limit);
  } else if (!unmet_->is_told && snapshot.time - unmet_->since >= kPatience) {
    unmet_->is_told = true;
    tell(HpaEventKind::kNoScale, !snapshot.hindrance.empty() ? snapshot.hindrance
                                 : !snapshot.is_ours         ? "OtherMetric"
                                                             : "");
  }
}

void HpaFollower::NoteReady(const HpaSnapshot& snapshot) {
  waiting_.Have(snapshot.time, *snapshot.ready);
  std::erase_if(pending_, [&](const Pending& each) {
    const bool is_there = each.up ? *snapshot.ready >= each.desired : *snapshot.ready <= each.desired;
    if (!is_there) return false;
    const auto event = std::ranges::lower_bound(events_, each.number, {}, &HpaEvent::number);
    if (event != events_.end() && event->number == each.number)
      event->ready_after = std::max(snapshot.time - each.since, Duration(0));
    return true;
  });
}

HpaEvent& HpaFollower::Add(HpaEventKind kind, const HpaSnapshot& snapshot, int before) {
  HpaEvent event;
  event.number = next_number_++;
  event.kind = kind;
  event.time = snapshot.time;
  event.before = before;
  event.desired = snapshot.desired.value_or(0);
  event.current = snapshot.current.value_or(0);
  event.ready = snapshot.ready;
  event.metric = snapshot.metric;
  event.value = snapshot.value;
  event.threshold = snapshot.threshold;
  event.asked = snapshot.asked;
  events_.push_back(std::move(event));
  if (events_.size() > kMostEvents) {
    std::erase_if(pending_, [&](const Pending& each) { return each.number == events_.front().number; });
    events_.pop_front();
  }
  return events_.back();
}

// The latest that asked for what the HPA wants now; else the latest.
std::optional<AskedReplicas> HpaFollower::FollowedBy(const HpaSnapshot& snapshot) const {
  for (auto each = lately_.rbegin(); each != lately_.rend(); ++each) {
    if (each->second == *snapshot.desired) return each->first;
  }
  return snapshot.asked;
}

}  // namespace loadline
