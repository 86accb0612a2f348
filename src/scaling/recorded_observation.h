// What was seen, as a value of its own: for a record from which the decision can be made again.
#ifndef LOADLINE_SCALING_RECORDED_OBSERVATION_H_
#define LOADLINE_SCALING_RECORDED_OBSERVATION_H_

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scaling/decide.h"

namespace loadline {

struct RecordedWindow {
  std::vector<Reading> ticks;  // oldest first, never empty
  std::string problem;
};

// All that Decide goes by but the policy and its plan. What a budget granted is none of it: it stands beside (Settle).
struct RecordedObservation {
  Timestamp now;
  Duration interval{15000};
  std::vector<RecordedWindow> windows;
  std::vector<Override> overrides;
  std::map<std::string, Calendar> calendars;
  std::optional<ObjectiveReport> objective;              // none: not known
  std::vector<Levels> levels;                            // of it, at each tick, newest last
  std::vector<std::optional<SignalForecast>> forecasts;  // by signal; none, or a list that ends before: not known

  std::vector<std::shared_ptr<const LearnedNumber>> learned = {};  // likewise

  // Refers to this.
  CalendarLookup Lookup() const;
  std::vector<const SignalForecast*> Forecasts() const;
  // As Decide wants it. Refers to this, and to the two, which are those of this.
  Observation Seen(const CalendarLookup& lookup, std::span<const SignalForecast* const> forecast_list) const;
};

// Copies what `seen` refers to; of calendars those that the policy's schedules name, and that there are.
RecordedObservation Record(const Policy& policy, const Observation& seen);

}  // namespace loadline

#endif  // LOADLINE_SCALING_RECORDED_OBSERVATION_H_
