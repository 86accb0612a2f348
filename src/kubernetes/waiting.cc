#include "kubernetes/waiting.h"

#include <algorithm>

namespace loadline {
namespace {

std::optional<Timestamp> Later(std::optional<Timestamp> a, std::optional<Timestamp> b) {
  return a && b ? std::optional(std::max(*a, *b)) : std::nullopt;
}

}  // namespace

void Stairs::Step(Timestamp time, int count) {
  while (!steps_.empty() && steps_.back().count >= count) {
    time = steps_.back().since;
    steps_.pop_back();
  }
  steps_.push_back({count, time});
  if (steps_.size() > kMostSteps) steps_.erase(steps_.begin() + 1);
}

std::optional<Timestamp> Stairs::AtLeastSince(int count) const {
  const auto found = std::ranges::lower_bound(steps_, count, {}, &Held::count);
  return found == steps_.end() ? std::nullopt : std::optional(found->since);
}

void Waiting::Ask(Timestamp time, int goal) {
  asked_.Step(time, goal);
  not_asked_.Step(time, -goal);
}

void Waiting::ForgetAsked() {
  asked_.Forget();
  not_asked_.Forget();
}

void Waiting::Have(Timestamp time, int ready) {
  had_.Step(time, ready);
  not_had_.Step(time, -ready);
}

std::optional<Timestamp> Waiting::ToCome(int replica) const {
  if (had_.empty()) return asked_.AtLeastSince(replica);
  return Later(asked_.AtLeastSince(replica), not_had_.AtLeastSince(1 - replica));
}

std::optional<Timestamp> Waiting::ToGo(int replica) const {
  if (had_.empty()) return not_asked_.AtLeastSince(1 - replica);
  return Later(not_asked_.AtLeastSince(1 - replica), had_.AtLeastSince(replica));
}

}  // namespace loadline
