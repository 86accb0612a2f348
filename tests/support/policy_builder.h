// Policies, plans and observations for tests, from YAML and short texts.
#ifndef LOADLINE_TESTS_SUPPORT_POLICY_BUILDER_H_
#define LOADLINE_TESTS_SUPPORT_POLICY_BUILDER_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scaling/decide.h"

namespace loadline::testing {

// A policy named `test` of namespace `data`, whose `spec` is the given YAML (indented by nothing). Throws with all
// problems where it is bad.
Policy MakePolicy(std::string_view spec);

// What each query of a policy's plan said, oldest first, by the query's text. A text has one word for each tick: a
// number, "-" (failed),
// "_" (empty), "nan", "many", "refused", or "~5" (partial).
using Said = std::map<std::string, std::string>;

// Decides for data/app at the end of what was said. All texts must have as many words. A query that is not mentioned
// failed throughout.
Decision DecideOn(const Policy& policy, const Said& said, Duration interval = std::chrono::seconds(15));

// The query of how many replicas data/app has.
inline constexpr const char* kObserved = R"(kube_deployment_status_replicas{namespace="data",deployment="app"})";

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_POLICY_BUILDER_H_
