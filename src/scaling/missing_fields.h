// The fields that say what holds where something is not known: onMissing, onEmpty, whenIdle.
#ifndef LOADLINE_SCALING_MISSING_FIELDS_H_
#define LOADLINE_SCALING_MISSING_FIELDS_H_

#include <array>
#include <string>
#include <utility>
#include <variant>

#include "document/fields.h"
#include "scaling/policy.h"
#include "scaling/query_fields.h"

namespace loadline {

constexpr auto EnumWords(OnEmpty) {
  return std::array{std::pair{OnEmpty::kMissing, "missing"}, std::pair{OnEmpty::kZero, "zero"}};
}
constexpr auto EnumWords(IdleAnswer) {
  return std::array{std::pair{IdleAnswer::kInactive, "inactive"}, std::pair{IdleAnswer::kWake, "wake"}};
}
constexpr auto EnumWords(MissingAnswer) {
  return std::array{std::pair{MissingAnswer::kError, "error"}, std::pair{MissingAnswer::kIgnore, "ignore"},
                    std::pair{MissingAnswer::kAssumeHigh, "assumeHigh"}};
}
constexpr auto EnumWords(FallbackBehavior) {
  return std::array{std::pair{FallbackBehavior::kStatic, "static"},
                    std::pair{FallbackBehavior::kCurrentReplicas, "currentReplicas"},
                    std::pair{FallbackBehavior::kCurrentReplicasIfHigher, "currentReplicasIfHigher"},
                    std::pair{FallbackBehavior::kCurrentReplicasIfLower, "currentReplicasIfLower"}};
}

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, WhenIdle& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems,
               std::variant<MissingAnswer, FallbackReplicas>& value);
inline std::string TypeName(const WhenIdle*) { return "inactive, wake, or PromQL"; }
inline std::string TypeName(const std::variant<MissingAnswer, FallbackReplicas>*) {
  return "error, ignore, assumeHigh, or { replicas, behavior }";
}
std::string SchemaMembers(const WhenIdle*);
std::string SchemaMembers(const std::variant<MissingAnswer, FallbackReplicas>*);

template <class Visitor>
void DescribeFields(Visitor& visit, FallbackReplicas& fallback) {
  visit({.name = "replicas",
         .help = "How many replicas to answer with.",
         .unit = "replicas",
         .example = "4",
         .required = true,
         .at_least = 0},
        fallback.replicas);
  visit({.name = "behavior",
         .help =
             "How the number goes with the replicas observed, as KEDA's fallback behaviors: the number itself, what is "
             "observed, or the higher or lower of the two.",
         .example = "currentReplicasIfHigher"},
        fallback.behavior);
}

template <class Visitor>
void DescribeFields(Visitor& visit, OnMissing& on_missing) {
  visit({.name = "hold",
         .help = "For how long a missing signal keeps what it last asked for.",
         .unit = "duration",
         .example = "5m",
         .at_least = 0,
         .at_most = 24 * 3600},
        on_missing.hold);
  visit({.name = "then",
         .help = "What answers for it afterwards: error (KEDA is told so), ignore (the others decide), assumeHigh "
                 "(replicas.max), or a number of replicas.",
         .example = "error"},
        on_missing.then);
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_MISSING_FIELDS_H_
