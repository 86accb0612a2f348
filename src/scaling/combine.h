// How the signals' demands become one number.
#ifndef LOADLINE_SCALING_COMBINE_H_
#define LOADLINE_SCALING_COMBINE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "scaling/expression.h"

namespace loadline {

// What an expression may name besides signals, in this order.
enum class PolicyVariable { kReplicas, kScore, kHour, kWeekday, kMinReplicas, kMaxReplicas };

struct Combine {
  enum class Kind {
    kMax,
    kMin,
    kSum,
    kMean,
    kMedian,
    kWeighted,    // the mean, by the signals' weights
    kPriority,    // the first that has an answer
    kScore,       // observed replicas * score / target
    kExpression,  // stated
  };

  Kind kind = Kind::kMax;
  std::vector<std::string> order;        // of kPriority: signals; empty: as they are listed
  double score_target = 70;              // of kScore
  std::string text;                      // of kExpression: as it was written
  std::optional<Expression> expression;  // likewise, once it is known which signals there are
  std::vector<bool> uses;                // of its variables, in their order: whether it names them

  // Whether the expression names the variable, in a policy of so many signals.
  bool Uses(PolicyVariable variable, std::size_t signals) const;
};

// The score: 0 to 100, the weighted mean of how full each signal with a `scoreAt` is, each capped at 100 %.
inline constexpr double kFullScore = 100;

// What an expression may name, in the order in which values are given: for each signal `lag`: lag (demand), lag_value,
// lag_age (seconds), lag_present (0 or 1); then replicas (observed), score, hour, weekday (0: Sunday), minReplicas and
// maxReplicas. A "-" in a name is
// written "_", and one that begins with a digit gets a "_" before it.
std::vector<std::string> ExpressionVariables(const std::vector<std::string>& signals);
inline constexpr std::size_t kVariablesPerSignal = 4;

}  // namespace loadline

#endif  // LOADLINE_SCALING_COMBINE_H_
