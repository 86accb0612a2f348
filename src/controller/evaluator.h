// From a binding to its published answer: policy, parameters, readings, decision.
#ifndef LOADLINE_CONTROLLER_EVALUATOR_H_
#define LOADLINE_CONTROLLER_EVALUATOR_H_

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "controller/controller.h"
#include "controller/policy_board.h"
#include "controller/reading_board.h"

namespace loadline {

// Thread-safe: ticks and first decisions of new bindings come from two threads.
class Evaluator {
 public:
  // All must outlive the evaluator.
  Evaluator(const ControllerOptions& options, PolicyBoard& policies, ReadingBoard& readings, Log& log,
            Instruments& instruments);

  // Decides for all of `bindings` at the tick `now`, each distinct query asked once, and publishes, as of `era` (see
  // PublishedAnswer). Returns those whose policy changed meanwhile: they are to be evaluated again.
  std::vector<std::shared_ptr<Binding>> Evaluate(const std::vector<std::shared_ptr<Binding>>& bindings, Timestamp now,
                                                 std::uint64_t era = 0);

  void Forget(const std::vector<std::shared_ptr<Binding>>& bindings);

 private:
  // What a binding needs asked, for as long as its policy stays as it is.
  struct Prepared {
    std::uint64_t generation = 0;  // of the policies, when this was made
    std::shared_ptr<const Policy> policy;
    QueryPlan plan;
    std::vector<std::shared_ptr<QueryReadings>> readings;  // one for each query of the plan
    std::optional<Error> error;                            // why there is nothing to decide
  };
  // What was logged last, to log what differs.
  struct Logged {
    std::string state;
    double replicas = 0;
    bool active = false;
    Timestamp time;
  };
  struct Tracked {
    std::weak_ptr<const Binding> owner;  // another binding may get the address of one that is gone
    std::shared_ptr<const Prepared> prepared;
    Logged logged;
  };

  std::shared_ptr<const Prepared> Prepare(const std::shared_ptr<Binding>& binding);
  std::shared_ptr<const Prepared> MakePrepared(const BindingKey& key, std::uint64_t generation,
                                               const std::shared_ptr<const Prepared>& before);
  std::shared_ptr<const PublishedAnswer> Answer(const Prepared& prepared, Timestamp now, std::uint64_t era) const;
  void LogChange(const std::shared_ptr<Binding>& binding, const PublishedAnswer& answer);
  Tracked& TrackedOf(const std::shared_ptr<Binding>& binding) LOADLINE_REQUIRES(mutex_);

  const ControllerOptions& options_;
  PolicyBoard& policies_;
  ReadingBoard& readings_;
  Log& log_;
  Instruments& instruments_;

  Mutex mutex_;
  std::unordered_map<const Binding*, Tracked> tracked_ LOADLINE_GUARDED_BY(mutex_);
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_EVALUATOR_H_
