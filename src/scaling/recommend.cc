#include "scaling/recommend.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/text.h"

namespace loadline {
namespace {

constexpr double kWorthIt = 0.01;  // of the replica-hours
constexpr double kMuchSaved = 0.1;
constexpr int kDraws = 1000;
constexpr std::size_t kLeastDays = 3;
constexpr Duration kDay = std::chrono::hours(24);

// The same draws each time: a recommendation can be made again.
class Draws {
 public:
  std::size_t Below(std::size_t count) {  // splitmix64
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % count;
  }

 private:
  std::uint64_t state_ = 20261124;
};

std::string Percent(double share) { return FormatNumber(std::round(share * 10'000) / 100) + " %"; }

struct Played {
  Policy policy;
  std::vector<PolicyChange> changes;
  ReplayResult result;
};

class Search {
 public:
  Search(const Recording& recording, const Policy& policy, const Parameters& parameters, const WorkloadModel& workload,
         const RecommendOptions& options, ReplayForecasts& forecasts)
      : recording_(recording),
        policy_(policy),
        parameters_(parameters),
        workload_(workload),
        options_(options),
        forecasts_(forecasts) {}

  Result<Recommendations> Run() {
    const Duration whole = options_.replay.end - options_.replay.begin;
    if (workload_.load < 0)
      return Fail(Code::kFailedPrecondition, "no load is known, so nothing is better than another: say it with --load");
    if (whole < kDay)
      return Fail(Code::kFailedPrecondition,
                  fmt::format("want at least a day of history; found {}", FormatDuration(whole)));
    searching_ = options_.replay;
    judging_ = options_.replay;
    const auto searched =
        Duration(static_cast<Duration::rep>(static_cast<double>(whole.count()) * options_.searched_share));
    // Days are judged whole, where there are any.
    Timestamp split = options_.replay.begin + searched;
    if (whole >= 2 * kDay) split = std::max(AlignDown(split, kDay), AlignDown(options_.replay.begin, kDay) + kDay);
    searching_.end = judging_.begin = said_.split = AlignDown(split, recording_.interval);

    const auto base = Play(policy_, {}, searching_);
    const auto base_judged = Play(policy_, {}, judging_);
    if (!base || !base_judged) return Fail(Code::kFailedPrecondition, "the policy cannot be replayed");
    said_.now = {OutcomeOf(base->result), OutcomeOf(base_judged->result)};
    const std::vector<Played> path = Climb(*base);
    for (std::size_t i = path.size(); i-- > 0 && said_.list.empty();) Judge(path[i], *base, *base_judged);
    AddAlternatives(*base, *base_judged);
    if (said_.list.empty()) {
      said_.none = path.empty() ? "no candidate was better on the part that was searched"
                                : "what was better on the part that was searched was not on the one that was judged";
    }
    return std::move(said_);
  }

 private:
  static PolicyOutcome OutcomeOf(const ReplayResult& result) {
    const ReplayTally total = result.Total();
    return {total.ReplicaHours(), total.Violations(result.is_queue), result.ChangesADay()};
  }

  std::optional<Played> Play(const Policy& policy, std::vector<PolicyChange> changes, const ReplayOptions& options) {
    const Result<QueryPlan> plan = PlanQueries(policy, parameters_);
    if (!plan) return std::nullopt;
    const ReplayMember member{&policy, &*plan, &parameters_};
    if (!CheckReplay(recording_, member, options)) return std::nullopt;
    if (options_.before_replay) options_.before_replay(member, options);
    return Played{policy, std::move(changes), Replay(recording_, member, workload_, options, forecasts_)};
  }

  bool Allowed(double violations) const { return violations <= options_.most_violations; }

  // By how much the second is better, above 0; of `before` that is short too often how much less, else what is saved.
  double Gain(const ReplayTally& before, const ReplayTally& after) const {
    const bool queue = workload_.is_queue();
    const auto first = before.Violations(queue), second = after.Violations(queue);
    // Who answers with errors or without knowing costs nothing by that.
    if (!first || !second || after.error_seconds > before.error_seconds) return 0;
    if (!Allowed(*first)) return std::max(*first - *second, 0.0) / *first;
    if (!Allowed(*second) || before.replica_seconds <= 0) return 0;
    return std::max(before.replica_seconds - after.replica_seconds, 0.0) / before.replica_seconds;
  }

  // Of two that are both better than what there is: the allowed before the others, then the cheaper, or the one with
  // fewer violations.
  bool IsBetter(const Played& first, const Played& second) const {
    const ReplayTally a = first.result.Total(), b = second.result.Total();
    const double va = a.Violations(workload_.is_queue()).value_or(1),
                 vb = b.Violations(workload_.is_queue()).value_or(1);
    if (Allowed(va) != Allowed(vb)) return Allowed(va);
    return Allowed(va) ? a.replica_seconds < b.replica_seconds : va < vb;
  }

  // Adds the best change, then the best one to that, as long as it is worth it. Each step of the way.
  std::vector<Played> Climb(const Played& base) {
    std::vector<Played> path;
    for (int round = 0; round < options_.rounds; ++round) {
      const Played& from = path.empty() ? base : path.back();
      std::vector<PolicyCandidate> candidates = CandidatesFor(from.policy);
      std::optional<Played> best;
      for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (options_.on_progress)
          options_.on_progress(static_cast<std::size_t>(round) * candidates.size() + i,
                               static_cast<std::size_t>(options_.rounds) * candidates.size());
        PolicyChange& change = candidates[i].changes.front();
        // One change for each field: another value of what was changed already is not tried again.
        if (std::ranges::any_of(from.changes, [&](const PolicyChange& each) { return each.field == change.field; }))
          continue;
        std::vector<PolicyChange> changes = from.changes;
        changes.push_back(change);
        auto played = Play(candidates[i].policy, std::move(changes), searching_);
        if (!played) continue;
        ++said_.tried;
        if (Gain(from.result.Total(), played->result.Total()) < kWorthIt) continue;
        if (!best || IsBetter(*played, *best)) best = played;
        if (round == 0) singles_.push_back(*std::move(played));
      }
      if (!best) break;
      path.push_back(*std::move(best));
    }
    std::ranges::stable_sort(singles_, [&](const Played& a, const Played& b) { return IsBetter(a, b); });
    return path;
  }

  void Judge(const Played& candidate, const Played& base, const Played& base_judged) {
    const auto judged = Play(candidate.policy, candidate.changes, judging_);
    if (!judged) return;
    const ReplayTally before = base_judged.result.Total(), after = judged->result.Total();
    if (Gain(before, after) < kWorthIt) return;
    Recommendation recommendation;
    recommendation.changes = candidate.changes;
    recommendation.searched = {OutcomeOf(base.result), OutcomeOf(candidate.result)};
    recommendation.judged = {OutcomeOf(base_judged.result), OutcomeOf(judged->result)};
    recommendation.confidence = Confidence(base_judged.result, judged->result);
    Explain(before, after, recommendation);
    said_.list.push_back(std::move(recommendation));
  }

  // Single changes of other fields, for who does not want all of the first, or none of it.
  void AddAlternatives(const Played& base, const Played& base_judged) {
    std::vector<std::string> fields;
    if (!said_.list.empty() && said_.list.front().changes.size() == 1)
      fields.push_back(said_.list.front().changes.front().field);
    for (const Played& single : singles_) {
      if (said_.list.size() > options_.most_alternatives) return;
      const std::string& field = single.changes.front().field;
      if (std::ranges::find(fields, field) != fields.end()) continue;
      const std::size_t before = said_.list.size();
      Judge(single, base, base_judged);
      if (said_.list.size() > before) fields.push_back(field);
    }
  }

  std::optional<double> Confidence(const ReplayResult& before, const ReplayResult& after) const {
    const std::size_t days = std::min(before.days.size(), after.days.size());
    if (days < kLeastDays) return std::nullopt;
    Draws draws;
    int better = 0;
    for (int draw = 0; draw < kDraws; ++draw) {
      ReplayTally first, second;
      for (std::size_t i = 0; i < days; ++i) {
        const std::size_t day = draws.Below(days);
        first.Add(before.days[day].tally);
        second.Add(after.days[day].tally);
      }
      better += Gain(first, second) > 0;
    }
    return static_cast<double>(better) / kDraws;
  }

  void Explain(const ReplayTally& before, const ReplayTally& after, Recommendation& recommendation) const {
    const bool queue = workload_.is_queue();
    const std::string what = queue ? "late" : "short of capacity";
    const double first = before.Violations(queue).value_or(0), second = after.Violations(queue).value_or(0);
    const double saved = 1 - after.replica_seconds / before.replica_seconds;
    const std::string cost = saved >= 0 ? fmt::format("{} fewer replica-hours", Percent(saved))
                                        : fmt::format("{} more replica-hours", Percent(-saved));
    if (!Allowed(first)) {
      recommendation.priority = Recommendation::Priority::kHigh;
      recommendation.reason = fmt::format("{} {}, where {} may be: with it {}, for {}", Percent(first), what,
                                          Percent(options_.most_violations), Percent(second), cost);
    } else {
      recommendation.priority =
          saved >= kMuchSaved ? Recommendation::Priority::kMedium : Recommendation::Priority::kLow;
      recommendation.reason = fmt::format("{}, with {} {} instead of {}, where {} may be", cost, Percent(second), what,
                                          Percent(first), Percent(options_.most_violations));
    }
  }

  const Recording& recording_;
  const Policy& policy_;
  const Parameters& parameters_;
  const WorkloadModel& workload_;
  const RecommendOptions& options_;
  ReplayForecasts& forecasts_;
  ReplayOptions searching_;
  ReplayOptions judging_;
  std::vector<Played> singles_;  // better by one change on the part that is searched, the best first
  Recommendations said_;
};

}  // namespace

Result<Recommendations> Recommend(const Recording& recording, const Policy& policy, const Parameters& parameters,
                                  const WorkloadModel& workload, const RecommendOptions& options,
                                  ReplayForecasts& forecasts) {
  return Search(recording, policy, parameters, workload, options, forecasts).Run();
}

}  // namespace loadline
