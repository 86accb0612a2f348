// The load of a service, as it was read at each tick, with the sums that make features of it cheap.
//
// A reading is the mean of the last minute (what rate(x[1m]) says). So the load of single ticks is known afterwards
// only, for whole minutes: it is what the reading at the minute's end says. A reading in between mixes two minutes and
// is too smooth to learn from how far load swings.
#ifndef LOADLINE_FORECAST_LOAD_READINGS_H_
#define LOADLINE_FORECAST_LOAD_READINGS_H_

#include <array>
#include <optional>
#include <vector>

#include "base/time.h"

namespace loadline {

// Half-lives of the means of how far the load swings.
inline constexpr std::array<int, 3> kSwingMinutes = {15, 60, 240};

class LoadReadings {
 public:
  // `first`: of the first reading. REQUIRES: a minute is a whole number of ticks; `first` is a multiple of the tick.
  LoadReadings(Timestamp first, Duration tick);

  // The reading of the next tick, at least 0; none where it is missing. What is missing goes on as it last was, and no
  // model learns from it.
  void Push(std::optional<double> load);

  // The same from `first` on: what goes on from there knows no more of what was before. REQUIRES: 0 <= first < size().
  LoadReadings From(int first) const;

  int size() const { return static_cast<int>(roots_.size()); }
  int newest() const { return size() - 1; }
  int ticks_per_minute() const { return minute_; }
  int ticks_per_day() const { return 24 * 60 * minute_; }
  // Whether a whole minute of the clock ends at `tick`.
  bool EndsMinute(int tick) const { return (tick + offset_) % minute_ == 0; }

  double Reading(int tick) const { return roots_[tick] * roots_[tick]; }
  double Root(int tick) const { return roots_[tick]; }
  // The mean root over the newest `ticks` up to `tick`, fewer at the start.
  double RootBefore(int tick, int ticks) const;
  // The mean root of 7.5 minutes before and after `tick`; none before the start.
  std::optional<double> RootAround(int tick) const;
  // Weighted means, by kSwingMinutes, of how far the root was from its last 15 minutes.
  const std::array<double, 3>& Swing(int tick) const { return swings_[tick]; }

  // Ticks before this one have a load of their own.
  int known() const { return known_; }
  // The mean load over the ticks [begin, end). REQUIRES: begin < end <= known().
  double MeanLoad(int begin, int end) const { return (load_sums_[end] - load_sums_[begin]) / (end - begin); }
  // Whether a reading of [begin, end) is missing.
  bool AnyMissing(int begin, int end) const { return missing_[end] > missing_[begin]; }

 private:
  int minute_;  // in ticks
  int offset_;  // ticks since a full minute at the first reading
  int known_ = 0;
  std::vector<double> roots_;
  std::vector<double> root_sums_{0};
  std::vector<double> load_sums_{0};
  std::vector<int> missing_{0};
  std::vector<std::array<double, 3>> swings_;
};

}  // namespace loadline

#endif  // LOADLINE_FORECAST_LOAD_READINGS_H_
