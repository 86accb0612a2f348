// Rules, in the policy's order: each that fires changes what the ones before it left. "add 2" is two more than
// observed, not two more at every tick: the count has to follow before it is added to again.
#include <algorithm>
#include <cmath>

#include "scaling/stages/stages.h"

namespace loadline {
namespace {

using Truth = std::optional<bool>;  // nothing: what it would be told by is missing

std::size_t SignalIndex(const Policy& policy, const std::string& name) {
  const auto found = std::find_if(policy.signals.begin(), policy.signals.end(),
                                  [&](const Signal& signal) { return signal.name == name; });
  return static_cast<std::size_t>(found - policy.signals.begin());
}

Truth Between(const Condition& condition, std::optional<double> value) {
  if (!value) return std::nullopt;
  return (!condition.above || *value > *condition.above) && (!condition.below || *value < *condition.below);
}

// In percent of what it was; from nothing, anything is a change without bounds.
Truth Changes(const Condition& condition, std::optional<double> now, std::optional<double> before) {
  if (!now || !before) return std::nullopt;
  const double change = *now - *before;
  if (*before == 0) return condition.changes_by->value > 0 ? change > 0 : change < 0;
  const double percent = 100 * change / std::abs(*before);
  const double by = condition.changes_by->value;
  return by > 0 ? percent >= by : percent <= by;
}

class Judge {
 public:
  explicit Judge(const StageContext& context) : context_(context) {}

  Truth Holds(const Condition& condition, std::size_t ticks_ago) const {
    Truth all = true;
    for (std::size_t back = 0; back <= context_.facts.Ticks(condition.hold); ++back) {
      const Truth then = At(condition, ticks_ago + back);
      if (then == Truth(false)) return false;
      if (!then) all = std::nullopt;
    }
    return all;
  }

 private:
  Truth At(const Condition& condition, std::size_t ticks_ago) const {
    if (!condition.all.list.empty()) return AllOf(condition.all.list, ticks_ago);
    if (!condition.any.list.empty()) return Not(AllOf(condition.any.list, ticks_ago, true));
    if (!condition.negation.of.empty()) return Not(Holds(condition.negation.of.front(), ticks_ago));
    if (condition.clock) return IsWithin(*condition.clock, context_.facts.TimeAt(ticks_ago));
    if (condition.changes_by) {
      return Changes(condition, Value(condition, ticks_ago),
                     Value(condition, ticks_ago + context_.facts.Ticks(*condition.over)));
    }
    return Between(condition, Value(condition, ticks_ago));
  }

  // All of them, or all of their opposites.
  Truth AllOf(const std::vector<Condition>& conditions, std::size_t ticks_ago, bool opposites = false) const {
    Truth all = true;
    for (const Condition& each : conditions) {
      const Truth holds = opposites ? Not(Holds(each, ticks_ago)) : Holds(each, ticks_ago);
      if (holds == Truth(false)) return false;
      if (!holds) all = std::nullopt;
    }
    return all;
  }

  static Truth Not(Truth truth) { return truth ? Truth(!*truth) : truth; }

  std::optional<double> Value(const Condition& condition, std::size_t ticks_ago) const {
    if (*condition.signal == kScoreName) return context_.facts.Score(ticks_ago);
    return context_.facts.Value(SignalIndex(context_.policy, *condition.signal), ticks_ago);
  }

  const StageContext& context_;
};

// Which way the count goes when it fires: up, down, or either.
int DirectionOf(const Rule& rule) {
  if (rule.add || rule.at_least) return 1;
  return rule.set ? 0 : -1;
}

void Fire(const StageContext& context, Proposal& proposal, const Rule& rule, int index) {
  const double proposed = proposal.decision.replicas;
  if (rule.set) {
    proposal.Take(context, Reason::kRuleSets, *rule.set, index);
  } else if (rule.at_least) {
    proposal.Take(context, Reason::kRuleAtLeast, std::max(proposed, *rule.at_least), index);
  } else if (rule.at_most) {
    proposal.Take(context, Reason::kRuleAtMost, std::min(proposed, *rule.at_most), index);
  } else if (const auto observed = NeedObserved(context, proposal); observed && rule.add) {
    proposal.Take(context, Reason::kRuleAdds, std::max(proposed, *observed + *rule.add), index);
  } else if (observed) {
    proposal.Take(context, Reason::kRuleRemoves, std::max(0.0, std::min(proposed, *observed - *rule.remove)), index);
  }
}

}  // namespace

void ApplyRules(const StageContext& context, Proposal& proposal) {
  const Judge judge(context);
  for (std::size_t i = 0; i < context.policy.rules.size() && !proposal.decision.error; ++i) {
    const Rule& rule = context.policy.rules[i];
    if (!rule.enabled || judge.Holds(rule.when, 0) != Truth(true)) continue;
    const auto index = static_cast<int>(i);
    const auto changed =
        rule.cooldown > Duration::zero() ? context.facts.SinceChange(DirectionOf(rule), rule.cooldown) : std::nullopt;
    if (changed && *changed < rule.cooldown) {
      proposal.Take(context, Reason::kRuleCoolingDown, proposal.decision.replicas, index).ago = *changed;
      continue;
    }
    Fire(context, proposal, rule, index);
  }
}

}  // namespace loadline
