// What a signal's queries said, as the policy wants it read: trusted, aggregated, smoothed.
#ifndef LOADLINE_SCALING_SIGNAL_READINGS_H_
#define LOADLINE_SCALING_SIGNAL_READINGS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "scaling/decide.h"

namespace loadline {

class SignalReadings {
 public:
  // All must outlive it.
  SignalReadings(const Policy& policy, const QueryPlan& plan, const Observation& seen)
      : policy_(policy), plan_(plan), seen_(seen) {}

  // The signal's value so many ticks ago; see Facts.
  std::optional<double> Value(std::size_t signal, std::size_t ticks_ago) const;
  // What another query of the signal said, read like its value; none where it has no such query (-1).
  std::optional<double> Input(std::size_t signal, int query, std::size_t ticks_ago) const;
  // The same now, of a reading that lacks data, or an aggregate that lacks readings: at least so much.
  std::optional<double> Partial(std::size_t signal, int query) const;
  // How many of the readings in the signal's window are missing now.
  std::size_t Gaps(std::size_t signal) const;

  // What the source said; null where there is no such query, or nothing from then.
  const Reading* ReadingOf(int query, std::size_t ticks_ago) const;
  // The mere reading: neither aggregated nor distrusted.
  std::optional<double> Read(std::size_t signal, int query, std::size_t ticks_ago) const;
  bool IsFresh(std::size_t signal, std::size_t ticks_ago) const;

  // How many whole ticks are in `span`, and when a tick was.
  std::size_t Ticks(Duration span) const { return static_cast<std::size_t>(span / seen_.interval); }
  Timestamp TimeAt(std::size_t ticks_ago) const {
    return seen_.now - seen_.interval * static_cast<Duration::rep>(ticks_ago);
  }

 private:
  std::optional<double> Trusted(std::size_t signal, int query, std::size_t ticks_ago) const;
  std::optional<double> Aggregated(std::size_t signal, int query, std::size_t ticks_ago) const;
  std::size_t WindowTicks(const Signal& signal) const;
  std::vector<Sample> WindowOf(std::size_t signal, int query, std::size_t ticks_ago) const;
  std::optional<double> Smoothed(std::size_t signal, int query, std::size_t ticks_ago) const;

  const Policy& policy_;
  const QueryPlan& plan_;
  const Observation& seen_;
};

// What a reading says as a number; none where it is missing.
std::optional<double> NumberOf(const Reading& reading, OnEmpty on_empty);

// How many half-lives `smooth` looks back: what is older counts less than a thirtieth.
inline constexpr int kHalfLives = 5;

}  // namespace loadline

#endif  // LOADLINE_SCALING_SIGNAL_READINGS_H_
