#include "replay/forecasts_ahead.h"

#include <algorithm>
#include <thread>
#include <vector>

#include "system/mutex.h"

namespace loadline {
namespace {

class Workshop {
 public:
  Workshop(ReplayForecasts& forecasts, std::vector<ForecastJob> jobs, Progress* progress, unsigned threads)
      : forecasts_(forecasts),
        jobs_(std::move(jobs)),
        made_(jobs_.size()),
        progress_(progress),
        threads_(threads > 0 ? threads : std::max(std::thread::hardware_concurrency(), 1u)) {}

  void Run() {
    if (threads_ == 1) {
      Work();
    } else {
      std::vector<std::jthread> workers;
      for (std::size_t i = 0; i < std::min<std::size_t>(threads_, jobs_.size()); ++i)
        workers.emplace_back([this] { Work(); });
    }
    if (progress_ != nullptr && progress_->Stopped()) return;
    for (std::size_t i = 0; i < jobs_.size(); ++i) forecasts_.Keep(jobs_[i], std::move(made_[i]));
  }

 private:
  void Work() {
    TrustMemos memos;
    for (;;) {
      std::size_t job;
      {
        const MutexLock lock(mutex_);
        if (next_ == jobs_.size() || (progress_ != nullptr && progress_->Stopped())) return;
        job = next_++;
        if (progress_ != nullptr) progress_->Show("forecasts", job, jobs_.size());
      }
      made_[job] = forecasts_.Make(jobs_[job], memos);  // its own place: nobody else writes there
    }
  }

  ReplayForecasts& forecasts_;
  const std::vector<ForecastJob> jobs_;
  std::vector<ForecastsMade> made_;
  Progress* const progress_;
  const std::size_t threads_;
  Mutex mutex_;
  std::size_t next_ LOADLINE_GUARDED_BY(mutex_) = 0;
};

}  // namespace

void MakeForecastsAhead(ReplayForecasts& forecasts, const ReplayMember& member, const ReplayOptions& options,
                        Progress* progress, unsigned threads) {
  std::vector<ForecastJob> jobs;
  for (const auto& planned : PlanForecasts(*member.policy, *member.plan, CalendarsOf(options))) {
    if (!planned) continue;
    for (ForecastJob& job : forecasts.Jobs(*planned, options.begin, options.end)) jobs.push_back(std::move(job));
  }
  if (jobs.empty()) return;
  Workshop(forecasts, std::move(jobs), progress, threads).Run();
  if (progress != nullptr) progress->Clear();
}

}  // namespace loadline
