// The forecast of one signal, or the laws of an objective, shared by all bindings with an equal one.
#ifndef LOADLINE_CONTROLLER_FORECAST_TRACK_H_
#define LOADLINE_CONTROLLER_FORECAST_TRACK_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/forecast_options.h"
#include "controller/published_forecast.h"
#include "controller/query_history.h"
#include "controller/refit_track.h"
#include "controller/refits.h"
#include "system/mutex.h"

namespace loadline {

// Thread-safe, but for Fit (refit_track.h).
class ForecastTrack final : public RefitTrack {
 public:
  ForecastTrack(PlannedForecast plan, ForecastTimes times, Duration lead, std::shared_ptr<QueryHistory> history);

  const PlannedForecast& plan() const { return plan_; }
  const ForecastTimes& times() const { return times_; }
  QueryHistory& history() { return *histories_.front(); }

  // What a decision at `now` goes by: the latest that was due by then. Null where there is none yet; one with a problem
  // where the latest is too old, or none can be had.
  std::shared_ptr<const PublishedForecast> At(Timestamp now) const { return refits_.At(now); }

  const std::string& source() const override { return plan_.source; }
  std::span<const std::shared_ptr<QueryHistory>> histories() const override { return histories_; }
  std::optional<Timestamp> Due(Timestamp tick) const override { return refits_.Due(tick); }
  void Begin() override { refits_.Begin(); }
  void Fail(Timestamp fitted, Timestamp now, std::string problem) override;
  Refitted Fit(Timestamp fitted, const ForecastOptions& options) override;

  // Trusts no forecast of before `now`, which is the time after the clock jumped.
  void NoteClockJump(Timestamp now);

 private:
  // Null where the history was forgotten.
  std::shared_ptr<PublishedForecast> FitForecast(Timestamp fitted, int jumps, const ForecastOptions& options);
  std::shared_ptr<PublishedForecast> FitLaw(Timestamp fitted);
  int jumps() const;

  const PlannedForecast plan_;
  const ForecastTimes times_;
  const std::vector<std::shared_ptr<QueryHistory>> histories_;  // one
  Refits<PublishedForecast> refits_;

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
