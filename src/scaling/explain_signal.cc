#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "scaling/explain.h"
#include "scaling/forecast_law.h"
#include "scaling/learned_law.h"
#include "schedule/schedule_text.h"

namespace loadline {
namespace {

std::string DependencySentence(const DependsOn& depends_on, double other) {
  const char* has = depends_on.of == DependsOn::Of::kDesired ? "wants" : "has";
  std::string text = fmt::format("{} {} {}", depends_on.object, has, FormatNumber(other));
  if (depends_on.lag > Duration::zero())
    text =
        fmt::format("{} {} {} {} ago", depends_on.object, depends_on.of == DependsOn::Of::kDesired ? "wanted" : "had",
                    FormatNumber(other), FormatDuration(depends_on.lag));
  if (depends_on.ratio) return fmt::format("{}, {} for each", text, FormatNumber(*depends_on.ratio));
  return fmt::format("{}, {} while it has any", text, FormatNumber(*depends_on.replicas));
}

std::string ReadingSentence(const Decision& decision, const Signal& signal, const SignalOutcome& outcome) {
  const std::string value = FormatNumber(*outcome.value);
  switch (signal.forecast ? ReadingLawOf(signal) : LawOf(signal)) {
    case Law::kPerReplica: return fmt::format("{} at {} each", value, FormatNumber(*signal.per_replica));
    case Law::kTarget:
      return fmt::format("{} of {} at {} replicas", value, FormatNumber(*signal.target),
                         FormatNumber(decision.observed.value_or(0)));
    case Law::kBacklog:
      return fmt::format("({}/s arriving + {} waiting / {}) at {}/s each", FormatNumber(*outcome.arrivals), value,
                         FormatDuration(signal.backlog->drain_within), FormatNumber(*outcome.throughput));
    case Law::kTiers: {
      const auto above = std::upper_bound(signal.tiers.begin(), signal.tiers.end(), *outcome.value,
                                          [](double v, const Tier& tier) { return v < tier.from; });
      if (above == signal.tiers.begin()) return fmt::format("{} is below every tier", value);
      const Tier& tier = *std::prev(above);
      return fmt::format("{} is in the tier from {}: {}{}", value, FormatNumber(tier.from),
                         FormatNumber(tier.replicas.amount), tier.replicas.percent ? "% of replicas.max" : "");
    }
    case Law::kReplicas: return value + " replicas";
    case Law::kPattern:
      return fmt::format("{} of a peak of {} expected at this hour", value, FormatNumber(signal.pattern->peak));
    case Law::kDependsOn: return DependencySentence(*signal.depends_on, *outcome.value);
    case Law::kScore:
      return fmt::format("{} is {} % of {}", value, FormatNumber(outcome.score.value_or(0)),
                         FormatNumber(*signal.score_at));
    case Law::kGate: return fmt::format("{}: {}", value, outcome.open.value_or(true) ? "open" : "closed");
    default: return value;
  }
}

std::string LawSentence(const Decision& decision, const Signal& signal, const SignalOutcome& outcome) {
  if (outcome.schedule != nullptr) return DescribeState(*signal.schedule, *outcome.schedule);
  if (!outcome.value) return "";
  std::string text = ReadingSentence(decision, signal, outcome);
  if (outcome.learned != nullptr) text += fmt::format(" ({})", LearnedSentence(*outcome.learned));
  if (outcome.gaps > 0) text += fmt::format(" ({} readings of the window missing)", outcome.gaps);
  return text;
}

std::string ForecastSentence(const Policy& policy, const Decision& decision, std::size_t index) {
  const Signal& signal = policy.signals[index];
  const SignalOutcome& outcome = decision.signals[index];
  const auto of = IndexOfForecast(policy, *signal.forecast);
  const bool own = ReadingLawOf(signal) != Law::kValue;
  if (!of || !outcome.value || !outcome.expected) return "";
  std::string text =
      fmt::format("{} expected in {}", ReadingSentence(decision, own ? signal : policy.signals[*of], outcome),
                  FormatDuration(AheadBy(signal.forecast->ahead, outcome.learned.get()).value_or(Duration(0))));
  if (const auto* learned = std::get_if<LearnedAhead>(&signal.forecast->ahead); learned && outcome.learned != nullptr)
    text += fmt::format(" ({})", LearnedSentence(*learned, *outcome.learned));
  if (outcome.reason == Reason::kForecast) return text;
  return text + fmt::format(", which wants {}", FormatNumber(*outcome.expected));
}

// "loss 0.412, last value 0.398"; empty where it could not be judged.
std::string ScoresOf(const Trust& trust) {
  if (trust.rule.empty()) return "";
  return fmt::format(" (loss {}, {} {})", FormatNumber(trust.ours), trust.rule, FormatNumber(trust.naive));
}

std::string FallbackSentence(const Policy& policy, const Signal& signal) {
  const auto& fallback = std::get<FallbackReplicas>(OnMissingOf(policy, signal).then);
  switch (fallback.behavior) {
    case FallbackBehavior::kStatic: return fmt::format("falling back to {}", fallback.replicas);
    case FallbackBehavior::kCurrentReplicas: return "falling back to the replicas observed";
    case FallbackBehavior::kCurrentReplicasIfHigher:
      return fmt::format("falling back to {} or what is observed, if higher", fallback.replicas);
    case FallbackBehavior::kCurrentReplicasIfLower:
      return fmt::format("falling back to {} or what is observed, if lower", fallback.replicas);
  }
  return "";
}

}  // namespace

std::string SignalSentence(const Policy& policy, const Decision& decision, std::size_t index) {
  const Signal& signal = policy.signals[index];
  const SignalOutcome& outcome = decision.signals[index];
  const std::string law =
      signal.forecast ? ForecastSentence(policy, decision, index) : LawSentence(decision, signal, outcome);
  switch (outcome.reason) {
    case Reason::kHeld:
      return fmt::format("{}, held for {}: {}", law, FormatDuration(outcome.age), outcome.problem.text());
    case Reason::kPartialData: return fmt::format("{}, at least: {}", law, outcome.problem.text());
    case Reason::kMissing: return "no data: " + outcome.problem.text();
    case Reason::kIgnored: return "no data, ignored: " + outcome.problem.text();
    case Reason::kAssumedHigh: return "no data, the maximum assumed: " + outcome.problem.text();
    case Reason::kFallback:
      return fmt::format("no data, {}: {}", FallbackSentence(policy, signal), outcome.problem.text());
    case Reason::kIdle: return "no data since there are no replicas";
    case Reason::kNotScheduled:
      return "nothing is scheduled now" + (outcome.problem.empty() ? "" : " (" + outcome.problem.text() + ")");
    case Reason::kSwitchedOff: return "switched off";
    case Reason::kShadowForecast: return law + "; in shadow: not used";
    case Reason::kDistrustedForecast:
      return fmt::format("{}; not used: {}{}", law, TrustSentence(outcome.trust->reason), ScoresOf(*outcome.trust));
    case Reason::kObjective:
    case Reason::kObjectiveUnfitted: return fmt::format("{}; {}", law, ReportSentence(*decision.objective));
    case Reason::kNoForecast: return "no forecast: " + std::string(outcome.problem.text());
    default: return law;
  }
}

}  // namespace loadline
