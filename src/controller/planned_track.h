// What the board works on (refit_track.h), of one plan: the histories that it needs, and what was made of them.
#ifndef LOADLINE_CONTROLLER_PLANNED_TRACK_H_
#define LOADLINE_CONTROLLER_PLANNED_TRACK_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "controller/refit_track.h"
#include "controller/refits.h"

namespace loadline {

// How it is made, and what is said where it cannot be, is left to what derives from this. Thread-safe.
template <class Plan, class Times, class Made>
class PlannedTrack : public RefitTrack {
 public:
  const Plan& plan() const { return plan_; }
  const Times& times() const { return times_; }

  // What a decision at `now` goes by: the latest that was due by then. Null where there is none yet; one with a problem
  // where the latest is too old, or none can be had.
  std::shared_ptr<const Made> At(Timestamp now) const { return refits_.At(now); }

  const std::string& source() const override { return plan_.source; }
  std::span<const std::shared_ptr<QueryHistory>> histories() const override { return histories_; }
  std::optional<Timestamp> Due(Timestamp tick) const override { return refits_.Due(tick); }
  void Begin() override { refits_.Begin(); }

 protected:
  // `good_for`: as of Refits.
  PlannedTrack(Plan plan, Times times, std::vector<std::shared_ptr<QueryHistory>> histories, Duration lead,
               Duration good_for = Duration::max())
      : plan_(std::move(plan)), times_(times), histories_(std::move(histories)), refits_(times.refit, lead, good_for) {}

  Refits<Made>& refits() { return refits_; }

 private:
  const Plan plan_;
  const Times times_;
  const std::vector<std::shared_ptr<QueryHistory>> histories_;
  Refits<Made> refits_;
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_PLANNED_TRACK_H_
