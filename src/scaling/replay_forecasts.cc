#include "scaling/replay_forecasts.h"

#include <cmath>
#include <limits>

namespace loadline {

struct ReplayForecasts::Track {
  ForecastTimes times;
  std::map<Timestamp, Trust> trusts;
  TrustMemo judged;
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

const SignalForecast* ReplayForecasts::At(const PlannedForecast& plan, Timestamp now) {
  std::unique_ptr<Track>& track = tracks_[plan];
  if (track == nullptr) track = std::make_unique<Track>(Track{TimesOf(plan, recording_.interval, refit_), {}, {}, {}});
  const ForecastTimes& times = track->times;
  const Timestamp fitted = AlignDown(now - lead_, times.refit);
  const auto [fit, is_new] = track->fits.try_emplace(fitted);
  if (!is_new) return &fit->second;
  const auto count = static_cast<std::size_t>(times.history);
  const Timestamp judged = TrustTime(fitted, plan, times);
  const auto [trust, is_new_trust] = track->trusts.try_emplace(judged);
  const Wanted wanted{plan.source, plan.text, plan.empty_is_zero};
  if (is_new_trust) {
    const auto past = History(wanted, judged, times.step, static_cast<std::size_t>(JudgedHistory(plan, times)));
    trust->second = JudgeForecast(past, judged, plan, times, track->judged);
  }
  fit->second = FitForecast(History(wanted, fitted, times.step, count), fitted, trust->second, plan, times);
  return &fit->second;
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
