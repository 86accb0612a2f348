#include "migrate/replica_bounds.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "document/yaml_text.h"

namespace loadline {

std::optional<CountBounds> BoundsOf(double min, double max) {
  const bool good =
      min >= 0 && max >= 1 && min <= max && max <= 100000 && std::floor(min) == min && std::floor(max) == max;
  if (!good) return std::nullopt;
  return CountBounds{static_cast<int>(min), static_cast<int>(max)};
}

void RefuseBounds(double min, double max, Fields& fields) {
  fields.Tell(Fate::kNotCarried, fmt::format("want whole numbers, 0 <= min <= max and max >= 1; found {} and {}: "
                                             "nothing is made of this policy",
                                             FormatNumber(min), FormatNumber(max)));
}

Node ReplicasNode(const CountBounds& bounds) {
  Node replicas = MapNode({{"min", NumberNode(bounds.min)}});
  if (bounds.max) SetEntry(replicas, "max", NumberNode(*bounds.max));
  return replicas;
}

}  // namespace loadline
