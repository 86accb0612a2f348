// What a WatermarkPodAutoscaler makes of its metrics, as a law: the expression of a policy that says it.
// Source: DataDog/watermarkpodautoscaler controllers/datadoghq/replica_calculator.go (getReplicaCount),
// watermarkpodautoscaler_controller.go (calculateScaleUpLimit, calculateScaleDownLimit)
#ifndef LOADLINE_MIGRATE_WATERMARK_H_
#define LOADLINE_MIGRATE_WATERMARK_H_

#include <optional>
#include <string>
#include <vector>

#include "migrate/measured.h"

namespace loadline {

// Above `high` it wants ceil(replicas * usage / high), below `low` floor(replicas * usage / low); between them what
// there is. The watermarks are widened by the tolerance where it is asked whether, not where it is asked how many.
struct WatermarkMetric {
  std::string signal;
  std::string query;
  std::optional<double> high;
  std::optional<double> low;
};

struct WatermarkLaw {
  enum class Converge { kNot, kHigh, kLow };

  std::vector<WatermarkMetric> metrics;  // the highest count of them
  bool average = false;                  // the metric is the sum over all replicas: usage = metric / replicas
  bool tolerates_zero = false;           // else a metric of 0 changes nothing
  double tolerance = 0.1;
  int modulo = 1;  // counts are multiples of it
  Converge converge = Converge::kNot;
  double up_limit = 50;    // percent of the replicas at once, but at least one; 0: none
  double down_limit = 20;  // likewise
  CountBounds bounds;
};

// As `combine` of a policy has it. REQUIRES: metrics.
std::string WatermarkExpression(const WatermarkLaw& law);

// The same by their code, for `replicas` that there are and a value for each metric.
double WatermarkCount(const WatermarkLaw& law, double replicas, const std::vector<double>& values);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_WATERMARK_H_
