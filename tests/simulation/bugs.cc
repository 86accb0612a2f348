#include "simulation/bugs.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <set>

namespace loadline::simulation {
namespace {

bool IsDark(const MadeDecision& made) {
  return !made.seen.windows.empty() && std::ranges::any_of(made.seen.windows, [](const RecordedWindow& window) {
    return window.ticks.back().state == ReadingState::kFailed;
  });
}

}  // namespace

bool Bugs::Knows(const std::string& name) {
  static const std::set<std::string> kNames = {
      "",        "not-finite",       "no-reason",   "above-max",       "override-ignored", "inactive-in-the-dark",
      "made-up", "zero-for-missing", "halves",      "other-for-pod-2", "over-budget",      "never-too-old",
      "deaf",    "forgets-readings", "loses-record"};
  return kNames.contains(name);
}

void Bugs::Spoil(const std::string& pod, MadeDecision& made) const {
  if (name_.empty()) return;
  auto decision = std::make_shared<Decision>(*made.decision);
  if (Is("not-finite") && !made.error && decision->wanted > 30) {
    decision->replicas = std::numeric_limits<double>::quiet_NaN();
  } else if (Is("no-reason") && made.error) {
    made.error->message.clear();
  } else if (Is("above-max") && !made.error && made.policy->replicas.max == decision->wanted) {
    decision->wanted += 1;
  } else if (Is("override-ignored") && !made.error && !made.seen.overrides.empty()) {
    decision->wanted = made.policy->replicas.min;
  } else if (Is("inactive-in-the-dark") && !made.error && IsDark(made)) {
    decision->active = false;
  } else if (Is("made-up") && IsDark(made)) {
    for (RecordedWindow& window : made.seen.windows) {
      if (window.ticks.back().state == ReadingState::kFailed) window.ticks.back() = {0, ReadingState::kValue};
    }
  } else if (Is("zero-for-missing") && !made.error) {
    for (SignalOutcome& each : decision->signals) {
      if (each.reason == Reason::kHeld) each.demand = 0;
    }
  } else if (Is("halves") && !made.error && IsDark(made)) {
    decision->wanted = std::max<double>(made.policy->replicas.min, decision->wanted / 2);
  } else if (Is("other-for-pod-2") && pod == "pod-2" && !made.error) {
    decision->replicas += 1;
  } else if (Is("forgets-readings") && !made.seen.windows.empty()) {
    for (RecordedWindow& window : made.seen.windows) window.ticks.assign(1, window.ticks.back());
  }
  made.decision = std::move(decision);
}

}  // namespace loadline::simulation
