// Looks, again and again, at what is asked for, what the HPAs do and what is ready, and writes it into the log.
#ifndef LOADLINE_KUBERNETES_HPA_ROUNDS_H_
#define LOADLINE_KUBERNETES_HPA_ROUNDS_H_

#include <string>

#include "kubernetes/binding_decision.h"
#include "kubernetes/hpa_log.h"
#include "kubernetes/ready_replicas.h"

namespace loadline {

// One thread's.
class HpaRounds {
 public:
  // All must outlive it. `server` as in KubeConfig.
  HpaRounds(const std::string& server, HpaLog& hpas, HttpClient& client, Clock& clock, Log& log)
      : hpas_(hpas), clock_(clock), ready_({.server = server}, client, clock, log) {}

  // A round over the bindings of ScaledObjects. `hpas_heard`: whether the HPAs are as the view says; where they may not
  // be, nothing of them is known. True where something is waited for, so that the next round should be soon.
  bool Go(const ClusterView& view, bool hpas_heard, const DecisionsByBinding& decisions);

  // Why it is not known how many replicas are ready; empty: nothing is wrong.
  std::string problem() const { return ready_.problem(); }

 private:
  HpaLog& hpas_;
  Clock& clock_;
  ReadyReplicas ready_;
};

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_HPA_ROUNDS_H_
