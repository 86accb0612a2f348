// A forecast as it is published: what decisions go by, and what a plot shows.
#ifndef LOADLINE_CONTROLLER_PUBLISHED_FORECAST_H_
#define LOADLINE_CONTROLLER_PUBLISHED_FORECAST_H_

#include <memory>
#include <vector>

#include "scaling/fit_objective.h"
#include "scaling/forecast_plan.h"
#include "scaling/signal_forecast.h"

namespace loadline {

// Immutable.
struct PublishedForecast {
  SignalForecast forecast;
  PlannedForecast plan;
  std::shared_ptr<const FittedObjective> objective = nullptr;  // of a plan with an objective: then of `forecast` only
                                                               // `fitted` and `problem` count
  std::vector<float>
      history;               // thinned: each the mean of what is known of a stretch, the last of which ends at `fitted`
  Duration history_step{0};  // how long a stretch is
};

// One for each signal of a policy, null where there is none; or none at all.
using PublishedForecasts = std::vector<std::shared_ptr<const PublishedForecast>>;

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_PUBLISHED_FORECAST_H_
