// A policy that says what is to be reached, and the law that reaches it: from readings of load straight to replicas.
//
// For a service: the share of time in which it may be short of capacity. For a queue: how many of its items may wait
// longer than the deadline. What a law answers at a tick is a function of the readings up to it, of the replicas
// observed within the last start delay, and of models that are fitted anew at multiples of kRefitEvery since 1970.
#ifndef LOADLINE_SCALING_OBJECTIVE_H_
#define LOADLINE_SCALING_OBJECTIVE_H_

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/time.h"
#include "forecast/load_readings.h"
#include "scaling/deadband.h"
#include "scaling/objective_report.h"
#include "scaling/percent.h"

namespace loadline {

inline constexpr Duration kRefitEvery = std::chrono::hours(6);

// As the document says it.
struct Objective {
  std::optional<Percent> violations;  // of the time, with more load than the ready replicas can serve
  std::optional<Duration> deadline;   // of an item in the queue
  std::optional<Percent> late;        // of the items
  std::optional<double> capacity;     // of one replica, in what the load counts, per second
  std::optional<Duration> start_delay;
  Duration scale_down_window = std::chrono::minutes(5);  // of the HPA

  friend auto operator<=>(const Objective&, const Objective&) = default;
};

// What a law has to know beside the objective.
struct ObjectiveTerms {
  Duration tick = std::chrono::seconds(15);
  double capacity = 1;  // per second and replica
  Duration start_delay = std::chrono::seconds(30);
  int min = 1;
  int max = 1;
  Tolerance tolerance;
  Deadband deadband = Deadband::kOvershoot;

  friend auto operator<=>(const ObjectiveTerms&, const ObjectiveTerms&) = default;
};

// An objective and its terms: who asks the same of the same load gets the same answer.
struct ObjectiveQuestion {
  Objective objective;
  ObjectiveTerms terms;

  friend auto operator<=>(const ObjectiveQuestion&, const ObjectiveQuestion&) = default;
};

// One tick as it was seen.
struct LoadRow {
  Timestamp time;
  std::optional<double> load;  // per second, mean of the last minute; none where it is missing
  double backlog = 0;          // items that wait
  int replicas = 0;            // observed
};

// What the law of a queue has to know of a tick beside the load.
struct QueueState {
  double backlog = 0;           // items that wait
  std::span<const int> counts;  // replicas observed, newest last: of the last start delay, the latest at least
};

// What a law learned of the load up to a time, and what it makes of the ticks after it. Immutable.
class ObjectiveModel {
 public:
  explicit ObjectiveModel(ObjectiveReport report)
      : report_(std::make_shared<const ObjectiveReport>(std::move(report))) {}
  virtual ~ObjectiveModel() = default;

  // What it wants at the newest tick of `readings`, which are in replicas that serve them.
  virtual Levels LevelsAt(const LoadReadings& readings, const QueueState& queue) const = 0;

  const std::shared_ptr<const ObjectiveReport>& report() const { return report_; }

 private:
  const std::shared_ptr<const ObjectiveReport> report_;
};

class ObjectiveLaw {
 public:
  virtual ~ObjectiveLaw() = default;

  // What KEDA is told, so that the HPA gets where the law wants it. While the load is missing it is what is observed:
  // unknown is not zero. Rows that are left out count as ticks without a load. REQUIRES: times are multiples of the
  // tick and rise.
  virtual double Decide(const LoadRow& row) = 0;

  // As it was fitted last. What it decides goes by that, and by the readings.
  virtual std::shared_ptr<const ObjectiveModel> Model() const = 0;
  virtual const LoadReadings& Readings() const = 0;  // REQUIRES: a row was decided
};

// REQUIRES: violations, or deadline and late; a minute is a whole number of ticks; a capacity above 0; min <= max.
std::unique_ptr<ObjectiveLaw> MakeObjectiveLaw(const Objective& objective, const ObjectiveTerms& terms);

}  // namespace loadline

#endif  // LOADLINE_SCALING_OBJECTIVE_H_
