// From a binding to its published answer: policy, parameters, readings, decision.
#ifndef LOADLINE_CONTROLLER_EVALUATOR_H_
#define LOADLINE_CONTROLLER_EVALUATOR_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "controller/controller.h"
#include "controller/decision_log.h"
#include "controller/policy_board.h"
#include "controller/reading_board.h"

namespace loadline {

// Thread-safe: ticks and the joiner's rounds come from threads of their own.
class Evaluator {
 public:
  using Bindings = std::vector<std::shared_ptr<Binding>>;

  // All must outlive the evaluator.
  Evaluator(const ControllerOptions& options, PolicyBoard& policies, ReadingBoard& readings, Log& log,
            Instruments& instruments);

  // Decides for all of `bindings` at the tick `now`, each distinct query asked once, as of `era` (see PublishedAnswer).
  // Publishes each as soon as the sources that it needs itself have answered, from the threads that ask them; returns
  // when all are. One whose policy changes meanwhile is left: whoever changes policies has all evaluated anew.
  void Evaluate(const Bindings& bindings, Timestamp now, std::uint64_t era = 0);

  // The sources that a binding needs, in order; none where there is nothing to ask.
  std::vector<std::string> SourcesOf(const std::shared_ptr<Binding>& binding);

  void Forget(const Bindings& bindings);

 private:
  // What a binding needs asked, for as long as its policy stays as it is.
  struct Prepared {
    std::uint64_t generation = 0;  // of the policies, when this was made
    std::shared_ptr<const Policy> policy;
    QueryPlan plan;
    std::vector<std::shared_ptr<QueryReadings>> readings;  // one for each query of the plan
    std::optional<Error> error;                            // why there is nothing to decide
  };
  struct Tracked {
    std::weak_ptr<const Binding> owner;  // another binding may get the address of one that is gone
    std::shared_ptr<const Prepared> prepared;
    LoggedDecision logged;
  };

  // A binding in one evaluation, and by what its readings are asked for.
  struct Asked {
    std::shared_ptr<Binding> binding;
    std::shared_ptr<const Prepared> prepared;
  };
  // Bindings that need the same sources: they can be decided together.
  struct Group {
    std::vector<Asked> asked;
    std::size_t sources_left = 0;
  };
  struct Round {
    std::map<std::vector<std::string>, Group> groups;      // by the sources
    std::vector<std::shared_ptr<QueryReadings>> readings;  // that any of them needs, each once
  };

  Round Gather(const Bindings& bindings);
  static std::vector<std::string> SourcesOf(const Prepared& prepared);
  std::shared_ptr<const Prepared> Prepare(const std::shared_ptr<Binding>& binding);
  std::shared_ptr<const Prepared> MakePrepared(const BindingKey& key, std::uint64_t generation,
                                               const std::shared_ptr<const Prepared>& before);
  std::shared_ptr<const PublishedAnswer> Answer(const Prepared& prepared, Timestamp now, std::uint64_t era) const;
  void Publish(const Group& group, Timestamp now, std::uint64_t era);
  void Publish(const Asked& asked, Timestamp now, std::uint64_t era);
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
