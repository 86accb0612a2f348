// Parameters that several pages have.
#ifndef LOADLINE_API_ROUTE_PARAMETERS_H_
#define LOADLINE_API_ROUTE_PARAMETERS_H_

#include "api/object_list.h"
#include "api/route.h"

namespace loadline {

inline constexpr char kText[] = R"({"type":"string"})";
inline constexpr char kNeededText[] = R"({"type":"string","minLength":1})";
inline constexpr char kWhole[] = R"({"type":"integer","minimum":1})";
inline constexpr char kTime[] = R"({"type":"string","format":"date-time"})";

inline RouteParameter Needed(RouteParameter parameter) {
  parameter.needed = true;
  return parameter;
}

inline const RouteParameter kNamespace{"namespace", "Only of this namespace.", kText};
inline const RouteParameter kName{"name", "Only of the ScaledObject or ScaledJob of this name.", kText};
inline const RouteParameter kPolicy{"policy", "Only with this policy, as the trigger's metadata names it.", kText};
inline const RouteParameter kObjects{"objects", "NAMESPACE/NAME of each, at most 100, with commas.", kObjectListSchema};
inline const RouteParameter kLimit{"limit", "How many at most.", kWhole};
inline const RouteParameter kAfter{"after", "The `next` of the page before.", kText};
// NAMESPACE/NAME/UUID, but that is nobody's business.
inline const RouteParameter kAfterBinding{"after", kAfter.help,
                                          R"({"type":"string","pattern":"^([^/]*/[^/]*/[0-9a-f-]{36})?$"})"};
inline const RouteParameter kAfterUuid{
    "after", kAfter.help, R"({"type":"string","pattern":"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$"})"};

}  // namespace loadline

#endif  // LOADLINE_API_ROUTE_PARAMETERS_H_
