#include "scaling/replay_forecasts.h"

#include <cmath>
#include <limits>

namespace loadline {

struct ReplayForecasts::Track {
  ForecastTimes times;
  std::map<Timestamp, SignalForecast> fits;
};

// One law that reads on, in place of a new one for each fit that reads all of the history again.
struct ReplayForecasts::LawTrack {
  std::unique_ptr<ObjectiveLaw> law;
  std::size_t next = 0;   // the tick that is read next
  bool has_read = false;  // anything: what lies before all that is known is no outage
  std::map<Timestamp, std::shared_ptr<const FittedObjective>> fits;
};

ReplayForecasts::ReplayForecasts(const Recording& recording, Duration refit, Duration lead)
    : recording_(recording), refit_(refit), lead_(lead) {}
ReplayForecasts::~ReplayForecasts() = default;

namespace {

// As the histories of serve have it: in floats, and only what is whole.
double ValueOf(const Reading& reading, bool empty_is_zero) {
  if (reading.state == ReadingState::kEmpty && empty_is_zero) return 0;
  const bool known = reading.state == ReadingState::kValue && std::isfinite(reading.value);
  return known ? static_cast<double>(static_cast<float>(reading.value)) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

std::vector<double> ReplayForecasts::History(const Wanted& wanted, Timestamp end, Duration step,
                                             std::size_t count) const {
  std::vector<double> values(count, std::numeric_limits<double>::quiet_NaN());
  const int query = recording_.Find(wanted.source, wanted.text);
  if (query < 0) return values;
  const std::vector<Reading>& readings = recording_.queries[static_cast<std::size_t>(query)].readings;
  for (std::size_t ago = 0; ago < count; ++ago) {
    const Timestamp time = end - step * static_cast<Duration::rep>(ago);
    if (time < recording_.begin) break;
    const auto tick = static_cast<std::size_t>((time - recording_.begin) / recording_.interval);
    if (tick < readings.size()) values[count - 1 - ago] = ValueOf(readings[tick], wanted.empty_is_zero);
  }
  return values;
}

std::vector<ForecastJob> ReplayForecasts::Jobs(const PlannedForecast& plan, Timestamp begin, Timestamp end) const {
  const ForecastTimes times = TimesOf(plan, recording_.interval, refit_);
  const auto track = tracks_.find(plan);
  std::vector<ForecastJob> jobs;
  for (Timestamp fitted = AlignDown(begin - lead_, times.refit); fitted + lead_ < end; fitted += times.refit) {
    if (track != tracks_.end() && track->second->fits.contains(fitted)) continue;
    const Timestamp judged = TrustTime(fitted, plan, times);
    if (jobs.empty() || jobs.back().judged != judged) jobs.push_back({plan, judged, {}});
    jobs.back().fitted.push_back(fitted);
  }
  return jobs;
}

ForecastsMade ReplayForecasts::Make(const ForecastJob& job, TrustMemos& memos) const {
  const ForecastTimes times = TimesOf(job.plan, recording_.interval, refit_);
  const auto count = static_cast<std::size_t>(times.history);
  ForecastsMade made;
  const Wanted wanted{job.plan.source, job.plan.text, job.plan.empty_is_zero};
  const auto past = History(wanted, job.judged, times.step, static_cast<std::size_t>(JudgedHistory(job.plan, times)));
  made.trust = JudgeForecast(past, job.judged, job.plan, times, memos[job.plan]);
  for (const Timestamp fitted : job.fitted)
    made.fits.push_back(FitForecast(History(wanted, fitted, times.step, count), fitted, made.trust, job.plan, times));
  return made;
}

void ReplayForecasts::Keep(const ForecastJob& job, ForecastsMade made) {
  std::unique_ptr<Track>& track = tracks_[job.plan];
  if (track == nullptr) track = std::make_unique<Track>(Track{TimesOf(job.plan, recording_.interval, refit_), {}});
  for (std::size_t i = 0; i < job.fitted.size(); ++i) track->fits.emplace(job.fitted[i], std::move(made.fits[i]));
}

const SignalForecast* ReplayForecasts::At(const PlannedForecast& plan, Timestamp now) {
  const auto known = [&]() -> const SignalForecast* {
    const auto track = tracks_.find(plan);
    if (track == tracks_.end()) return nullptr;
    const auto fit = track->second->fits.find(AlignDown(now - lead_, track->second->times.refit));
    return fit == track->second->fits.end() ? nullptr : &fit->second;
  };
  if (const SignalForecast* fit = known()) return fit;
  // With it the others that go by the same trust: to judge is most of the work.
  const ForecastTimes times = TimesOf(plan, recording_.interval, refit_);
  const Timestamp last = AlignDown(now - lead_, times.refit) + std::max<Duration>(kTrustInterval, times.refit);
  const std::vector<ForecastJob> jobs = Jobs(plan, now, std::max(now + Duration(1), last));
  Keep(jobs.front(), Make(jobs.front(), memos_));
  return known();
}

std::shared_ptr<const LearnedNumber> ReplayForecasts::LearnedAt(const PlannedNumber& plan, Timestamp now) {
  const NumberTimes times = TimesOf(plan, recording_.interval);
  const Timestamp fitted = AlignDown(now - lead_, times.refit);
  std::shared_ptr<const LearnedNumber>& number = numbers_[plan][fitted];
  if (number != nullptr) return number;
  std::vector<std::vector<double>> histories;
  for (const PlannedNumber::Query& query : plan.queries)
    histories.push_back(History({plan.source, query.text, query.empty_is_zero}, fitted, times.step,
                                static_cast<std::size_t>(times.history)));
  return number = std::make_shared<const LearnedNumber>(Learn(histories, fitted, plan, times.step));
}

std::shared_ptr<const FittedObjective> ReplayForecasts::ObjectiveAt(const PlannedForecast& plan, Timestamp now) {
  const ForecastTimes times = TimesOf(plan, recording_.interval, refit_);
  const Timestamp fitted = AlignDown(now - lead_, times.refit);
  std::unique_ptr<LawTrack>& track = laws_[plan];
  if (track == nullptr) {
    track = std::make_unique<LawTrack>();
    track->law = MakeObjectiveLaw(plan.objective->objective, plan.objective->terms);
  }
  std::shared_ptr<const FittedObjective>& fit = track->fits[fitted];
  if (fit != nullptr) return fit;
  const auto count = static_cast<std::size_t>(times.history);
  const auto behind = (fitted - recording_.begin) / recording_.interval;
  const int query = recording_.Find(plan.source, plan.text);
  // Where serve would have forgotten the beginning, where nothing is known, and where the law has read on already.
  if (query < 0 || behind < 0 || static_cast<std::size_t>(behind) >= count ||
      track->next > static_cast<std::size_t>(behind) + 1)
    return fit = FitObjective(History({plan.source, plan.text, plan.empty_is_zero}, fitted, times.step, count), fitted,
                              *plan.objective);
  const std::vector<Reading>& readings = recording_.queries[static_cast<std::size_t>(query)].readings;
  for (; track->next <= static_cast<std::size_t>(behind) && track->next < readings.size(); ++track->next) {
    const double value = ValueOf(readings[track->next], plan.empty_is_zero);
    track->has_read = track->has_read || std::isfinite(value);
    if (track->has_read)
      track->law->Decide(
          {recording_.TimeAt(track->next), std::isfinite(value) ? std::optional(value) : std::nullopt, 0, 0});
  }
  return fit = track->has_read ? SnapshotOf(*track->law, fitted)
                               : FitObjective(std::span<const double>(), fitted, *plan.objective);
}

}  // namespace loadline
