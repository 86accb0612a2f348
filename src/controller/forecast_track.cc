#include "controller/forecast_track.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace loadline {
namespace {

constexpr std::size_t kShownValues = 500;  // of a history, for a plot
// What failed is tried again a tenth of a refit interval later, or a minute, whichever is sooner.
constexpr int kRetriesPerRefit = 10;
constexpr Duration kLongestRetry = std::chrono::minutes(1);

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

}  // namespace

ForecastTrack::ForecastTrack(PlannedForecast plan, ForecastTimes times, Duration lead,
                             std::shared_ptr<QueryHistory> history)
    : PlannedTrack(std::move(plan), times, {std::move(history)}, lead, 2 * times.refit) {}

void ForecastTrack::Fail(Timestamp fitted, Timestamp now, std::string problem) {
  auto failed = std::make_shared<PublishedForecast>();
  failed->plan = plan();
  failed->forecast.fitted = fitted;
  failed->forecast.refit = times().refit;
  failed->forecast.step = times().step;
  failed->forecast.problem = std::move(problem);
  refits().Fail(std::move(failed), now, std::min(times().refit / kRetriesPerRefit, kLongestRetry));
}

int ForecastTrack::jumps() const {
  const MutexLock lock(mutex_);
  return jumps_;
}

void ForecastTrack::NoteClockJump(Timestamp now) {
  const MutexLock lock(mutex_);
  ++jumps_;
  jumped_ = now;
  refits().Amend([](const PublishedForecast& each) {
    auto distrusted = std::make_shared<PublishedForecast>(each);
    distrusted->forecast.trust = {.reason = TrustReason::kClockJump};
    return distrusted;
  });
}

Refitted ForecastTrack::Fit(Timestamp fitted, const ForecastOptions& options) {
  const int before = jumps();
  const auto published = plan().objective ? FitLaw(fitted) : FitForecast(fitted, before, options);
  if (published == nullptr) return Refitted::kForgotten;
  const bool made = published->forecast.problem.empty();
  const MutexLock lock(mutex_);
  if (before != jumps_ || fitted < jumped_) published->forecast.trust = {.reason = TrustReason::kClockJump};
  refits().Publish(fitted, published);
  return made ? Refitted::kMade : Refitted::kNothing;
}

std::shared_ptr<PublishedForecast> ForecastTrack::FitForecast(Timestamp fitted, int jumps,
                                                              const ForecastOptions& options) {
  const Timestamp judged = TrustTime(fitted, plan(), times());
  if (judged != judged_ || jumps != judged_after_) {
    const std::vector<double> past = history().UpTo(judged, static_cast<std::size_t>(JudgedHistory(plan(), times())));
    if (past.empty()) return nullptr;
    trust_ = options.judge(past, judged, plan(), times(), judged_before_);
    judged_ = judged;
    judged_after_ = jumps;
  }
  const std::vector<double> known = history().UpTo(fitted, static_cast<std::size_t>(times().history));
  if (known.empty()) return nullptr;
  auto published = std::make_shared<PublishedForecast>();
  published->plan = plan();
  published->forecast = options.fit(known, fitted, trust_, plan(), times());
  const std::size_t stretch = (known.size() + kShownValues - 1) / kShownValues;
  published->history = Thinned(known, stretch);
  published->history_step = times().step * static_cast<Duration::rep>(stretch);
  return published;
}

std::shared_ptr<PublishedForecast> ForecastTrack::FitLaw(Timestamp fitted) {
  const std::vector<double> known = history().UpTo(fitted, static_cast<std::size_t>(times().history));
  if (known.empty()) return nullptr;
  auto published = std::make_shared<PublishedForecast>();
  published->plan = plan();
  published->forecast.fitted = fitted;
  published->forecast.refit = times().refit;
  published->objective = FitObjective(known, fitted, *plan().objective);
  return published;
}

}  // namespace loadline
