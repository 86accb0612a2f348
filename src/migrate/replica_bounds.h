// How few and how many replicas there may be, as documents of others have it and as a policy does.
#ifndef LOADLINE_MIGRATE_REPLICA_BOUNDS_H_
#define LOADLINE_MIGRATE_REPLICA_BOUNDS_H_

#include <optional>

#include "document/node.h"
#include "migrate/fields.h"
#include "migrate/measured.h"

namespace loadline {

// Of whole numbers, 0 <= min <= max, and max from 1 to 100000; none where they are not.
std::optional<CountBounds> BoundsOf(double min, double max);
// Tells, of the field that was taken last, that they are not, and that so there is no policy.
void RefuseBounds(double min, double max, Fields& fields);

// `replicas` of a policy.
Node ReplicasNode(const CountBounds& bounds);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_REPLICA_BOUNDS_H_
