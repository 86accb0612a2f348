// An engine of step rules, played: what it decides of values that stay for a while, and of replicas that are there.
#ifndef LOADLINE_MIGRATE_STEP_PLAY_H_
#define LOADLINE_MIGRATE_STEP_PLAY_H_

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "migrate/migration.h"
#include "migrate/step_rules.h"

namespace loadline {

// Fills a story step by step. Made for what the engine does, not for what our rules do: they are held against it.
class StepPlay {
 public:
  // REQUIRES: `engine` outlives it.
  StepPlay(const StepEngine& engine, std::string who, Story story, Timestamp begin);

  // For so long that all that looks back sees these values alone, and nothing cools down.
  void Settle(const std::vector<double>& values, double observed) { Step(values, observed, Settled()); }

  // Left out where rules that add and rules that remove hold at once, and those that add cannot: StepEngine says that
  // this differs; and where the HPA would not move.
  void Step(const std::vector<double>& values, double observed, Duration lasts);

  Story Take() { return std::move(story_); }

 private:
  Duration Settled() const;
  Duration Stride() const;
  void See(const std::vector<double>& values, double observed);
  bool Holds(const StepRule& rule, const std::vector<double>& values, Timestamp time) const;
  bool Holds(const StepCondition& condition, const std::vector<double>& values, Timestamp time) const;
  bool Contradicts(const std::vector<double>& values) const;
  double ValueOf(const StepCondition& condition, const std::vector<double>& values) const;
  double Decide(const std::vector<double>& values, double observed, Timestamp time, std::string& why) const;
  double Counted(const std::vector<double>& values, double observed, Timestamp time, std::string& why) const;

  const StepEngine& engine_;
  std::string who_;
  Story story_;
  Timestamp now_;
  std::vector<std::optional<Timestamp>> since_;  // when each rule began to hold
  std::vector<double> before_;
  std::optional<double> observed_;
  std::optional<Timestamp> changed_;
};

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_STEP_PLAY_H_
