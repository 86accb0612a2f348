// A number that is learned from history, shared by all bindings with an equal one.
#ifndef LOADLINE_CONTROLLER_NUMBER_TRACK_H_
#define LOADLINE_CONTROLLER_NUMBER_TRACK_H_

#include <memory>
#include <string>
#include <vector>

#include "controller/planned_track.h"
#include "scaling/learned_number.h"
#include "scaling/planned_number.h"

namespace loadline {

// A number is used however old it is, while no other takes its place.
class NumberTrack final : public PlannedTrack<PlannedNumber, NumberTimes, LearnedNumber> {
 public:
  // `histories`: of the plan's queries, in their order.
  NumberTrack(PlannedNumber plan, NumberTimes times, Duration lead,
              std::vector<std::shared_ptr<QueryHistory>> histories);

  void Fail(Timestamp fitted, Timestamp now, std::string problem) override;
  Refitted Fit(Timestamp fitted, const ForecastOptions& options) override;
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_NUMBER_TRACK_H_
