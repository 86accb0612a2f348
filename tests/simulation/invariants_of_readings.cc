// What decisions may go by: what was heard, and what is true.
#include <fmt/format.h>

#include <algorithm>

#include "simulation/invariants.h"
#include "simulation/plain_law.h"

namespace loadline::simulation {
namespace {

constexpr double kRounding = 1e-9;

std::span<const Reading> WindowOf(const Judged& judged, std::size_t signal) {
  return judged.made.seen.windows[static_cast<std::size_t>(judged.plan.signals[signal].value)].ticks;
}

std::string TextOf(std::optional<double> number) { return number ? fmt::format("{}", *number) : "nothing"; }

// Nothing but the signals has a say.
bool DecidesAlone(const Judged& judged) {
  return judged.made.seen.overrides.empty() && !judged.made.terms.granted && !judged.made.terms.error;
}

bool IsDecided(const Judged& judged) { return judged.made.plan != nullptr && !judged.made.seen.windows.empty(); }

}  // namespace

std::optional<Finding> CheckSeenWasHeard(const Judged& judged, bool& checked) {
  if (!IsDecided(judged)) return std::nullopt;
  checked = true;
  // Older ones were the latest once; all of them now and then.
  const bool all = Mix(static_cast<std::uint64_t>(judged.made.tick.time_since_epoch().count())) % 8 == 0;
  for (std::size_t i = 0; i < judged.plan.queries.size(); ++i) {
    const PlannedQuery& query = judged.plan.queries[i];
    if (query.desired_of) continue;
    const std::vector<Reading>& ticks = judged.made.seen.windows[i].ticks;
    const std::size_t look = all ? ticks.size() : std::min<std::size_t>(2, ticks.size());
    for (std::size_t ago = 0; ago < look; ++ago) {
      const Timestamp time = judged.made.tick - judged.pod.options().interval * static_cast<Duration::rep>(ago);
      const Reading& reading = ticks[ticks.size() - 1 - ago];
      if (judged.pod.heard().Was(query.text, time, reading)) continue;
      return Finding{fmt::format("{} of {} ticks ago: state {}, value {}", query.text, ago,
                                 static_cast<int>(reading.state), double{reading.value}),
                     "what the source said of that time"};
    }
  }
  return std::nullopt;
}

std::optional<Finding> CheckPlainLaw(const Judged& judged, bool& checked) {
  if (!IsDecided(judged) || !IsPlain(judged.policy())) return std::nullopt;
  checked = true;
  const Policy& policy = judged.policy();
  const Decision& decision = judged.decision();
  std::vector<PlainSignal> signals;
  for (std::size_t i = 0; i < policy.signals.size(); ++i) {
    signals.push_back(
        AskPlainly(policy, policy.signals[i], WindowOf(judged, i), judged.pod.options().interval, decision.observed));
    const PlainSignal& wanted = signals.back();
    if (judged.made.error) continue;  // it ends at the first that is missing
    const SignalOutcome& seen = decision.signals[i];
    if (seen.reason == wanted.reason && std::optional<double>(seen.demand) == wanted.demand) continue;
    return Finding{
        fmt::format("{}: {} asks for {}", policy.signals[i].name, ReasonCode(seen.reason), TextOf(seen.demand)),
        fmt::format("{} asking for {}", ReasonCode(wanted.reason), TextOf(wanted.demand))};
  }
  if (!DecidesAlone(judged)) return std::nullopt;
  const std::optional<double> wanted = AnswerPlainly(policy, signals);
  const std::optional<double> seen = judged.made.error ? std::nullopt : std::optional(decision.wanted);
  if (seen == wanted) return std::nullopt;
  return Finding{fmt::format("wanted {}", TextOf(seen)), TextOf(wanted)};
}

// The least that it could have asked for by what was true at the ticks of its hold: a signal that is held is one of
// those. Fallbacks are stated, and have no least.
std::optional<Finding> CheckNoFaultLowers(const Judged& judged, bool& checked) {
  if (!IsDecided(judged) || judged.made.error || !IsPlain(judged.policy()) || !DecidesAlone(judged))
    return std::nullopt;
  const Policy& policy = judged.policy();
  const Duration interval = judged.pod.options().interval;
  double least = policy.replicas.min;
  for (std::size_t i = 0; i < policy.signals.size(); ++i) {
    const Signal& signal = policy.signals[i];
    const std::string& query = judged.plan.queries[static_cast<std::size_t>(judged.plan.signals[i].value)].text;
    const Duration hold = OnMissingOf(policy, signal).hold;
    const auto ticks = static_cast<Duration::rep>(hold / interval);
    if (judged.pod.heard().AnyWrong(query, judged.made.tick - interval * (ticks + 1), judged.made.tick))
      return std::nullopt;
    const Reason reason = judged.decision().signals[i].reason;
    if (reason == Reason::kIgnored || reason == Reason::kFallback) {
      if (OnMissingOf(policy, signal).then == OnMissing().then)
        return Finding{std::string(ReasonCode(reason)), "onMissing says error"};
      continue;
    }
    std::optional<double> lowest;
    for (Duration::rep ago = 0; ago <= ticks; ++ago) {
      const auto demand =
          PlainDemand(policy, signal, judged.load.Say(query, judged.made.tick - interval * ago, judged.world_now));
      if (demand) lowest = std::min(lowest.value_or(*demand), *demand);
    }
    least = std::max(least, lowest.value_or(0));
  }
  checked = true;
  least = std::min<double>(least, policy.replicas.max.value_or(kMostReplicas));
  if (judged.decision().wanted >= least - kRounding) return std::nullopt;
  return Finding{fmt::format("wanted {}", judged.decision().wanted),
                 fmt::format("at least {}, the lowest that was true within the hold", least)};
}

}  // namespace loadline::simulation
