// The ways in which a series may go on. Each is a function of a ForecastQuestion (question.h); models.cc lists them.
#ifndef LOADLINE_FORECAST_MODELS_MODELS_H_
#define LOADLINE_FORECAST_MODELS_MODELS_H_

#include <span>
#include <string_view>

#include "forecast/question.h"

namespace loadline {

struct Model {
  std::string_view name;
  double from_days = 0;     // of history before the first origin, that it needs
  double until_days = 1e9;  // of the whole history, from which on others know all that it knows
  bool whole_days = true;   // whether it needs origins that lie whole days apart
  Answers (*predict)(const ForecastQuestion&) = nullptr;
};

// All models, in the order of docs/forecasting.md.
std::span<const Model> AllModels();

// naive.cc
Answers LastValue(const ForecastQuestion& question);
Answers MeanOfFew(const ForecastQuestion& question);
Answers MeanOfQuarterDay(const ForecastQuestion& question);
Answers MeanOfDay(const ForecastQuestion& question);
Answers AsYesterday(const ForecastQuestion& question);
Answers AsYesterdayAtTodaysLevel(const ForecastQuestion& question);
Answers AsLastWeek(const ForecastQuestion& question);
Answers AsLastWeekAtTodaysLevel(const ForecastQuestion& question);
// smoothing.cc
Answers LevelSmoothing(const ForecastQuestion& question);
Answers DoubleSeasonal(const ForecastQuestion& question);
// direct.cc
Answers DirectWeek(const ForecastQuestion& question);
Answers DirectWeekOnRoots(const ForecastQuestion& question);
Answers DirectWeekAndDay(const ForecastQuestion& question);
Answers DirectDay(const ForecastQuestion& question);
// autoregression.cc
Answers AutoregressionOnProfiles(const ForecastQuestion& question);
Answers AutoregressionPlain(const ForecastQuestion& question);
Answers AutoregressionOfDifferences(const ForecastQuestion& question);
// day_trend.cc
Answers DayTrend(const ForecastQuestion& question);
Answers DayTrendRobust(const ForecastQuestion& question);
// low_rank.cc
Answers LowRank(const ForecastQuestion& question);
// week_median.cc
Answers WeekMedian(const ForecastQuestion& question);
// analogues.cc
Answers Analogues(const ForecastQuestion& question);

}  // namespace loadline

#endif  // LOADLINE_FORECAST_MODELS_MODELS_H_
