// The forecasts of every signal that some binding has, and the laws of their objectives, fitted in the background.
//
// Ticks tell the time; nothing here makes a tick wait. At each refit time (a multiple of the refit interval since 1970,
// equal on all pods) a thread for each source brings the histories up to it, and workers fit what is complete. The
// result is a function of history that ends at that time, so that a pod that was just started publishes what the others
// have. It is used from `lead` after the refit time on: by then all pods have it.
#ifndef LOADLINE_CONTROLLER_FORECAST_BOARD_H_
#define LOADLINE_CONTROLLER_FORECAST_BOARD_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "controller/controller.h"
#include "controller/forecast_options.h"
#include "controller/published_forecast.h"
#include "controller/query_history.h"
#include "system/mutex.h"

namespace loadline {

// The forecast of one signal, shared by all bindings with an equal one. Thread-safe.
class ForecastTrack {
 public:
  ForecastTrack(PlannedForecast plan, ForecastTimes times, Duration lead, std::shared_ptr<QueryHistory> history)
      : plan_(std::move(plan)), times_(times), lead_(lead), history_(std::move(history)) {}

  const PlannedForecast& plan() const { return plan_; }
  const ForecastTimes& times() const { return times_; }
  QueryHistory& history() { return *history_; }

  // What a decision at `now` goes by: the latest that was due by then. Null where there is none yet; one with a problem
  // where the latest is too old, or none can be had.
  std::shared_ptr<const PublishedForecast> At(Timestamp now) const;

 private:
  friend class ForecastBoard;

  // The refit time that is to be worked on; none where all that is due has been done, or failed a moment ago.
  std::optional<Timestamp> Due(Timestamp tick) const;
  void Begin();
  // `jumps`: of the clock, before what it is made from was looked at.
  void Publish(std::shared_ptr<PublishedForecast> forecast, int jumps);
  // Trusts no forecast of before `now`, which is the time after the jump.
  void NoteClockJump(Timestamp now);
  int jumps() const;
  void Fail(Timestamp fitted, Timestamp now, std::string problem);

  const PlannedForecast plan_;
  const ForecastTimes times_;
  const Duration lead_;
  const std::shared_ptr<QueryHistory> history_;

  mutable Mutex mutex_;
  std::vector<std::shared_ptr<const PublishedForecast>> latest_ LOADLINE_GUARDED_BY(mutex_);  // two, oldest first
  std::shared_ptr<const PublishedForecast> failed_ LOADLINE_GUARDED_BY(mutex_);               // since the latest
  bool under_way_ LOADLINE_GUARDED_BY(mutex_) = false;
  Timestamp retry_at_ LOADLINE_GUARDED_BY(mutex_);
  int jumps_ LOADLINE_GUARDED_BY(mutex_) = 0;
  Timestamp jumped_ LOADLINE_GUARDED_BY(mutex_);  // when the clock did last, by what it says now

  // Of the worker that fits it; there is one at a time.
  Timestamp judged_;
  int judged_after_ = 0;  // jumps of the clock
  Trust trust_;
  TrustMemo judged_before_;
};

class ForecastBoard {
 public:
  // How long a refit took, and whether it ended in a forecast: "fitted", "failed".
  using Observer = std::function<void(std::string_view outcome, double cpu_seconds)>;

  ForecastBoard(ForecastOptions options, const std::vector<NamedSource>& sources, Log& log,
                Observer on_refit = nullptr);
  ~ForecastBoard();

  // The forecast of a signal, shared by all who use an equal one, and gone with the last of them.
  std::shared_ptr<ForecastTrack> Use(const PlannedForecast& plan);

  void Start();
  void Stop();

  // Called by each tick when it has been decided: what is due by then is begun. Returns at once.
  void Advance(Timestamp tick);

  // The clock was set to `now` by more than a moment. What was asked before may have been asked of times that had not
  // come: histories are fetched anew, and until the first refit time from now on no forecast is trusted. That is of
  // this pod alone: without its forecasts its signals decide.
  void ClockJumped(Timestamp now);

 private:
  using HistoryKey = std::tuple<std::string, std::string, bool, Duration>;
  struct Job {
    std::shared_ptr<ForecastTrack> track;
    Timestamp fitted;
  };

  void Fetch(const NamedSource& source, std::stop_token stop);
  std::deque<Job> DueJobs(const std::string& source) LOADLINE_REQUIRES(mutex_);
  // Asks until the history of each job is complete, and hands it to the workers; or fails it.
  void Ask(const NamedSource& source, std::deque<Job> jobs, std::stop_token stop);
  void Pause(const std::stop_token& stop);
  void Enqueue(Job job);
  void Failed(const Job& job, const std::string& problem);
  void Work(std::stop_token stop);
  void Fit(const Job& job);
  void FitLaw(const Job& job, int jumps, double begin);
  void Publish(ForecastTrack& track, std::shared_ptr<PublishedForecast> published, int jumps, double begin);

  const ForecastOptions options_;
  const std::vector<NamedSource> sources_;
  Log& log_;
  const Observer on_refit_;

  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  Timestamp tick_ LOADLINE_GUARDED_BY(mutex_);
  std::map<PlannedForecast, std::weak_ptr<ForecastTrack>> tracks_ LOADLINE_GUARDED_BY(mutex_);
  std::map<HistoryKey, std::weak_ptr<QueryHistory>> histories_ LOADLINE_GUARDED_BY(mutex_);
  std::uint64_t news_ LOADLINE_GUARDED_BY(mutex_) = 0;  // raised by each tick and each new track
  std::deque<Job> to_fit_ LOADLINE_GUARDED_BY(mutex_);

  std::vector<std::jthread> threads_;
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_FORECAST_BOARD_H_
