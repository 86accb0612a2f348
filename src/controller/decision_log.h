// Decisions in the log: each that changed, and every binding's once an hour.
#ifndef LOADLINE_CONTROLLER_DECISION_LOG_H_
#define LOADLINE_CONTROLLER_DECISION_LOG_H_

#include <cstddef>
#include <optional>

#include "controller/binding.h"
#include "system/log.h"

namespace loadline {

// What was logged last of a binding, to log what differs.
struct LoggedDecision {
  LoggedDecision() = default;
  explicit LoggedDecision(const PublishedAnswer& answer);

  // Whether there is something to log: KEDA and the HPA would notice a difference from `latest`, or who decided it is
  // another, or it has been long.
  bool IsDueAfter(const LoggedDecision& latest) const;

  std::optional<std::size_t> state;  // a hash of all that makes a difference
  std::optional<double> replicas;    // none where it is an error
  Timestamp time;
};

// Writes the event. Errors are limited: of those of one policy, code and reason there is a line a minute.
void LogDecision(Log& log, const BindingKey& key, const PublishedAnswer& answer, const LoggedDecision& before);

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_DECISION_LOG_H_
