// Follows only what was asked for all the time of the window: on the way down the highest of it counts, on the way up
// the lowest.
//
// A dip that ends within the window should not cost a scale-down now and cold starts a minute later. With a window of
// 15m, 8 asked for at 10:16 and 2 at 10:20: stays at 8 up to 10:31.
//
// What was asked for earlier is computed again from the readings of then, never remembered: a pod that has just started
// and one that runs for days decide the same. Ticks at which there was no answer say nothing.
#include <algorithm>

#include "scaling/stages/stages.h"

namespace loadline {
namespace {

// How much was asked for `ticks_ago`, for as far back as either window reaches.
struct Past {
  std::size_t ticks_ago;
  double replicas;
};

std::vector<Past> AskedBefore(const StageContext& context, std::size_t ticks) {
  std::vector<Past> past;
  for (std::size_t ticks_ago = 1; ticks_ago <= ticks; ++ticks_ago) {
    const Decision then = AskedFor(context.policy, context.plan, context.seen.Before(ticks_ago));
    if (!then.error) past.push_back({ticks_ago, then.replicas});
  }
  return past;
}

}  // namespace

void Stabilize(const StageContext& context, Proposal& proposal) {
  const Duration up = context.policy.scale_up.stabilize;
  const Duration down = context.policy.scale_down.stabilize;
  const std::size_t ticks = context.facts.Ticks(std::max(up, down));
  if (ticks == 0) return;
  const double asked = proposal.decision.replicas;
  Past highest{0, asked};
  Past lowest{0, asked};
  for (const Past& each : AskedBefore(context, ticks)) {
    if (each.ticks_ago <= context.facts.Ticks(down) && each.replicas > highest.replicas) highest = each;
    if (each.ticks_ago <= context.facts.Ticks(up) && each.replicas < lowest.replicas) lowest = each;
  }
  // Between the two the present count stays, as in the HPA (horizontal.go, stabilizeRecommendationWithBehaviors);
  // where it is not known, what was asked for most: nothing missing lowers a count.
  const double present = context.facts.LatestObserved().value_or(highest.replicas);
  const double stable = std::min(std::max(present, lowest.replicas), highest.replicas);
  if (stable == asked) return;
  const Past& by = stable > asked ? highest : lowest;
  proposal.Take(context, stable > asked ? Reason::kStabilizedDown : Reason::kStabilizedUp, stable).ago =
      context.seen.interval * static_cast<Duration::rep>(by.ticks_ago);
  proposal.decision.steps.back().limit = by.replicas;
}

}  // namespace loadline
