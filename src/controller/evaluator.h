// From a binding to its published answer: policy, parameters, readings, decision.
#ifndef LOADLINE_CONTROLLER_EVALUATOR_H_
#define LOADLINE_CONTROLLER_EVALUATOR_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "controller/controller.h"
#include "controller/decision_log.h"
#include "controller/forecast_board.h"
#include "controller/journal_feed.h"
#include "controller/policy_board.h"
#include "controller/reading_board.h"
#include "scaling/fleet.h"

namespace loadline {

// Thread-safe: ticks and the joiner's rounds come from threads of their own.
class Evaluator {
 public:
  using Bindings = std::vector<std::shared_ptr<Binding>>;

  // All must outlive the evaluator.
  Evaluator(const ControllerOptions& options, PolicyBoard& policies, ReadingBoard& readings, ForecastBoard& forecasts,
            Log& log, Instruments& instruments);

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
    std::vector<std::shared_ptr<QueryReadings>> readings;   // one for each query of the plan
    std::vector<std::shared_ptr<ForecastTrack>> forecasts;  // one for each signal, or none at all
    std::vector<std::shared_ptr<NumberTrack>> learned;      // likewise
    std::shared_ptr<ForecastTrack> objective;               // of a policy with one
    std::shared_ptr<QueryReadings> load;                    // which that is about
    std::optional<Error> error;                             // why there is nothing to decide
    bool joins = false;  // is decided with others: shares a budget, or depends on what another wants

    BindingName name;
    std::vector<std::string> Sources() const;  // that it needs, in order
  };
  struct Tracked {
    std::weak_ptr<const Binding> owner;  // another binding may get the address of one that is gone
    std::shared_ptr<const Prepared> prepared;
    LoggedDecision logged;
    JournaledDecision journaled;
  };

  // Those that others depend on and that have not called: decided all the same, for the others.
  using Virtual = std::map<BindingName, std::shared_ptr<const Prepared>>;

  // A binding in one evaluation, and by what its readings are asked for.
  struct Asked {
    std::shared_ptr<Binding> binding;
    std::shared_ptr<const Prepared> prepared;
  };
  // Bindings that can be decided as soon as the same sources have answered.
  struct Group {
    std::vector<std::string> sources;
    std::vector<Asked> asked;
    std::size_t sources_left = 0;
    bool is_fleet = false;                      // decided together
    std::vector<std::size_t> extra_ticks = {};  // of a fleet: how much further back each is looked at
  };
  struct Round {
    std::vector<Group> groups;
    std::vector<std::shared_ptr<QueryReadings>> readings;  // that any of them needs, each once
  };
  // What a decision sees, with what it refers to. Its memory serves one binding after the other.
  struct Seen {
    std::vector<QueryReadings::Window> windows;  // and, behind them, those of a binding before with more queries
    std::vector<Override> overrides;
    CalendarLookup calendars;
    std::shared_ptr<const SharedDocuments> documents;
    PublishedForecasts forecasts;
    std::vector<const SignalForecast*> signal_forecasts;
    std::vector<std::shared_ptr<const LearnedNumber>> learned;
    QueryReadings::Window load;
    ObjectiveLevels objective;
    Observation observation;
    std::shared_ptr<FleetTerms> terms = nullptr;  // of one that is decided with others
  };

  Round Gather(const Bindings& bindings);
  // Those of `bindings` that are decided with others, with all these others; empty where there are none.
  std::vector<Asked> FleetOf(const Bindings& bindings);
  // Adds those that members of the fleet depend on: of `others`, or virtual ones.
  void AddTargets(std::vector<Asked> others, std::vector<Asked>& fleet);
  void AddVirtual(const std::set<BindingName>& wanted, const Virtual& before, Virtual& used, std::vector<Asked>& fleet);
  static bool Joins(const Prepared& prepared, const SharedDocuments& documents);
  void See(const Prepared& prepared, Timestamp now, std::size_t extra_ticks, Seen& seen) const;
  void SeeObjective(const Prepared& prepared, Timestamp now, Seen& seen) const;
  std::shared_ptr<const Prepared> Prepare(const std::shared_ptr<Binding>& binding);
  std::shared_ptr<const Prepared> MakePrepared(const BindingKey& key, std::uint64_t generation,
                                               const std::shared_ptr<const Prepared>& before);
  // A decision that was made already, and the forecasts that it went by.
  struct Decided {
    Decision decision;
    PublishedForecasts forecasts;
  };
  std::shared_ptr<const PublishedAnswer> Answer(const Prepared& prepared, Timestamp now, std::uint64_t era,
                                                std::optional<Decided> decided, Seen& seen) const;
  void Publish(const Group& group, Timestamp now, std::uint64_t era);
  void PublishFleet(const Group& group, Timestamp now, std::uint64_t era);
  // `decided`: where it was made with others; else it is made of what is seen, in the memory of `seen`.
  void Publish(const Asked& asked, Timestamp now, std::uint64_t era, std::optional<Decided> decided, Seen& seen);
  void LogChange(const std::shared_ptr<Binding>& binding, const PublishedAnswer& answer, const LoggedDecision& logged);
  void Journal(const std::shared_ptr<Binding>& binding, const std::shared_ptr<const Prepared>& prepared,
               const std::shared_ptr<const PublishedAnswer>& answer, const LoggedDecision& logged, Seen& seen);
  Tracked& TrackedOf(const std::shared_ptr<Binding>& binding) LOADLINE_REQUIRES(mutex_);

  const ControllerOptions& options_;
  PolicyBoard& policies_;
  ReadingBoard& readings_;
  ForecastBoard& forecasts_;
  Log& log_;
  Instruments& instruments_;

  Mutex mutex_;
  std::unordered_map<const Binding*, Tracked> tracked_ LOADLINE_GUARDED_BY(mutex_);
  bool any_joins_ LOADLINE_GUARDED_BY(mutex_) = false;  // whether any ever did: without, no fleet is looked for
  Virtual virtual_ LOADLINE_GUARDED_BY(mutex_);         // as of the last evaluation: no more than it used
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_EVALUATOR_H_
