#include "scaling/rule.h"

#include <algorithm>
#include <array>

namespace loadline {
namespace {

auto Parts(const Condition& condition) {
  return std::array{&condition.all.list, &condition.any.list, &condition.negation.of};
}

}  // namespace

bool Names(const Condition& condition, std::string_view signal) {
  if (condition.signal == signal) return true;
  for (const auto* list : Parts(condition)) {
    if (std::any_of(list->begin(), list->end(), [&](const Condition& each) { return Names(each, signal); }))
      return true;
  }
  return false;
}

Duration LooksBack(const Condition& condition) {
  Duration inner = condition.over.value_or(Duration(0));
  for (const auto* list : Parts(condition)) {
    for (const Condition& each : *list) inner = std::max(inner, LooksBack(each));
  }
  return inner + condition.hold;
}

}  // namespace loadline
