// All that the decision needs of the world, on one page.
#ifndef LOADLINE_SCALING_PORTS_H_
#define LOADLINE_SCALING_PORTS_H_

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "document/problem.h"
#include "scaling/budget_yaml.h"
#include "scaling/override.h"
#include "scaling/policy.h"
#include "scaling/reading.h"
#include "schedule/calendar.h"

namespace loadline {

// Asks for the value of `query` at `begin`, `begin` + `step`, ... `end`; an instant where begin == end.
struct Question {
  std::string query;
  Timestamp begin;
  Timestamp end;
  Duration step{0};  // > 0 where begin < end
};

struct Answer {
  std::vector<Reading> readings;  // one for each time that was asked for, oldest first
  std::string problem;            // the last reading's, in words, where it is no kValue
};

// Where numbers come from: Prometheus, a recording, a generator. Thread-safe.
class MetricSource {
 public:
  virtual ~MetricSource() = default;

  // Answers all questions, in their order, within `budget`. Never fails as a whole: what could not be had is a
  // reading that says why. A question that failed for a passing reason is asked once more while time is left.
  virtual std::vector<Answer> Ask(const std::vector<Question>& questions, Duration budget) = 0;
};

// A document that is not in force as it stands.
struct PolicyProblem {
  std::string file;
  Problem problem;
  std::string policy_namespace;  // of the document's policy, where it could be read
  std::string policy_name;       // likewise; empty: could not be read
  bool last_good_in_force = false;
  std::string kind = "ScalingPolicy";  // of the document, whose the two names above are
};

// Namespaces of which not all documents could be read: a policy of their own may be among them, so that a shared one of
// the same name must not stand in for it.
struct UnreadNamespaces {
  std::string pattern;  // a name, or with one "*" at the end
  std::string why;
};

// Every document that is in force, and what is wrong with those that are not.
struct PolicySet {
  std::vector<std::shared_ptr<const Policy>> policies;
  std::vector<PolicyProblem> problems;
  std::vector<std::shared_ptr<const Budget>> budgets = {};
  std::vector<std::shared_ptr<const Calendar>> calendars = {};
  std::vector<std::shared_ptr<const Override>> overrides = {};
  std::vector<UnreadNamespaces> unread = {};
};

// Where policies come from.
class PolicySource {
 public:
  virtual ~PolicySource() = default;

  // Hands over the complete set, first as it is and then after every change, until `stop` is requested.
  virtual void Run(std::stop_token stop, const std::function<void(PolicySet)>& on_change) = 0;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_PORTS_H_
