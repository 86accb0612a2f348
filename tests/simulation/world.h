// A simulated world: documents, load, pods with faults of their own, KEDA and HPAs, over days. All of it follows from
// one seed.
#ifndef LOADLINE_TESTS_SIMULATION_WORLD_H_
#define LOADLINE_TESTS_SIMULATION_WORLD_H_

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "simulation/agreement.h"
#include "simulation/bugs.h"
#include "simulation/cluster.h"
#include "simulation/figures.h"
#include "simulation/pod.h"
#include "simulation/shared_journal.h"
#include "simulation/violation.h"

namespace loadline::simulation {

class World {
 public:
  // `bug`: what is to go wrong on purpose; empty: nothing. `only`: the one invariant that is checked; empty: all.
  World(std::uint64_t seed, std::string bug, std::string only);

  // Runs all its days. Throws a Violation where something does not hold.
  Figures Run();

 private:
  struct Weather {
    bool stormy = false;
    std::int64_t ends = 0;  // the tick
    SourceRates rates;
    int pods = 0;       // percent of ticks at which something happens to a pod
    int documents = 0;  // likewise to documents
    int calls = 0;      // percent of KEDA's calls that are lost
  };
  struct PodState {
    std::unique_ptr<Pod> pod;
    std::int64_t hears_at = 0;  // the tick at which it gets what documents there are
  };

  void Draw();
  void NextWeather();
  void RunTick();
  void DisturbDocuments();
  void DisturbPods();
  void Disturb(PodState& state);
  void TurnAll(Timestamp now);
  void CallAll();
  Call CallPod(std::size_t object, Pod& pod);
  void CompareWithFreshPod();

  std::unique_ptr<Pod> MakePod(std::string name);
  void Made(Pod& pod, MadeDecision made);
  void Judge(Pod& pod, const MadeDecision& made, std::size_t object);
  void CheckBudgets(const Pod& pod);
  void CheckAge(const Pod& pod, const Binding& binding);
  const QueryPlan& PlanOf(const std::shared_ptr<const Policy>& policy, std::size_t object);
  bool Checks(std::string_view invariant) const { return only_.empty() || only_ == invariant; }
  [[noreturn]] void Report(std::string_view invariant, const Pod* pod, std::string_view object, Finding finding) const;

  const std::uint64_t seed_;
  const std::string only_;
  Bugs bugs_;
  Chance chance_;
  Figures figures_;
  Duration interval_{0};
  Timestamp start_;
  Timestamp now_;
  std::int64_t tick_ = 0;
  std::int64_t ticks_ = 0;
  std::size_t objects_ = 0;
  Weather weather_;
  std::unique_ptr<Load> load_;
  std::unique_ptr<Documents> documents_;
  std::vector<ScaledTarget> targets_;
  std::vector<PodState> pods_;
  std::unique_ptr<SharedJournal> journal_;
  Agreement agreement_;
  struct Planned {
    std::shared_ptr<const Policy> policy;
    QueryPlan plan;
  };
  std::map<std::pair<const Policy*, std::size_t>, Planned> plans_;
};

}  // namespace loadline::simulation

#endif  // LOADLINE_TESTS_SIMULATION_WORLD_H_
