// What is known at a decision of the time after it: which of its reasons end when, and what comes by itself.
#ifndef LOADLINE_SCALING_OUTLOOK_H_
#define LOADLINE_SCALING_OUTLOOK_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scaling/decide.h"

namespace loadline {

struct ComingChange {
  enum class Kind {
    kSchedule,       // a window of a schedule opens or closes
    kOverride,       // an override comes into force, or ends
    kStabilization,  // what was asked for earlier lies outside of the window
    kCooldown,       // a change in that direction is allowed again
    kHold,           // what a signal last asked for is not held any longer
    kForecast,       // more is expected to be wanted than there is an answer for now
  };

  Timestamp at;
  Kind kind = Kind::kSchedule;
  std::string name;                // of the signal, rule or override; may be empty
  std::optional<double> replicas;  // that are named there; none where none are
  bool counts = true;              // whether decisions go by it: not of a forecast that is only watched
  std::string sentence;
  bool stays =
      false;  // what is wanted now stays as it is, as another signal asks for it; false, too, where that is open

  friend bool operator==(const ComingChange&, const ComingChange&) = default;
};
std::string_view ComingKindName(ComingChange::Kind kind);  // "schedule"

// What is expected of a forecast, as replicas by its law: at first + i * step.
struct ExpectedDemand {
  std::size_t signal = 0;
  Timestamp first;
  Duration step{0};
  std::vector<double> middle;
  std::vector<double> upper;  // of the policy's quantile
};

// None where there is no such forecast, it is too old for decisions to go by it, or something else that its law needs
// is missing.
std::optional<ExpectedDemand> DemandAhead(const Policy& policy, const Decision& decision, std::size_t signal,
                                          const SignalForecast& forecast);

// All that comes after `decision`, up to `until`, the earliest first; of each schedule 200 changes at most.
// `overrides`: those that are for this binding.
std::vector<ComingChange> ComingChanges(const Policy& policy, const Decision& decision,
                                        std::span<const Override> overrides, std::span<const ExpectedDemand> expected,
                                        const CalendarLookup& calendars, Timestamp until);

}  // namespace loadline

#endif  // LOADLINE_SCALING_OUTLOOK_H_
