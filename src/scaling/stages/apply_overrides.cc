// What an operator says for a time, in the order of the overrides' names. Bounds and budgets hold all the same.
#include <fmt/format.h>

#include <algorithm>

#include "scaling/stages/stages.h"

namespace loadline {
void ApplyOverrides(const StageContext& context, Proposal& proposal) {
  for (std::size_t i = 0; i < context.seen.overrides.size() && !proposal.decision.error; ++i) {
    const Override& each = context.seen.overrides[i];
    if (!each.InForce(context.seen.now)) continue;
    const double proposed = proposal.decision.replicas;
    const auto index = static_cast<int>(i);
    auto take = [&](Reason reason, double replicas) {
      proposal.Take(context, reason, replicas, index).name = std::make_shared<const std::string>(
          fmt::format("{} ({}{}{})", each.name, each.reason, each.author.empty() ? "" : "; by ", each.author));
    };
    switch (each.kind) {
      case Override::Kind::kPin: take(Reason::kPinned, each.replicas); break;
      case Override::Kind::kFloor:
        if (proposed < each.replicas) take(Reason::kOverrideFloor, each.replicas);
        break;
      case Override::Kind::kCeiling:
        if (proposed > each.replicas) take(Reason::kOverrideCeiling, each.replicas);
        break;
      case Override::Kind::kHold:
        // A hold of all shall not put those out of order that nobody thought of: they go on deciding, and say so.
        if (context.plan.observed < 0) {
          take(Reason::kCannotHold, proposed);
        } else if (const auto observed = NeedObserved(context, proposal)) {
          take(Reason::kOverrideHold, *observed);
        }
        break;
    }
  }
}

}  // namespace loadline
