// An HPA that goes where its metric says at once, so that a test sees what else it goes by.
#ifndef LOADLINE_TESTS_UNIT_SCALING_SWIFT_HPA_H_
#define LOADLINE_TESTS_UNIT_SCALING_SWIFT_HPA_H_

#include "scaling/hpa.h"

namespace loadline::testing {

inline const Timestamp kStart{std::chrono::minutes(1'000'000)};

inline HpaOptions SwiftHpa(int max = 100) {
  const ScalingRules any{
      Duration(0), ScalingRules::Select::kMax, {{RatePolicy::Type::kPods, 1000, std::chrono::seconds(1)}}};
  HpaOptions options;
  options.max = max;
  options.behavior = HpaBehavior{any, any};
  return options;
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_SCALING_SWIFT_HPA_H_
