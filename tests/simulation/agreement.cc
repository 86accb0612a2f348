#include "simulation/agreement.h"

#include <fmt/format.h>

#include <algorithm>

namespace loadline::simulation {
namespace {

bool SameWindows(const RecordedObservation& a, const RecordedObservation& b) {
  return std::ranges::equal(a.windows, b.windows, {}, &RecordedWindow::ticks, &RecordedWindow::ticks);
}

bool SawTheSame(const MadeDecision& a, const MadeDecision& b) {
  const auto plain = [](const RecordedObservation& seen) {
    const auto there = [](const auto& each) { return static_cast<bool>(each); };
    return std::ranges::none_of(seen.forecasts, there) && std::ranges::none_of(seen.learned, there);
  };
  return a.policy == b.policy && a.terms.granted == b.terms.granted &&
         a.terms.error.has_value() == b.terms.error.has_value() && a.seen.overrides == b.seen.overrides &&
         a.seen.calendars.size() == b.seen.calendars.size() && SameWindows(a.seen, b.seen) && plain(a.seen) &&
         plain(b.seen);
}

}  // namespace

std::string AnswerText(const Decision& decision, const std::optional<Error>& error) {
  if (error) return fmt::format("{}: {}", CodeName(error->code), error->message);
  return fmt::format("wanted {}, {} replicas, {}", decision.wanted, decision.replicas,
                     decision.active ? "active" : "inactive");
}

bool SameAnswers(const Decision& a, const std::optional<Error>& a_error, const Decision& b,
                 const std::optional<Error>& b_error) {
  if (a_error || b_error) return a_error && b_error && a_error->code == b_error->code;
  return a.wanted == b.wanted && a.replicas == b.replicas && a.active == b.active && a.confidence == b.confidence;
}

std::optional<Finding> Agreement::Check(std::size_t object, const Pod& pod, const MadeDecision& made,
                                        std::uint64_t& compared) {
  std::deque<Kept>& kept = kept_[object];
  std::optional<Finding> finding;
  for (const Kept& other : kept) {
    if (other.pod == pod.name() || other.made.tick != made.tick || !SawTheSame(other.made, made)) continue;
    ++compared;
    if (SameAnswers(*other.made.decision, other.made.error, *made.decision, made.error)) continue;
    finding = Finding{AnswerText(*made.decision, made.error),
                      fmt::format("as {} says: {}", other.pod, AnswerText(*other.made.decision, other.made.error))};
  }
  kept.push_back({pod.name(), made});
  if (kept.size() > kKept) kept.pop_front();
  return finding;
}

}  // namespace loadline::simulation
