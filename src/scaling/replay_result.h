// What came of a replay: sums by day, the run of it, and the moments at which it was worst.
#ifndef LOADLINE_SCALING_REPLAY_RESULT_H_
#define LOADLINE_SCALING_REPLAY_RESULT_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace loadline {

// Sums over a stretch of time; those of two stretches add up.
struct ReplayTally {
  double seconds = 0;          // that were played
  double counted_seconds = 0;  // of them: how many replicas there were is known
  double replica_seconds = 0;  // in those
  double min_seconds = 0;      // in those: at the policy's minimum, or below
  double max_seconds = 0;      // at its maximum, or above
  double judged_seconds = 0;   // the load is known, too
  double short_seconds = 0;    // of those: more of it than the ready replicas can serve
  double items = 0;            // of a queue: that came
  double late = 0;             // that waited longer than the deadline
  double error_seconds = 0;    // there was no answer
  double held_seconds = 0;     // there was one without all of the readings
  int changes = 0;             // of the number of replicas

  void Add(const ReplayTally& other);
  // Share of the items that were late, of a queue; else of the time that was short. None where nothing was judged.
  std::optional<double> Violations(bool is_queue) const;
  double ReplicaHours() const { return replica_seconds / 3600; }
  double MeanReplicas() const { return counted_seconds > 0 ? replica_seconds / counted_seconds : 0; }
};

struct ReplayDay {
  Timestamp begin;  // in UTC
  ReplayTally tally;
};

// A stretch of time in which there was too little. What interrupts it for less than two minutes belongs to it.
struct ReplayMoment {
  Timestamp begin;
  Timestamp end;  // after its last tick
  Timestamp peak;
  double severity = 0;  // replicas that were missing, times seconds; of a queue: items that became late
  double load = 0;      // at the peak, per second
  double needed = 0;    // replicas, fractional
  int ready = 0;
  int replicas = 0;
  std::string said;  // why the decision of then was what it was
};

// By tick, NaN where not known.
struct ReplaySeries {
  std::vector<float> load;      // per second
  std::vector<float> needed;    // replicas that serve it
  std::vector<float> wanted;    // as the policy told KEDA
  std::vector<float> replicas;  // that were there
  std::vector<float> ready;     // that served
  std::vector<float> waiting;   // items; of a queue only
  std::vector<float> late;      // items that became so; likewise
};

struct ReplayResult {
  std::string name;
  bool is_queue = false;
  Timestamp begin;
  Duration interval{15000};
  std::vector<ReplayDay> days;
  ReplaySeries series;
  std::vector<ReplayMoment> worst;        // at most five, the worst first
  std::map<Timestamp, std::string> said;  // why, at the times that were asked for
  std::string first_error;                // of the ticks without an answer
  Timestamp first_error_time;

  ReplayTally Total() const;
  double Days() const;
  double ChangesADay() const;
};

// The worst of what is told tick by tick.
class MomentFinder {
 public:
  // What `moment` says of its peak is kept where the tick is its moment's worst so far; then Said is to be called.
  // Returns whether it is. REQUIRES: severity > 0; times rise.
  bool Add(const ReplayMoment& tick);
  void Said(std::string said) { open_->said = std::move(said); }
  std::vector<ReplayMoment> Worst();

 private:
  void Close();

  std::optional<ReplayMoment> open_;
  double peak_severity_ = 0;
  std::vector<ReplayMoment> worst_;
};

// A stretch of time in which two replays had different numbers of replicas, the greatest differences first.
struct ReplayDifference {
  Timestamp peak;
  Timestamp begin;
  Timestamp end;
  float first = 0;  // replicas at the peak
  float second = 0;
};
// At most `most` of them, at least six hours apart. `share`: of the ticks at which both are known, how many differ.
std::vector<ReplayDifference> FindDifferences(const ReplayResult& first, const ReplayResult& second, std::size_t most,
                                              double& share);

}  // namespace loadline

#endif  // LOADLINE_SCALING_REPLAY_RESULT_H_
