// Step rules: when something holds for a while, change the count.
#ifndef LOADLINE_SCALING_RULE_H_
#define LOADLINE_SCALING_RULE_H_

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "scaling/percent.h"
#include "schedule/week.h"

namespace loadline {

struct Condition;
struct Conditions {
  std::vector<Condition> list;
};
struct Negation {
  std::vector<Condition> of;  // one, or none
};

// How conditions name the policy's score.
inline constexpr std::string_view kScoreName = "score";

// Exactly one of: all, any, not, clock, or a test of a signal's value (or of the score). A test of something that is
// missing is neither true nor false, and fires nothing.
struct Condition {
  Conditions all;
  Conditions any;
  Negation negation;  // "not" in the document
  std::optional<ClockSpan> clock;
  std::optional<std::string> signal;
  std::optional<double> above;
  std::optional<double> below;
  std::optional<Percent> changes_by;  // over `over`: above 0 a rise of at least so much, below 0 a fall
  std::optional<Duration> over;

  Duration hold{0};  // "for" in the document: at every tick of so long
};

// One of the five actions.
struct Rule {
  std::string name;
  Condition when;
  std::optional<double> add;
  std::optional<double> remove;
  std::optional<double> set;
  std::optional<double> at_least;
  std::optional<double> at_most;
  Duration cooldown{0};  // fires not while the count changed in the rule's direction so recently
  bool enabled = true;
};

// Whether a condition goes by this signal, or the score.
bool Names(const Condition& condition, std::string_view signal);

// How far back a condition looks.
Duration LooksBack(const Condition& condition);

}  // namespace loadline

#endif  // LOADLINE_SCALING_RULE_H_
