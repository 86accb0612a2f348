// The forecasts, the fits of objectives and the learned numbers that `serve` would have had at a time, made from a
// recording.
#ifndef LOADLINE_SCALING_REPLAY_FORECASTS_H_
#define LOADLINE_SCALING_REPLAY_FORECASTS_H_

#include <map>
#include <memory>
#include <vector>

#include "scaling/fit_forecast.h"
#include "scaling/fit_objective.h"
#include "scaling/learn.h"
#include "scaling/recording.h"

namespace loadline {

// Fits that share a judgement of their trust: what can be made beside others of their kind.
struct ForecastJob {
  PlannedForecast plan;
  Timestamp judged;
  std::vector<Timestamp> fitted;  // rising
};
struct ForecastsMade {
  Trust trust;
  std::vector<SignalForecast> fits;  // one for each of `fitted`
};

// What was judged before, of each forecast: it makes judging cheap and changes nothing (fit_forecast.h).
using TrustMemos = std::map<PlannedForecast, TrustMemo>;

// Each is made once, however many policies and candidates need it. What it is made from ends at its refit time.
class ReplayForecasts {
 public:
  // `refit`, `lead`: as in the options of serve. `recording` must outlive it.
  ReplayForecasts(const Recording& recording, Duration refit, Duration lead);
  ~ReplayForecasts();

  // What decisions within [begin, end) will ask for, and is not there yet. Make may be called by several threads at
  // once, each with memos of its own; the rest of this may not, nor meanwhile.
  std::vector<ForecastJob> Jobs(const PlannedForecast& plan, Timestamp begin, Timestamp end) const;
  ForecastsMade Make(const ForecastJob& job, TrustMemos& memos) const;
  void Keep(const ForecastJob& job, ForecastsMade made);

  // What a decision at `now` goes by: made now, where it is not there. Never null. It stays where it is.
  const SignalForecast* At(const PlannedForecast& plan, Timestamp now);
  std::shared_ptr<const LearnedNumber> LearnedAt(const PlannedNumber& plan, Timestamp now);
  std::shared_ptr<const FittedObjective> ObjectiveAt(const PlannedForecast& plan, Timestamp now);

 private:
  struct Track;
  struct LawTrack;

  // Of a query, the values that end at `end`.
  struct Wanted {
    const std::string& source;
    const std::string& text;
    bool empty_is_zero;
  };
  std::vector<double> History(const Wanted& wanted, Timestamp end, Duration step, std::size_t count) const;

  const Recording& recording_;
  const Duration refit_;
  const Duration lead_;
  std::map<PlannedForecast, std::unique_ptr<Track>> tracks_;
  TrustMemos memos_;
  std::map<PlannedForecast, std::unique_ptr<LawTrack>> laws_;
  std::map<PlannedNumber, std::map<Timestamp, std::shared_ptr<const LearnedNumber>>> numbers_;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_REPLAY_FORECASTS_H_
