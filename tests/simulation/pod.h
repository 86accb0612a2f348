// One pod of Loadline: the controller's turns with a clock, a source and a sink of its own, driven without a thread.
#ifndef LOADLINE_TESTS_SIMULATION_POD_H_
#define LOADLINE_TESTS_SIMULATION_POD_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "controller/turns.h"
#include "simulation/documents.h"
#include "simulation/faulty_source.h"

namespace loadline::simulation {

class PodClock : public Clock {
 public:
  Timestamp Now() const override { return now_; }
  Duration Running() const override { return running_; }
  bool WaitUntil(Timestamp, std::stop_token) override { return false; }  // nobody waits here
  void Set(Timestamp now, Duration running) {
    now_ = now;
    running_ = running;
  }

 private:
  Timestamp now_;
  Duration running_{0};
};

struct PodOptions {
  std::string name;
  std::uint64_t seed = 0;
  Duration interval{0};
  Duration delay = std::chrono::seconds(2);
};

// Decisions come to `on_made`, in the turn that makes them.
class Pod : private DecisionSink {
 public:
  using OnMade = std::function<void(Pod&, MadeDecision)>;

  Pod(PodOptions options, const Load& load, FaultCounts& counts, OnMade on_made);

  const std::string& name() const { return options_.name; }
  const PodOptions& options() const { return options_; }
  Timestamp Now() const { return clock_.Now(); }
  const Heard& heard() const { return heard_; }
  const std::shared_ptr<const PolicySet>& documents() const { return in_force_; }

  // Lets the world's time come to `now`, and does all that is due by then, by the pod's own clock.
  void Turn(Timestamp now, const SourceRates& rates);
  // Its clock, without a turn.
  void SetTime(Timestamp now);
  // These are in force from its next turn on.
  void Give(std::shared_ptr<const PolicySet> documents);
  // KEDA's call about an object. Null before the first decision of a pod that was not given any documents.
  std::shared_ptr<Binding> Call(std::size_t object);
  std::vector<std::shared_ptr<Binding>> Bindings() const {
    return turns_ == nullptr ? Turns::Bindings() : turns_->All();
  }

  // A new process, which knows nothing but its clock.
  void Restart();
  void SetClock(Duration ahead) { ahead_ = ahead; }
  Duration ahead() const { return ahead_; }
  void StandStill(Timestamp until) { stands_until_ = until; }
  bool stands_still() const { return clock_.Running() < stands_until_.time_since_epoch(); }
  void KillAtNextQuestion() { source_->KillAtNextQuestion(); }
  void KillAtNextPublish() { kills_at_publish_ = true; }

 private:
  void Take(MadeDecision made) override;
  void TakePolicies(const std::vector<std::shared_ptr<const Policy>>&) override {}
  JournalState State() const override { return {}; }

  void Begin();
  void DoDue();
  void DecideAtOnce(const Turns::Bindings& bindings);

  const PodOptions options_;
  FaultCounts& counts_;
  const OnMade on_made_;
  Heard heard_;
  std::shared_ptr<FaultySource> source_;
  PodClock clock_;
  Duration ahead_{0};
  Timestamp stands_until_;
  bool kills_at_publish_ = false;
  std::shared_ptr<const PolicySet> documents_;
  std::shared_ptr<const PolicySet> in_force_;
  bool has_new_documents_ = false;
  std::unique_ptr<Instruments> instruments_;
  std::unique_ptr<Turns> turns_;
  Timestamp next_;  // the tick that is due
};

}  // namespace loadline::simulation

#endif  // LOADLINE_TESTS_SIMULATION_POD_H_
