// Signals that were metrics with a target before, and the story that shows that they ask for the same.
#ifndef LOADLINE_MIGRATE_MEASURED_H_
#define LOADLINE_MIGRATE_MEASURED_H_

#include <optional>
#include <string>
#include <vector>

#include "document/node.h"
#include "migrate/migration.h"

namespace loadline {

inline constexpr double kObserved = 4;  // replicas that there are in a story, where they count

// How a target counts. Source: kubernetes pkg/controller/podautoscaler/replica_calculator.go
enum class TargetKind {
  kAverageValue,  // replicas = value / target
  kValue,         // replicas = replicas there are * value / target
};

struct MeasuredSignal {
  std::string name;
  std::string query;
  std::string source;  // empty: the policy's
  TargetKind kind = TargetKind::kAverageValue;
  double target = 0;
  double activation = 0;       // active above it
  bool empty_is_zero = false;  // an empty answer was 0
};

// As it stands in a policy.
Node SignalNode(const MeasuredSignal& signal);

// Of a policy's spec: where of all signals with a query an empty answer is 0, the policy says so once.
void SayEmptyOnce(Node& spec);

struct CountBounds {
  int min = 0;  // 0, too, where there is an idleReplicaCount
  std::optional<int> max;
};

// Values about each target and activation, all together and at the bounds, and what an HPA with one metric for each
// signal makes of them: the highest of value / target. `scaler` is how the reasons call it: "KEDA".
Story MeasuredStory(const std::vector<MeasuredSignal>& signals, const CountBounds& bounds, const std::string& scaler);

// Whether one of them goes by the replicas there are.
bool NeedsObserved(const std::vector<MeasuredSignal>& signals);

// Of which more than one replica may be wanted while the activation says to have none: there KEDA goes to zero, and
// Loadline keeps it running.
std::vector<std::string> ActivationsAboveTargets(const std::vector<MeasuredSignal>& signals);

// Of each signal the first one that asks the same: what a query says is one value, however many go by it.
std::vector<std::size_t> FirstWithQuery(const std::vector<MeasuredSignal>& signals);

// A value as a series of a scenario has it: 450, 0.25; never 1e+06, as + has a meaning there.
std::string SeriesValue(double value);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_MEASURED_H_
