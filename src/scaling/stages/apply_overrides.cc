// What an operator says for a time, in the order of the overrides' names. Bounds and budgets hold all the same.
#include <fmt/format.h>

#include <algorithm>

#include "scaling/stages/stages.h"

namespace loadline {
namespace {

// The policy is fine without a count: it is the override that needs one, and both can mend it.
void FailWithoutQuery(const StageContext& context, Proposal& proposal, const std::string& name) {
  proposal.Fail(
      context, Reason::kObservedUnknown,
      fmt::format("override {} holds what is observed, and policy {} asks for no count of replicas: write pin: "
                  "N instead of hold in the override, or set spec.replicas.observed in the policy",
                  name, PolicyId(context.policy.policy_namespace, context.policy.name)));
}

}  // namespace

void ApplyOverrides(const StageContext& context, Proposal& proposal) {
  for (std::size_t i = 0; i < context.seen.overrides.size() && !proposal.decision.error; ++i) {
    const Override& each = context.seen.overrides[i];
    if (!each.InForce(context.seen.now)) continue;
    const double proposed = proposal.decision.replicas;
    const auto index = static_cast<int>(i);
    auto take = [&](Reason reason, double replicas) {
      proposal.Take(context, reason, replicas, index).name =
          std::make_shared<const std::string>(fmt::format("{} ({})", each.name, each.reason));
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
        if (context.plan.observed < 0) return FailWithoutQuery(context, proposal, each.name);
        if (const auto observed = NeedObserved(context, proposal)) take(Reason::kOverrideHold, *observed);
        break;
    }
  }
}

}  // namespace loadline
