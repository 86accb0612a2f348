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
#include <string>
#include <thread>
#include <vector>

#include "controller/controller.h"
#include "controller/forecast_options.h"
#include "controller/forecast_track.h"
#include "controller/number_track.h"
#include "controller/query_history.h"
#include "controller/refit_track.h"
#include "system/mutex.h"

namespace loadline {

class ForecastBoard {
 public:
  // How long a refit took, and whether it ended in a forecast: "fitted", "failed".
  using Observer = std::function<void(std::string_view outcome, double cpu_seconds)>;

  ForecastBoard(ForecastOptions options, const std::vector<NamedSource>& sources, Log& log,
                Observer on_refit = nullptr);
  ~ForecastBoard();

  // The forecast of a signal, shared by all who use an equal one, and gone with the last of them.
  std::shared_ptr<ForecastTrack> Use(const PlannedForecast& plan);
  // Likewise a number that is learned.
  std::shared_ptr<NumberTrack> Use(const PlannedNumber& plan);

  void Start();
  void Stop();

  // Called by each tick when it has been decided: what is due by then is begun. Returns at once.
  void Advance(Timestamp tick);

  // The clock was set to `now` by more than a moment. What was asked before may have been asked of times that had not
  // come: histories are fetched anew, and until the first refit time from now on no forecast is trusted. That is of
  // this pod alone: without its forecasts its signals decide.
  void ClockJumped(Timestamp now);

 private:
  struct HistoryKey {
    std::string source;
    std::string text;
    bool empty_is_zero = false;
    Duration step{0};
    std::size_t spare = 0;

    friend auto operator<=>(const HistoryKey&, const HistoryKey&) = default;
  };
  struct Job {
    std::shared_ptr<RefitTrack> track;
    Timestamp fitted;
    QueryHistory* asked = nullptr;  // which of its histories
  };

  std::shared_ptr<QueryHistory> HistoryOf(const HistoryKey& key, int values) LOADLINE_REQUIRES(mutex_);

  void Fetch(const NamedSource& source, std::stop_token stop);
  std::deque<Job> DueJobs(const std::string& source) LOADLINE_REQUIRES(mutex_);
  // Asks until the history of each job is complete, and hands it to the workers; or fails it.
  void Ask(const NamedSource& source, std::deque<Job> jobs, std::stop_token stop);
  std::optional<Question> NextQuestion(Job& job) const;
  void Pause(const std::stop_token& stop);
  void Enqueue(Job job);
  void Failed(const Job& job, const std::string& problem);
  void Work(std::stop_token stop);
  void Fit(const Job& job);

  const ForecastOptions options_;
  const std::vector<NamedSource> sources_;
  Log& log_;
  const Observer on_refit_;

  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  Timestamp tick_ LOADLINE_GUARDED_BY(mutex_);
  std::map<PlannedForecast, std::weak_ptr<ForecastTrack>> tracks_ LOADLINE_GUARDED_BY(mutex_);
  std::map<PlannedNumber, std::weak_ptr<NumberTrack>> numbers_ LOADLINE_GUARDED_BY(mutex_);
  std::map<HistoryKey, std::weak_ptr<QueryHistory>> histories_ LOADLINE_GUARDED_BY(mutex_);
  std::uint64_t news_ LOADLINE_GUARDED_BY(mutex_) = 0;  // raised by each tick and each new track
  std::deque<Job> to_fit_ LOADLINE_GUARDED_BY(mutex_);

  std::vector<std::jthread> threads_;
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_FORECAST_BOARD_H_
