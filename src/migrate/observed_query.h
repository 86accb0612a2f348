// Where the replicas of what is scaled are counted.
#ifndef LOADLINE_MIGRATE_OBSERVED_QUERY_H_
#define LOADLINE_MIGRATE_OBSERVED_QUERY_H_

#include <string>

#include "document/node.h"
#include "migrate/migration.h"

namespace loadline {

// kube-state-metrics' count of the ready replicas of a scaleTargetRef, by which the HPA multiplies a Value; empty where
// it has none: of other kinds than Deployments and StatefulSets.
// Source: kubernetes pkg/controller/podautoscaler/replica_calculator.go, GetExternalMetricReplicas
std::string ObservedQuery(const Node& target);

// Writes replicas.observed into the policy's spec where by default it would look at another Deployment, or where the
// count of those that are ready decides. `counts`: the policy goes by it; says so, or what somebody has to write.
void SayObserved(const Node& target, bool counts, Node& spec, Migration& migration);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_OBSERVED_QUERY_H_
