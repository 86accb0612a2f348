#include "controller/forecast_board.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "system/background.h"

namespace loadline {
namespace {

constexpr std::size_t kShownValues = 500;  // of a history, for a plot
// After so many requests in a row to which there was no answer, the source is taken to be away: the rest is failed
// without asking, and tried again a tenth of a refit interval later.
constexpr int kAwayAfter = 3;
constexpr int kRetriesPerRefit = 10;
constexpr Duration kLongestRetry = std::chrono::minutes(1);
constexpr const char* kForgotten = "the clock jumped while it was being made";

std::vector<float> Thinned(std::span<const double> values, std::size_t stretch) {
  std::vector<float> thinned;
  for (std::size_t end = values.size(); end > 0; end -= std::min(end, stretch)) {
    double sum = 0;
    int known = 0;
    for (double value : values.subspan(end - std::min(end, stretch), std::min(end, stretch))) {
      if (!std::isfinite(value)) continue;
      sum += value;
      ++known;
    }
    thinned.push_back(known > 0 ? static_cast<float>(sum / known) : std::numeric_limits<float>::quiet_NaN());
  }
  std::ranges::reverse(thinned);
  return thinned;
}

std::size_t Steps(Duration span, Duration step) { return static_cast<std::size_t>(span / step); }

}  // namespace

std::shared_ptr<const PublishedForecast> ForecastTrack::At(Timestamp now) const {
  const MutexLock lock(mutex_);
  std::shared_ptr<const PublishedForecast> usable;
  for (const auto& each : latest_) {
    if (each->forecast.fitted + lead_ <= now) usable = each;
  }
  const bool fresh = usable != nullptr && now - usable->forecast.fitted < 2 * times_.refit;
  return fresh || failed_ == nullptr ? usable : failed_;
}

std::optional<Timestamp> ForecastTrack::Due(Timestamp tick) const {
  const MutexLock lock(mutex_);
  const bool waits = tick < retry_at_ && retry_at_ - tick <= times_.refit;  // else the clock was set back
  if (under_way_ || waits) return std::nullopt;
  const Timestamp used_now = AlignDown(tick - lead_, times_.refit);
  const Timestamp used_next = AlignDown(tick, times_.refit);
  bool has_now = false;
  for (const auto& each : latest_) {
    if (each->forecast.fitted == used_next) return std::nullopt;
    has_now = has_now || each->forecast.fitted == used_now;
  }
  return has_now ? used_next : used_now;
}

void ForecastTrack::Begin() {
  const MutexLock lock(mutex_);
  under_way_ = true;
}

int ForecastTrack::jumps() const {
  const MutexLock lock(mutex_);
  return jumps_;
}

void ForecastTrack::NoteClockJump(Timestamp now) {
  const MutexLock lock(mutex_);
  ++jumps_;
  jumped_ = now;
  for (auto& each : latest_) {
    auto distrusted = std::make_shared<PublishedForecast>(*each);
    distrusted->forecast.trust = {.reason = TrustReason::kClockJump};
    each = std::move(distrusted);
  }
}

void ForecastTrack::Publish(std::shared_ptr<PublishedForecast> forecast, int jumps) {
  const MutexLock lock(mutex_);
  if (jumps != jumps_ || forecast->forecast.fitted < jumped_)
    forecast->forecast.trust = {.reason = TrustReason::kClockJump};
  under_way_ = false;
  failed_ = nullptr;
  // Later ones there are only where the clock was set back.
  std::erase_if(latest_, [&](const auto& each) { return each->forecast.fitted >= forecast->forecast.fitted; });
  latest_.push_back(std::move(forecast));
  if (latest_.size() > 2) latest_.erase(latest_.begin());
}

void ForecastTrack::Fail(Timestamp fitted, Timestamp now, std::string problem) {
  auto failed = std::make_shared<PublishedForecast>();
  failed->plan = plan_;
  failed->forecast.fitted = fitted;
  failed->forecast.refit = times_.refit;
  failed->forecast.step = times_.step;
  failed->forecast.problem = std::move(problem);
  const MutexLock lock(mutex_);
  under_way_ = false;
  failed_ = std::move(failed);
  retry_at_ = now + std::min(times_.refit / kRetriesPerRefit, kLongestRetry);
}

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
  std::weak_ptr<QueryHistory>& known_history = histories_[{plan.source, plan.text, plan.empty_is_zero, times.step}];
  auto history = known_history.lock();
  if (history == nullptr) {
    // Looked at from the time at which trust was judged last, and for the refit before the latest.
    const std::size_t spare = Steps(std::max(kTrustInterval, times.refit) + 2 * times.refit, times.step);
    history = std::make_shared<QueryHistory>(plan.source, plan.text, plan.empty_is_zero, times.step, spare);
    known_history = history;
  }
  history->Need(static_cast<std::size_t>(JudgedHistory(plan, times)));
  auto track = std::make_shared<ForecastTrack>(plan, times, options_.lead, std::move(history));
  known = track;
  ++news_;
  changed_.notify_all();
  return track;
}

void ForecastBoard::Advance(Timestamp tick) {
  {
    const MutexLock lock(mutex_);
    tick_ = tick;
    ++news_;
    std::erase_if(tracks_, [](const auto& each) { return each.second.expired(); });
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
  for (const auto& [plan, weak] : tracks_) {
    if (plan.source != source) continue;
    auto track = weak.lock();
    if (track == nullptr) continue;
    if (const auto due = track->Due(tick_)) {
      track->Begin();
      jobs.push_back({std::move(track), *due});
    }
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
      QueryHistory& history = job.track->history();
      if (std::ranges::any_of(asking, [&](const Job& each) { return &each.track->history() == &history; })) {
        jobs.push_back(std::move(job));  // what is being asked is what it needs
        continue;
      }
      auto question = history.Missing(job.fitted, options_.most_points);
      if (!question) {
        Enqueue(std::move(job));
      } else if (unanswered >= kAwayAfter) {
        Failed(job, away);
      } else {
        asking.push_back(std::move(job));
        questions.push_back(std::move(*question));
      }
    }
    if (questions.empty()) continue;
    const std::vector<Answer> answers = source.source->Ask(questions, options_.budget);
    bool any = false;
    for (std::size_t i = 0; i < questions.size(); ++i) {
      if (asking[i].track->history().Store(questions[i], answers[i])) {
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
  log_.WriteLimited(
      "forecast " + job.track->plan().source, "controller", LogLevel::kWarn, "forecast_not_refitted",
      {{"source", job.track->plan().source}, {"fitted", FormatTimestamp(job.fitted)}, {"problem", problem}});
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
  ForecastTrack& track = *job.track;
  const double begin = ThreadCpuSeconds();
  const int jumps = track.jumps();
  if (track.plan().objective) return FitLaw(job, jumps, begin);
  const auto count = static_cast<std::size_t>(track.times().history);
  if (const Timestamp judged = TrustTime(job.fitted, track.plan(), track.times());
      judged != track.judged_ || jumps != track.judged_after_) {
    const auto wanted = static_cast<std::size_t>(JudgedHistory(track.plan(), track.times()));
    const std::vector<double> history = track.history().UpTo(judged, wanted);
    if (history.empty()) return Failed(job, kForgotten);
    track.trust_ = options_.judge(history, judged, track.plan(), track.times(), track.judged_before_);
    track.judged_ = judged;
    track.judged_after_ = jumps;
  }
  const std::vector<double> history = track.history().UpTo(job.fitted, count);
  if (history.empty()) return Failed(job, kForgotten);
  auto published = std::make_shared<PublishedForecast>();
  published->plan = track.plan();
  published->forecast = options_.fit(history, job.fitted, track.trust_, track.plan(), track.times());
  const std::size_t stretch = (history.size() + kShownValues - 1) / kShownValues;
  published->history = Thinned(history, stretch);
  published->history_step = track.times().step * static_cast<Duration::rep>(stretch);
  Publish(track, std::move(published), jumps, begin);
}

void ForecastBoard::FitLaw(const Job& job, int jumps, double begin) {
  ForecastTrack& track = *job.track;
  const auto count = static_cast<std::size_t>(track.times().history);
  const std::vector<double> history = track.history().UpTo(job.fitted, count);
  if (history.empty()) return Failed(job, kForgotten);
  auto published = std::make_shared<PublishedForecast>();
  published->plan = track.plan();
  published->forecast.fitted = job.fitted;
  published->forecast.refit = track.times().refit;
  published->objective = FitObjective(history, job.fitted, *track.plan().objective);
  Publish(track, std::move(published), jumps, begin);
}

void ForecastBoard::Publish(ForecastTrack& track, std::shared_ptr<PublishedForecast> published, int jumps,
                            double begin) {
  const bool fitted = published->forecast.problem.empty();
  track.Publish(std::move(published), jumps);
  if (on_refit_) on_refit_(fitted ? "fitted" : "failed", ThreadCpuSeconds() - begin);
  {
    const MutexLock lock(mutex_);
    ++news_;  // another may be due already
  }
  changed_.notify_all();
}

}  // namespace loadline
