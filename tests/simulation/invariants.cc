#include "simulation/invariants.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace loadline::simulation {
namespace {

bool Has(const Decision& decision, Reason reason) {
  return std::ranges::any_of(decision.steps, [&](const Step& step) { return step.reason == reason; });
}

std::optional<Finding> CheckWhole(const Judged& judged, bool& checked) {
  checked = true;
  if (judged.made.error) {
    const bool said = !judged.made.error->message.empty() && static_cast<int>(judged.made.error->code) > 0;
    return said ? std::nullopt : std::optional(Finding{"an error without a reason", "a code and a message"});
  }
  const Decision& decision = judged.decision();
  const auto is_count = [](double value) { return std::isfinite(value) && value >= 0 && value <= kMostReplicas * 1.5; };
  if (!is_count(decision.wanted) || !is_count(decision.replicas))
    return Finding{fmt::format("wanted {}, replicas {}", decision.wanted, decision.replicas), "finite counts"};
  const double confidence = decision.confidence.Product();
  if (!(confidence >= 0 && confidence <= 1)) return Finding{fmt::format("confidence {}", confidence), "0 to 1"};
  if (decision.steps.empty()) return Finding{"an answer without a step", "each number has its reason"};
  return std::nullopt;
}

// Also where budgets and overrides have their say: a budget may cut below the minimum, nothing may go above the
// maximum.
std::optional<Finding> CheckBounds(const Judged& judged, bool& checked) {
  if (judged.made.error || judged.policy().mode != Mode::kActive) return std::nullopt;
  checked = true;
  const Policy& policy = judged.policy();
  const double wanted = judged.decision().wanted;
  const double most = policy.replicas.max.value_or(kMostReplicas);
  double least = policy.replicas.min;
  if (judged.made.terms.granted) least = std::min(least, *judged.made.terms.granted);
  if (wanted < least || wanted > most)
    return Finding{fmt::format("wanted {}", wanted), fmt::format("{} to {}", least, most)};
  if (judged.made.terms.granted && wanted > *judged.made.terms.granted)
    return Finding{fmt::format("wanted {}", wanted),
                   fmt::format("no more than granted: {}", *judged.made.terms.granted)};
  return std::nullopt;
}

// The last word of the operators, within bounds: that of the last override in force.
std::optional<Finding> CheckOverrides(const Judged& judged, bool& checked) {
  if (judged.made.error || judged.policy().mode != Mode::kActive || judged.policy().every) return std::nullopt;
  const Override* last = nullptr;
  for (const Override& each : judged.made.seen.overrides) {
    if (each.InForce(judged.made.tick)) last = &each;
  }
  if (last == nullptr || last->kind == Override::Kind::kHold || judged.policy().cost) return std::nullopt;
  checked = true;
  const Policy& policy = judged.policy();
  double said = std::clamp<double>(last->replicas, policy.replicas.min, policy.replicas.max.value_or(kMostReplicas));
  const double wanted = judged.decision().wanted;
  const double granted = judged.made.terms.granted.value_or(kMostReplicas);
  const bool holds = last->kind == Override::Kind::kCeiling ? wanted <= said
                     : last->kind == Override::Kind::kFloor ? wanted >= std::min(said, granted)
                                                            : wanted == std::min(said, granted);
  if (holds) return std::nullopt;
  return Finding{fmt::format("wanted {}", wanted), fmt::format("override {}: {}", last->name, said)};
}

std::optional<Finding> CheckInactiveIsStated(const Judged& judged, bool& checked) {
  if (judged.made.error || judged.decision().active) return std::nullopt;
  checked = true;
  const Decision& decision = judged.decision();
  if (Has(decision, Reason::kModeYield) || Has(decision, Reason::kInactiveByLimit)) return std::nullopt;
  if (Has(decision, Reason::kModeHold) && decision.replicas <= 0) return std::nullopt;  // as many as there are
  if (!Has(decision, Reason::kInactive))
    return Finding{"inactive without a reason among the steps",
                   "Inactive, InactiveByLimit, ModeYield or ModeHold at zero"};
  if (judged.policy().mode != Mode::kActive) return std::nullopt;
  if (decision.wanted > 1 || judged.policy().replicas.min > 0)
    return Finding{fmt::format("inactive at {} of at least {}", decision.wanted, judged.policy().replicas.min),
                   "active, as no limit leaves nothing"};
  // An expression that asks for presence, or for the hour alone, may say that there is nothing by the policy's own
  // words.
  const auto is_nothing = [](const Step& step) { return step.reason == Reason::kByExpression && step.after <= 0; };
  if (std::ranges::any_of(decision.steps, is_nothing)) return std::nullopt;
  // Somebody must have said that there is nothing: silence is no reason to go to zero.
  const auto says = [](const SignalOutcome& each) {
    return each.reason != Reason::kMissing && each.reason != Reason::kIgnored;
  };
  if (!decision.signals.empty() && std::ranges::none_of(decision.signals, says) &&
      !Has(decision, Reason::kIdleInactive))
    return Finding{"inactive, and no signal says anything", "an error, or active"};
  return std::nullopt;
}

}  // namespace

std::span<const Invariant> Invariants() {
  static constexpr std::array kAll = {
      Invariant{"whole", "answers are finite and have steps, errors have a reason", CheckWhole},
      Invariant{"bounds", "between min and max, and no more than the budget grants", CheckBounds},
      Invariant{"overrides", "the last override in force is obeyed within bounds", CheckOverrides},
      Invariant{"inactive", "inactive only where a limit, an idle answer or a signal says so", CheckInactiveIsStated},
      Invariant{"heard", "every reading that is seen was said of that very time", CheckSeenWasHeard},
      Invariant{"plain", "plain policies: each demand and the answer, said a second time", CheckPlainLaw},
      Invariant{"lowers", "no fault lowers a count below what was true within the hold", CheckNoFaultLowers},
      Invariant{"redecides", "as a record, decided again, it is the same", CheckRedecides},
  };
  return kAll;
}

}  // namespace loadline::simulation
