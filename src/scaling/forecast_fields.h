// The fields of a forecast.
#ifndef LOADLINE_SCALING_FORECAST_FIELDS_H_
#define LOADLINE_SCALING_FORECAST_FIELDS_H_

#include <array>
#include <utility>

#include "document/fields.h"
#include "scaling/learned_fields.h"
#include "scaling/policy.h"
#include "scaling/schedule_fields.h"

namespace loadline {

constexpr auto EnumWords(ForecastSpec::Mode) {
  return std::array{std::pair{ForecastSpec::Mode::kShadow, "shadow"}, std::pair{ForecastSpec::Mode::kActive, "active"},
                    std::pair{ForecastSpec::Mode::kOff, "off"}};
}

template <class Visitor>
void DescribeFields(Visitor& visit, ForecastSpec& forecast) {
  visit(
      {.name = "of",
       .help = "The signal whose readings go on; of a backlog NAME.arrivals. What is expected becomes replicas by that "
               "signal's law, or by perReplica, target or tiers beside forecast.",
       .example = "requests",
       .required = true},
      forecast.of);
  visit({.name = "ahead",
         .help = "How far ahead: how long a new replica takes until it helps. auto, or a map: learned from the "
                 "replica counts of the past. Default: 5m.",
         .unit = "duration",
         .example = "5m",
         .above = 0,
         .at_most = 24 * 3600},
        forecast.ahead);
  visit({.name = "history",
         .help = "How much of the past is looked at.",
         .unit = "duration",
         .example = "14d",
         .above = 0,
         .at_most = 90 * 24 * 3600},
        forecast.history);
  visit({.name = "quantile",
         .help = "Which part of what may come is to be covered.",
         .example = "0.95",
         .above = 0,
         .at_most = 0.999},
        forecast.quantile);
  visit({.name = "mode",
         .help = "shadow: recorded, not used. active: raises the demand of the signal that it is of, while it has "
                 "earned its trust. off: not made.",
         .example = "shadow"},
        forecast.mode);
  visit({.name = "mayLower",
         .help = "Whether it may also lower that demand below what the signal itself asks for, while that is measured.",
         .example = "false"},
        forecast.may_lower);
  CalendarNames names{std::move(forecast.holidays)};
  visit(
      {.name = "holidays",
       .help = "The dates of these Calendar documents are not learned as usual days; one ahead is expected to be like "
               "those of the history, or like a Sunday where it has none. One that is not known says of no date.",
       .example = "holidays-de"},
      names);
  forecast.holidays = std::move(names.names);
  visit({.name = "timezone",
         .help = "In which the dates of holidays begin and end. Default: UTC.",
         .example = "Europe/Berlin"},
        forecast.zone);
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_FORECAST_FIELDS_H_
