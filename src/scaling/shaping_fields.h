// The fields that say how fast the count may change: scaleUp and scaleDown.
#ifndef LOADLINE_SCALING_SHAPING_FIELDS_H_
#define LOADLINE_SCALING_SHAPING_FIELDS_H_

#include <array>
#include <string>
#include <utility>

#include "document/fields.h"
#include "scaling/percent.h"
#include "scaling/shaping.h"

namespace loadline {

constexpr auto EnumWords(Shaping::Select) {
  return std::array{std::pair{Shaping::Select::kMax, "max"}, std::pair{Shaping::Select::kMin, "min"}};
}

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, StepLimit& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Percent& value);
inline std::string TypeName(const StepLimit*) { return "replicas or percent / duration"; }
inline std::string TypeName(const Percent*) { return "percent"; }
std::string SchemaMembers(const StepLimit*);
std::string SchemaMembers(const Percent*);

template <class Visitor>
void DescribeFields(Visitor& visit, Shaping& shaping) {
  visit({.name = "stabilize",
         .help = "Follows only what was asked for all this time.",
         .unit = "duration",
         .example = "5m",
         .at_least = 0,
         .at_most = 3600},
        shaping.stabilize);
  visit(
      {.name = "atMost", .help = "How far from what there was when the period began.", .example = "[ 100%/1m, 4/1m ]"},
      shaping.at_most);
  visit(
      {.name = "select", .help = "Of several limits the one that allows most (max) or least (min).", .example = "min"},
      shaping.select);
  visit({.name = "cooldown",
         .help = "No change in this direction so soon after the last one that was observed in it.",
         .unit = "duration",
         .example = "5m",
         .at_least = 0,
         .at_most = 24 * 3600},
        shaping.cooldown);
  visit({.name = "hysteresis",
         .help = "Smaller changes than this share of what is observed are not followed.",
         .example = "10%"},
        shaping.hysteresis);
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_SHAPING_FIELDS_H_
