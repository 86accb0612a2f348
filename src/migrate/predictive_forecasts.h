// The models of a PredictiveHorizontalPodAutoscaler as forecasts of its metrics.
#ifndef LOADLINE_MIGRATE_PREDICTIVE_FORECASTS_H_
#define LOADLINE_MIGRATE_PREDICTIVE_FORECASTS_H_

#include <string>
#include <vector>

#include "base/time.h"
#include "document/node.h"
#include "migrate/fields.h"
#include "migrate/migration.h"

namespace loadline {

struct PredictiveForecast {
  std::string name;  // of the model; of a signal in ForecastsOfEach
  std::string of;    // the signal; empty: of none yet
  Duration ahead{0};
  Duration history{0};
};

// One for each model of the spec. `sync` is how often the autoscaler looks, in seconds, by which models count.
std::vector<PredictiveForecast> ReadModels(Fields& spec, double sync, Migration& migration);

// Each of them of each of the signals, under names that are not `taken`.
std::vector<PredictiveForecast> ForecastsOfEach(const std::vector<std::string>& signals,
                                                const std::vector<PredictiveForecast>& models,
                                                std::vector<std::string> taken);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_PREDICTIVE_FORECASTS_H_
