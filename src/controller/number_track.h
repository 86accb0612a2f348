// A number that is learned from history, shared by all bindings with an equal one.
#ifndef LOADLINE_CONTROLLER_NUMBER_TRACK_H_
#define LOADLINE_CONTROLLER_NUMBER_TRACK_H_

#include <memory>
#include <string>
#include <vector>

#include "controller/refit_track.h"
#include "controller/refits.h"
#include "scaling/learned_number.h"
#include "scaling/planned_number.h"

namespace loadline {

class NumberTrack final : public RefitTrack {
 public:
  // `histories`: of the plan's queries, in their order.
  NumberTrack(PlannedNumber plan, NumberTimes times, Duration lead,
              std::vector<std::shared_ptr<QueryHistory>> histories);

  // What a decision at `now` goes by: the latest that was due by then, however old. Null where there is none yet; one
  // with a problem where none can be had.
  std::shared_ptr<const LearnedNumber> At(Timestamp now) const { return refits_.At(now); }

  const std::string& source() const override { return plan_.source; }
  std::span<const std::shared_ptr<QueryHistory>> histories() const override { return histories_; }
  std::optional<Timestamp> Due(Timestamp tick) const override { return refits_.Due(tick); }
  void Begin() override { refits_.Begin(); }
  void Fail(Timestamp fitted, Timestamp now, std::string problem) override;
  Refitted Fit(Timestamp fitted, const ForecastOptions& options) override;

 private:
  const PlannedNumber plan_;
  const NumberTimes times_;
  const std::vector<std::shared_ptr<QueryHistory>> histories_;
  Refits<LearnedNumber> refits_;
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_NUMBER_TRACK_H_
