// A small change-data-capture pipeline: a source whose changes wait for workers, a buffer, and workers that empty it.
#ifndef LOADLINE_EXAMPLES_QUICKSTART_PIPELINE_H_
#define LOADLINE_EXAMPLES_QUICKSTART_PIPELINE_H_

#include <deque>
#include <string>
#include <utility>

namespace loadline::quickstart {

// The load in events per second, `seconds` after the start: quiet, a rise to a peak, a fall, quiet; and again.
double LoadAt(double seconds);

inline constexpr double kPeriod = 60;  // of the load, in seconds

class Pipeline {
 public:
  // `time_scale`: how much faster than in a cluster time runs here. Lag is told in the cluster's seconds.
  explicit Pipeline(double time_scale) : time_scale_(time_scale) {}

  // Runs on to `seconds` after the start with so many workers. Times must not go back.
  void RunTo(double seconds, int workers);

  double depth() const { return captured_ - processed_; }  // events in the buffer
  double waiting_at_source() const { return produced_ - captured_; }
  double lag() const;  // seconds of the cluster
  int workers() const { return workers_; }

  // As the exporters of workers, database and cluster would tell it. Without workers theirs are gone.
  std::string Metrics() const;

 private:
  const double time_scale_;
  double now_ = 0;
  int workers_ = 0;
  double produced_ = 0;   // events at the source, since the start
  double captured_ = 0;   // of these, read by a worker into the buffer
  double processed_ = 0;  // of these, done
  std::deque<std::pair<double, double>>
      history_;  // (time, produced_): how long the oldest waiting event has been there
};

}  // namespace loadline::quickstart

#endif  // LOADLINE_EXAMPLES_QUICKSTART_PIPELINE_H_
