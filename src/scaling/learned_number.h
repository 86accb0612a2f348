// What history says of a number of the policy: an input of a decision, like readings and forecasts.
#ifndef LOADLINE_SCALING_LEARNED_NUMBER_H_
#define LOADLINE_SCALING_LEARNED_NUMBER_H_

#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/time.h"

namespace loadline {

// A function of history that ends at `fitted`, so equal on every pod and in a replay. Of a start delay in seconds, of a
// throughput in items per second.
struct LearnedNumber {
  Timestamp fitted;
  std::optional<double> value = {};  // none: too little is known, and what the policy assumes holds
  double low = 0;                    // where it is with a probability of 95 %; means nothing where there is no value
  double high = std::numeric_limits<double>::infinity();
  int count = 0;             // rises or stretches that were found
  int needed = 0;            // that must be, at least
  std::string problem = {};  // why its history could not be had; then there is nothing else

  friend bool operator==(const LearnedNumber&, const LearnedNumber&) = default;
};

// One for each signal of the policy, at its place; null, or a list that ends before it: not known yet.
using LearnedNumbers = std::span<const std::shared_ptr<const LearnedNumber>>;

}  // namespace loadline

#endif  // LOADLINE_SCALING_LEARNED_NUMBER_H_
