// The ways in which a series may go on. Each is a function of a Question (question.h); models.cc lists them.
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
  Answers (*predict)(const Question&) = nullptr;
};

// All models, in the order of docs/forecasting.md.
std::span<const Model> AllModels();

// naive.cc
Answers LastValue(const Question& question);
Answers MeanOfFew(const Question& question);
Answers MeanOfQuarterDay(const Question& question);
Answers MeanOfDay(const Question& question);
Answers AsYesterday(const Question& question);
Answers AsYesterdayAtTodaysLevel(const Question& question);
Answers AsLastWeek(const Question& question);
Answers AsLastWeekAtTodaysLevel(const Question& question);
// smoothing.cc
Answers LevelSmoothing(const Question& question);
Answers DoubleSeasonal(const Question& question);
// direct.cc
Answers DirectWeek(const Question& question);
Answers DirectWeekOnRoots(const Question& question);
Answers DirectWeekAndDay(const Question& question);
Answers DirectDay(const Question& question);
// autoregression.cc
Answers AutoregressionOnProfiles(const Question& question);
Answers AutoregressionPlain(const Question& question);
Answers AutoregressionOfDifferences(const Question& question);
// day_trend.cc
Answers DayTrend(const Question& question);
Answers DayTrendRobust(const Question& question);
// low_rank.cc
Answers LowRank(const Question& question);
// week_median.cc
Answers WeekMedian(const Question& question);
// analogues.cc
Answers Analogues(const Question& question);

}  // namespace loadline

#endif  // LOADLINE_FORECAST_MODELS_MODELS_H_
