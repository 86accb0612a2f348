#include "forecast/models/models.h"

#include <array>

namespace loadline {

std::span<const Model> AllModels() {
  using enum Part;
  static constexpr std::array kModels = {
      Model{"last value", 0, kWhileShort, LastValue},
      Model{"mean of 5", 0, kWhileShort, MeanOfFew},
      Model{"mean of a quarter day", 0.25, kWhileShort, MeanOfQuarterDay},
      Model{"mean of a day", 1, kWhileShort, MeanOfDay},
      Model{"smoothed level", 0, kWhileShort, LevelSmoothing},
      Model{"as yesterday", 1, kWhileShort, AsYesterday},
      Model{"as last week", 7, kWhileShort, AsLastWeek},
      Model{"direct week", 11, kAlways, DirectWeek},
      Model{"direct week on roots", 11, kAlways, DirectWeekOnRoots},
      Model{"direct week and day", 11, kAlways, DirectWeekAndDay},
      Model{"direct day", 5, kAlways, DirectDay},
      Model{"autoregression on profiles", 9, kAlways, AutoregressionOnProfiles},
      Model{"autoregression", 7, kAlways, AutoregressionPlain},
      Model{"autoregression of differences", 7, kAlways, AutoregressionOfDifferences},
      Model{"day trend robust", 8, kAlways, DayTrendRobust},
      Model{"day trend", 8, kAlways, DayTrend},
      Model{"low rank", 12, kAlways, LowRank},
      Model{"double seasonal", 9, kAlways, DoubleSeasonal},
      Model{"week median", 9, kAlways, WeekMedian},
      Model{"analogues", 6, kAlways, Analogues},
  };
  return kModels;
}

}  // namespace loadline
