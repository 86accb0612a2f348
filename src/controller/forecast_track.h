// The forecast of one signal, or the laws of an objective, shared by all bindings with an equal one.
#ifndef LOADLINE_CONTROLLER_FORECAST_TRACK_H_
#define LOADLINE_CONTROLLER_FORECAST_TRACK_H_

#include <memory>
#include <string>

#include "controller/planned_track.h"
#include "controller/published_forecast.h"
#include "system/mutex.h"

namespace loadline {

// Thread-safe, but for Fit (refit_track.h).
class ForecastTrack final : public PlannedTrack<PlannedForecast, ForecastTimes, PublishedForecast> {
 public:
  ForecastTrack(PlannedForecast plan, ForecastTimes times, Duration lead, std::shared_ptr<QueryHistory> history);

  QueryHistory& history() { return *histories().front(); }

  void Fail(Timestamp fitted, Timestamp now, std::string problem) override;
  Refitted Fit(Timestamp fitted, const ForecastOptions& options) override;

  // Trusts no forecast of before `now`, which is the time after the clock jumped.
  void NoteClockJump(Timestamp now);

 private:
  // Null where the history was forgotten.
  std::shared_ptr<PublishedForecast> FitForecast(Timestamp fitted, int jumps, const ForecastOptions& options);
  std::shared_ptr<PublishedForecast> FitLaw(Timestamp fitted);
  int jumps() const;

  mutable Mutex mutex_;
  int jumps_ LOADLINE_GUARDED_BY(mutex_) = 0;
  Timestamp jumped_ LOADLINE_GUARDED_BY(mutex_);  // when the clock did last, by what it says now

  // Of the worker that fits it; there is one at a time.
  Timestamp judged_;
  int judged_after_ = 0;  // jumps of the clock
  Trust trust_;
  TrustMemo judged_before_;
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_FORECAST_TRACK_H_
