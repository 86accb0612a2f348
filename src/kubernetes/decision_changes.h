// Which changes of what is wanted are told as Events, and how: as few as people need, whatever a decision does.
#ifndef LOADLINE_KUBERNETES_DECISION_CHANGES_H_
#define LOADLINE_KUBERNETES_DECISION_CHANGES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "kubernetes/binding_decision.h"
#include "kubernetes/kube_event.h"

namespace loadline {

// What is wanted was `from` and is `to`; in between it was `lowest` to `highest`, and changed `changes` times.
struct DecisionChange {
  int from = 0;
  int to = 0;
  int lowest = 0;
  int highest = 0;
  int changes = 0;
  Timestamp first;          // the tick of the first of them
  std::int64_t window = 0;  // by which its Event is named
};

// "wants 8 replicas instead of 3 (policy worker): lag wants 8: 2400 at 300 each"
std::string ChangeSentence(const DecisionChange& change, std::string_view policy, std::string_view reason);
// Pure. Time is cut into windows of kWindow, aligned as ticks are, and of a binding at most one change is told in each:
// the first at once; what comes after it waits for the next window, and is told there in one sentence. So pods that
// decide the same tell the same under the same name, and a decision that flaps makes 12 Events an hour, which is how
// long Kubernetes keeps them. Of all bindings together kMostInWindow are told; the others wait, too.
class DecisionChanges {
 public:
  static constexpr Duration kWindow = std::chrono::minutes(5);
  static constexpr std::size_t kMostInWindow = 1000;

  // The decision of a tick. The first one of a binding is no change.
  std::optional<DecisionChange> Take(const ForeseenBinding& binding, Timestamp tick, int replicas);
  // Forgets all others.
  void Keep(const std::vector<ForeseenBinding>& bindings);

 private:
  struct Told {
    DecisionChange since;      // what is not told yet; `from` is what was told last
    std::int64_t window = -1;  // of the last that was told
  };

  std::map<ForeseenBinding, Told> told_;
  std::int64_t window_ = -1;
  std::size_t told_in_window_ = 0;
};

// The Events of what has changed, and is to be told. Forgets bindings that are not in the view.
std::vector<KubeEvent> ChangeEvents(DecisionChanges& changes, const ClusterView& view,
                                    const DecisionsByBinding& decisions);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_DECISION_CHANGES_H_
