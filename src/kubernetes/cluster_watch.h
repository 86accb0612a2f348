// Follows KEDA's objects and their HPAs, and says what comes of them: bindings before KEDA calls, findings, Events,
// what HPAs did.
#ifndef LOADLINE_KUBERNETES_CLUSTER_WATCH_H_
#define LOADLINE_KUBERNETES_CLUSTER_WATCH_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kubernetes/binding_decision.h"
#include "kubernetes/cluster_view.h"
#include "kubernetes/event_writer.h"
#include "kubernetes/hpa_log.h"
#include "kubernetes/watch.h"

namespace loadline {

struct ClusterWatchOptions {
  std::string server;                         // as in KubeConfig
  std::vector<std::string> namespaces;        // empty: all
  std::vector<std::string> scaler_addresses;  // as ViewCluster takes them
  bool events = true;                         // whether those of findings are written
  bool decision_events = true;                // and those of changes of what is wanted
  WatchOptions watch;
  Duration at_most_every{1000};     // views: what changes in between is one
  Duration at_least_every{10'000};  // policies change, too
  Duration while_moving{2000};      // instead, while replicas are waited for
};

// Who is told, and asked, from a thread of the watch.
struct ClusterWatchWiring {
  FindPolicy find_policy;
  std::function<void(const ForeseenBinding&)> foresee;      // for each binding, with each view
  std::function<DecisionsByBinding()> decisions = nullptr;  // as they are now; may be null
};

struct ClusterState {
  std::vector<WatchState> watches;
  std::size_t scaled_objects = 0;
  std::size_t scaled_jobs = 0;
  std::size_t hpas = 0;
  std::shared_ptr<const ClusterView> view;  // never null
  Timestamp viewed;                         // when that was made; 1970 where never
  EventCounts events;
  std::string targets_problem;  // why it is not known how many replicas are ready; empty: nothing is wrong
};

// Thread-safe. Nothing that it knows is lost while the API server is away, and nothing that it says lowers a count: a
// binding that is foreseen is decided like any other.
class ClusterWatch {
 public:
  virtual ~ClusterWatch() = default;  // stops

  virtual void Start() = 0;
  virtual void Stop() = 0;
  virtual ClusterState State() const = 0;
  virtual const HpaLog& hpas() const = 0;
};

// All must outlive it.
std::unique_ptr<ClusterWatch> MakeClusterWatch(ClusterWatchOptions options, ClusterWatchWiring wiring,
                                               HttpClient& client, Clock& clock, Log& log);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_CLUSTER_WATCH_H_
