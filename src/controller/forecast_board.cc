#include "controller/forecast_board.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "system/background.h"

namespace loadline {
namespace {

// After so many requests in a row to which there was no answer, the source is taken to be away: the rest is failed
// without asking, and tried again later.
constexpr int kAwayAfter = 3;
constexpr const char* kForgotten = "the clock jumped while it was being made";

std::size_t Steps(Duration span, Duration step) { return static_cast<std::size_t>(span / step); }

}  // namespace

ForecastBoard::ForecastBoard(ForecastOptions options, const std::vector<NamedSource>& sources, Log& log,
                             Observer on_refit)
    : options_(std::move(options)), sources_(sources), log_(log), on_refit_(std::move(on_refit)) {}

ForecastBoard::~ForecastBoard() { Stop(); }

void ForecastBoard::Start() {
  for (const NamedSource& source : sources_)
    threads_.emplace_back([this, &source](std::stop_token stop) { Fetch(source, stop); });
  for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this](std::stop_token stop) { Work(stop); });
}

void ForecastBoard::Stop() {
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

std::shared_ptr<ForecastTrack> ForecastBoard::Use(const PlannedForecast& plan) {
  const ForecastTimes times = TimesOf(plan, options_.interval, options_.refit);
  const MutexLock lock(mutex_);
  std::weak_ptr<ForecastTrack>& known = tracks_[plan];
  if (auto track = known.lock()) return track;
  // Looked at from the time at which trust was judged last, and for the refit before the latest.
  const std::size_t spare = Steps(std::max(kTrustInterval, times.refit) + 2 * times.refit, times.step);
  const int values = plan.objective ? times.history : JudgedHistory(plan, times);
  auto history = HistoryOf({plan.source, plan.text, plan.empty_is_zero, times.step, spare}, values);
  auto track = std::make_shared<ForecastTrack>(plan, times, options_.lead, std::move(history));
  known = track;
  ++news_;
  changed_.notify_all();
  return track;
}

std::shared_ptr<NumberTrack> ForecastBoard::Use(const PlannedNumber& plan) {
  const NumberTimes times = TimesOf(plan, options_.interval);
  const MutexLock lock(mutex_);
  std::weak_ptr<NumberTrack>& known = numbers_[plan];
  if (auto track = known.lock()) return track;
  const std::size_t spare = Steps(2 * times.refit, times.step);
  std::vector<std::shared_ptr<QueryHistory>> histories;
  for (const PlannedNumber::Query& query : plan.queries)
    histories.push_back(HistoryOf({plan.source, query.text, query.empty_is_zero, times.step, spare}, times.history));
  auto track = std::make_shared<NumberTrack>(plan, times, options_.lead, std::move(histories));
  known = track;
  ++news_;
  changed_.notify_all();
  return track;
}

std::shared_ptr<QueryHistory> ForecastBoard::HistoryOf(const HistoryKey& key, int values) {
  std::weak_ptr<QueryHistory>& known = histories_[key];
  auto history = known.lock();
  if (history == nullptr) {
    history = std::make_shared<QueryHistory>(key.source, key.text, key.empty_is_zero, key.step, key.spare);
    known = history;
  }
  history->Need(static_cast<std::size_t>(values));
  return history;
}

void ForecastBoard::Advance(Timestamp tick) {
  {
    const MutexLock lock(mutex_);
    tick_ = tick;
    ++news_;
    std::erase_if(tracks_, [](const auto& each) { return each.second.expired(); });
    std::erase_if(numbers_, [](const auto& each) { return each.second.expired(); });
    std::erase_if(histories_, [](const auto& each) { return each.second.expired(); });
  }
  changed_.notify_all();
}

void ForecastBoard::ClockJumped(Timestamp now) {
  const MutexLock lock(mutex_);
  for (const auto& [plan, weak] : tracks_) {
    if (const auto track = weak.lock()) track->NoteClockJump(now);
  }
  for (const auto& [key, weak] : histories_) {
    if (const auto history = weak.lock()) history->Forget();
  }
}

void ForecastBoard::Fetch(const NamedSource& source, std::stop_token stop) {
  std::uint64_t seen = 0;
  while (!stop.stop_requested()) {
    std::deque<Job> jobs;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [&] { return news_ != seen; });
      seen = news_;
      jobs = DueJobs(source.name);
    }
    if (!jobs.empty()) Ask(source, std::move(jobs), stop);
  }
}

std::deque<ForecastBoard::Job> ForecastBoard::DueJobs(const std::string& source) {
  std::deque<Job> jobs;
  if (tick_ == Timestamp()) return jobs;  // before the first tick
  const auto add = [&](std::shared_ptr<RefitTrack> track) {
    const auto due = track == nullptr ? std::nullopt : track->Due(tick_);
    if (!due) return;
    track->Begin();
    jobs.push_back({std::move(track), *due});
  };
  for (const auto& [plan, weak] : tracks_) {
    if (plan.source == source) add(weak.lock());
  }
  for (const auto& [plan, weak] : numbers_) {
    if (plan.source == source) add(weak.lock());
  }
  return jobs;
}

void ForecastBoard::Ask(const NamedSource& source, std::deque<Job> jobs, std::stop_token stop) {
  int unanswered = 0;
  std::string away;
  while (!jobs.empty() && !stop.stop_requested()) {
    std::vector<Job> asking;
    std::vector<Question> questions;
    for (std::size_t left = jobs.size(); left > 0 && questions.size() < options_.at_once; --left) {
      Job job = std::move(jobs.front());
      jobs.pop_front();
      const auto is_asked = [&](const auto& history) {
        return std::ranges::find(asking, history.get(), &Job::asked) != asking.end();
      };
      if (std::ranges::any_of(job.track->histories(), is_asked)) {
        jobs.push_back(std::move(job));  // what is being asked is what it needs
        continue;
      }
      const auto question = NextQuestion(job);
      if (!question) {
        Enqueue(std::move(job));
      } else if (unanswered >= kAwayAfter) {
        Failed(job, away);
      } else {
        asking.push_back(std::move(job));
        questions.push_back(*question);
      }
    }
    if (questions.empty()) continue;
    const std::vector<Answer> answers = source.source->Ask(questions, options_.budget);
    bool any = false;
    for (std::size_t i = 0; i < questions.size(); ++i) {
      if (asking[i].asked->Store(questions[i], answers[i])) {
        any = true;
        jobs.push_front(std::move(asking[i]));  // for its next chunk
        continue;
      }
      any = any || answers[i].readings.back().state == ReadingState::kRefused;
      away = answers[i].problem.empty() ? "a part of the history was not answered" : answers[i].problem;
      Failed(asking[i], away);
    }
    unanswered = any ? 0 : unanswered + 1;
    Pause(stop);
  }
}

// Of the first history that is not complete.
std::optional<Question> ForecastBoard::NextQuestion(Job& job) const {
  for (const auto& history : job.track->histories()) {
    job.asked = history.get();
    if (auto question = history->Missing(job.fitted, options_.most_points)) return question;
  }
  return std::nullopt;
}

void ForecastBoard::Pause(const std::stop_token& stop) {
  if (options_.pause <= Duration(0)) return;
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, options_.pause, [] { return false; });
}

void ForecastBoard::Enqueue(Job job) {
  {
    const MutexLock lock(mutex_);
    to_fit_.push_back(std::move(job));
  }
  changed_.notify_all();
}

void ForecastBoard::Failed(const Job& job, const std::string& problem) {
  Timestamp tick;
  {
    const MutexLock lock(mutex_);
    tick = tick_;
  }
  job.track->Fail(job.fitted, tick, problem);
  if (on_refit_) on_refit_("failed", 0);
  log_.WriteLimited("forecast " + job.track->source(), "controller", LogLevel::kWarn, "forecast_not_refitted",
                    {{"source", job.track->source()}, {"fitted", FormatTimestamp(job.fitted)}, {"problem", problem}});
}

void ForecastBoard::Work(std::stop_token stop) {
  YieldToOtherThreads();
  while (!stop.stop_requested()) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [this] { return !to_fit_.empty(); });
      if (stop.stop_requested()) return;
      job = std::move(to_fit_.front());
      to_fit_.pop_front();
    }
    Fit(job);
  }
}

void ForecastBoard::Fit(const Job& job) {
  const double begin = ThreadCpuSeconds();
  const Refitted refitted = job.track->Fit(job.fitted, options_);
  if (refitted == Refitted::kForgotten) return Failed(job, kForgotten);
  if (on_refit_) on_refit_(refitted == Refitted::kMade ? "fitted" : "failed", ThreadCpuSeconds() - begin);
  {
    const MutexLock lock(mutex_);
    ++news_;  // another may be due already
  }
  changed_.notify_all();
}

}  // namespace loadline
