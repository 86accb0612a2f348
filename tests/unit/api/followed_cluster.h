// A cluster whose HPAs have done something.
#ifndef LOADLINE_TESTS_UNIT_API_FOLLOWED_CLUSTER_H_
#define LOADLINE_TESTS_UNIT_API_FOLLOWED_CLUSTER_H_

#include <map>
#include <memory>
#include <string>

#include "kubernetes/cluster_watch.h"

namespace loadline::testing {

class FollowedCluster : public ClusterWatch {
 public:
  void Start() override {}
  void Stop() override {}
  ClusterState State() const override {
    ClusterState state;
    state.view = std::make_shared<const ClusterView>();
    state.targets_problem = problem;
    return state;
  }
  const HpaLog& hpas() const override { return log; }

  // As Admin::Bind makes it.
  static ForeseenBinding Named(const std::string& name, const std::string& pipeline) {
    return {"data", name, {{"policy", "test"}, {"pipeline", pipeline}, {"passwordFromEnv", "hunter2"}}};
  }
  // From two replicas to eight: asked for a minute ago, ready after 40 s.
  void Rise(const ForeseenBinding& binding, Timestamp now) {
    const Timestamp tick = now - std::chrono::minutes(1);
    Take(binding, tick - std::chrono::seconds(1), 2, 2, 2, tick - std::chrono::seconds(15));
    Take(binding, tick + std::chrono::seconds(3), 8, 8, 2, tick);
    Take(binding, tick + std::chrono::seconds(40), 8, 8, 8, tick);
  }
  void Take(const ForeseenBinding& binding, Timestamp time, double asked, int desired, int ready, Timestamp tick) {
    HpaSnapshot snapshot;
    snapshot.time = time;
    snapshot.asked = AskedReplicas{tick, asked, true};
    snapshot.current = desired;
    snapshot.desired = desired;
    snapshot.ready = ready;
    snapshot.metric = "s0-loadline-test";
    snapshot.value = 4;
    snapshot.threshold = 1;
    log.Take(binding, snapshot);
  }

  HpaLog log;
  std::string problem;
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_API_FOLLOWED_CLUSTER_H_
