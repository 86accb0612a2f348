// Readings of load, tick by tick, with the ticks that were left out; and when it is time to fit models anew.
#ifndef LOADLINE_SCALING_LOAD_CLOCK_H_
#define LOADLINE_SCALING_LOAD_CLOCK_H_

#include <functional>
#include <optional>

#include "forecast/load_readings.h"
#include "scaling/objective.h"

namespace loadline {

class LoadClock {
 public:
  // Loads are kept in replicas that serve them: `capacity` is one.
  LoadClock(Duration tick, double capacity) : tick_(tick), capacity_(capacity) {}

  // Takes the row, and before it the ticks since the last one, without a load. Calls `each` after every one of them:
  // with whether its load is known.
  void Advance(const LoadRow& row, const std::function<void(bool known)>& each) {
    if (!readings_) {
      readings_.emplace(row.time, tick_);
      now_ = row.time - tick_;
    }
    while (now_ + tick_ < row.time) Push(std::nullopt, each);
    Push(row.load, each);
  }

  const LoadReadings& readings() const { return *readings_; }
  Timestamp now() const { return now_; }
  bool TimeToFit() const { return now_ == AlignDown(now_, kRefitEvery); }

 private:
  void Push(std::optional<double> load, const std::function<void(bool known)>& each) {
    now_ += tick_;
    readings_->Push(load ? std::optional(*load / capacity_) : std::nullopt);
    each(load.has_value());
  }

  Duration tick_;
  double capacity_;
  Timestamp now_;
  std::optional<LoadReadings> readings_;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_LOAD_CLOCK_H_
