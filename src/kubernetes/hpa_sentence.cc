#include "kubernetes/hpa_sentence.h"

#include <fmt/format.h>

#include <algorithm>

namespace loadline {
namespace {

bool IsMove(const HpaEvent& event) {
  return event.kind == HpaEventKind::kScaleUp || event.kind == HpaEventKind::kScaleDown;
}

std::string Since(const HpaEvent* event) {
  if (event == nullptr || !event->wanted_since) return "";
  return " since " + FormatSecond(*event->wanted_since);
}

// Where the HPA is where it should be.
std::string Followed(const HpaSnapshot& latest, int goal, std::span<const HpaEvent> events) {
  const auto found = std::find_if(events.rbegin(), events.rend(), IsMove);
  const HpaEvent* move = found != events.rend() && found->desired == goal ? &*found : nullptr;
  const std::string wanted = fmt::format("{} wanted{}", goal, Since(move));
  if (!latest.ready) return wanted + ", and by the HPA; how many are ready is not known";
  if (*latest.ready != goal) return fmt::format("{}, and by the HPA: {} are ready so far", wanted, *latest.ready);
  if (move != nullptr && move->ready_after) {
    const Duration took = std::chrono::round<std::chrono::seconds>(*move->ready_after);
    return fmt::format("{}, {} after {}", wanted, move->kind == HpaEventKind::kScaleUp ? "ready" : "reached",
                       FormatDuration(took));
  }
  return wanted + ", and ready";
}

// Where it is not.
std::string NotFollowed(const HpaSnapshot& latest, int goal, std::span<const HpaEvent> events) {
  // What was told of this last, unless the HPA has moved since.
  const HpaEvent* told = !events.empty() && !IsMove(events.back()) ? &events.back() : nullptr;
  const int desired = *latest.desired;
  const std::string wanted = fmt::format("{} wanted{}", goal, Since(told));
  if (!latest.limit.empty()) return fmt::format("{}: limited by {} at {}", wanted, latest.limit, desired);
  if (!latest.is_ours) return fmt::format("{}: the HPA goes by {}, to {}", wanted, latest.metric, desired);
  if (told == nullptr) return fmt::format("{}: the HPA is at {} so far", wanted, desired);
  return fmt::format("{}: the HPA stays at {}{}", wanted, desired, told->reason.empty() ? "" : ", " + told->reason);
}

}  // namespace

std::string WhatHpaDid(const HpaSnapshot& latest, std::span<const HpaEvent> events) {
  if (!latest.asked) return "KEDA gets no number that could be followed";
  const std::optional<int> goal = GoalOf(latest);
  if (!goal || !latest.desired) return "there is no HPA, or it has not said anything yet";
  return *goal == *latest.desired ? Followed(latest, *goal, events) : NotFollowed(latest, *goal, events);
}

}  // namespace loadline
