#include "forecast/models/models.h"

#include <array>

namespace loadline {

std::span<const Model> AllModels() {
  constexpr double kForever = 1e9;
  static constexpr std::array kModels = {
      Model{"last value", 0, 9, false, LastValue},
      Model{"mean of 5", 0, 9, false, MeanOfFew},
      Model{"mean of a quarter day", 0.25, 9, false, MeanOfQuarterDay},
      Model{"mean of a day", 1, 9, false, MeanOfDay},
      Model{"smoothed level", 0, 9, false, LevelSmoothing},
      Model{"as yesterday", 1, 14, false, AsYesterday},
      Model{"as yesterday, at today's level", 1.25, 14, false, AsYesterdayAtTodaysLevel},
      Model{"as last week", 7, 21, false, AsLastWeek},
      Model{"as last week, at today's level", 7.25, 21, false, AsLastWeekAtTodaysLevel},
      Model{"direct week", 11, kForever, true, DirectWeek},
      Model{"direct week on roots", 11, kForever, true, DirectWeekOnRoots},
      Model{"direct week and day", 11, kForever, true, DirectWeekAndDay},
      Model{"direct day", 5, kForever, true, DirectDay},
      Model{"autoregression on profiles", 9, kForever, true, AutoregressionOnProfiles},
      Model{"autoregression", 7, kForever, true, AutoregressionPlain},
      Model{"autoregression of differences", 7, kForever, true, AutoregressionOfDifferences},
      Model{"day trend robust", 8, kForever, true, DayTrendRobust},
      Model{"day trend", 8, kForever, true, DayTrend},
      Model{"low rank", 12, kForever, true, LowRank},
      Model{"double seasonal", 9, kForever, true, DoubleSeasonal},
      Model{"week median", 9, kForever, true, WeekMedian},
      Model{"analogues", 6, kForever, true, Analogues},
  };
  return kModels;
}

}  // namespace loadline
