// The fields that say how the HPA that follows is set up.
#ifndef LOADLINE_SCALING_HPA_FIELDS_H_
#define LOADLINE_SCALING_HPA_FIELDS_H_

#include <array>
#include <string>
#include <utility>

#include "document/fields.h"
#include "scaling/deadband.h"
#include "scaling/policy.h"

namespace loadline {

constexpr auto EnumWords(Deadband) {
  return std::array{std::pair{Deadband::kOvershoot, "overshoot"}, std::pair{Deadband::kHold, "hold"},
                    std::pair{Deadband::kPlain, "plain"}};
}

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Tolerance& value);
inline std::string TypeName(const Tolerance*) { return "number, or { up, down }"; }
std::string SchemaMembers(const Tolerance*);

template <class Visitor>
void DescribeFields(Visitor& visit, HpaSpec& hpa) {
  visit(
      {.name = "tolerance",
       .help = "The HPA's tolerance: behavior.scaleUp.tolerance and scaleDown.tolerance of the ScaledObject, else the "
               "cluster's.",
       .example = "0.1"},
      hpa.tolerance);
  visit({.name = "deadband",
         .help =
             "What KEDA is told where the wanted number is so near to what is observed that the HPA, by its "
             "tolerance, would not move. overshoot: the least count above that it does go to. hold: what is observed, "
             "so that the metric says what the HPA does. plain: the wanted number, which the HPA then does not follow.",
         .example = "hold"},
        hpa.deadband);
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_HPA_FIELDS_H_
