// Better numbers for a policy: candidates are replayed on one part of its history, and judged on another, which the
// search has not seen.
#ifndef LOADLINE_SCALING_RECOMMEND_H_
#define LOADLINE_SCALING_RECOMMEND_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scaling/replay_run.h"

namespace loadline {

// A number of a policy that is set to another one.
struct PolicyChange {
  std::string field;  // "signals.lag.perReplica"
  std::string from;
  std::string to;

  friend bool operator==(const PolicyChange&, const PolicyChange&) = default;
};

struct PolicyCandidate {
  Policy policy;
  std::vector<PolicyChange> changes;
};

// Those that differ from `policy` in one number: what a replica is asked to do (perReplica, target, drainWithin,
// tiers), thresholds of rules, a forecast's quantile and mode, the objective's share, the bounds, and the window on the
// way down.
std::vector<PolicyCandidate> CandidatesFor(const Policy& policy);

struct RecommendOptions {
  ReplayOptions replay;  // of the whole history: its first part is searched, the rest is judged
  double searched_share = 2.0 / 3;
  double most_violations = 0.01;  // share of the time, or of a queue's items, that may be short or late
  int rounds = 3;                 // changes that are added to each other
  std::size_t most_alternatives = 2;
  std::function<void(std::size_t done, std::size_t of)> on_progress = nullptr;
  // Called before each replay: who has threads makes the forecasts that it needs.
  std::function<void(const ReplayMember&, const ReplayOptions&)> before_replay = nullptr;
};

// What came of a policy on a stretch of history.
struct PolicyOutcome {
  double replica_hours = 0;
  std::optional<double> violations;
  double changes_a_day = 0;
};

struct PolicyEffect {
  PolicyOutcome before;
  PolicyOutcome after;
};

struct Recommendation {
  // High: too much was short or late, and with it is less. Medium: a tenth is saved, or more. Low: less.
  enum class Priority { kHigh, kMedium, kLow };

  std::vector<PolicyChange> changes;
  PolicyEffect searched;
  PolicyEffect judged;
  // The share of 1,000 draws of as many days as were judged, with repetition, in which it is better. None where fewer
  // than three days were judged.
  std::optional<double> confidence;
  Priority priority = Priority::kLow;
  std::string reason;
};

struct Recommendations {
  Timestamp split;  // from there on it was judged
  std::size_t tried = 0;
  PolicyEffect now;                  // `before`: on the part that was searched; `after`: on the other
  std::vector<Recommendation> list;  // the best first; others are single changes to choose from
  std::string none;                  // why there is none
};

// Better is: too many violations before, and fewer of them now; or no more than may be, and at least 1 % fewer
// replica-hours. Where a policy cannot be planned with a change, that is none. Fails with kFailedPrecondition where
// no load is known, or the history is shorter than a day. REQUIRES: CheckReplay passed.
Result<Recommendations> Recommend(const Recording& recording, const Policy& policy, const Parameters& parameters,
                                  const WorkloadModel& workload, const RecommendOptions& options,
                                  ReplayForecasts& forecasts);

}  // namespace loadline

#endif  // LOADLINE_SCALING_RECOMMEND_H_
