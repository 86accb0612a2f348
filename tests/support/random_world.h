// Random policies, and random readings for them: for tests of what holds for all.
#ifndef LOADLINE_TESTS_SUPPORT_RANDOM_WORLD_H_
#define LOADLINE_TESTS_SUPPORT_RANDOM_WORLD_H_

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "scaling/decide.h"

namespace loadline::testing {

// The seed of this run, printed by CAPTURE where a test fails; LOADLINE_SEED repeats one.
unsigned SeedOfRun();

class Chance {
 public:
  explicit Chance(unsigned seed) : random_(seed) {}

  int Between(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }
  bool In(int percent) { return Between(1, 100) <= percent; }
  template <class T>
  const T& Of(const std::vector<T>& choices) {
    return choices[static_cast<std::size_t>(Between(0, static_cast<int>(choices.size()) - 1))];
  }
  template <class T>
  void Shuffle(std::vector<T>& items) {
    std::shuffle(items.begin(), items.end(), random_);
  }

 private:
  std::mt19937 random_;
};

// A policy in parts, so that a test can put them together otherwise. Its numbers are such that sums and quotients of
// them are exact: readings are whole, and what they are divided by is a power of two.
struct RandomSpec {
  std::vector<std::string> signals;  // each a map in YAML's flow form
  std::string combine = "max";
  std::string rest;  // further lines of the spec

  std::string Yaml() const;
};

struct SpecOptions {
  bool only_monotone = false;  // a higher reading never asks for less: no gates, rules, throughputs, rates
  bool shapes = true;
  bool missing_answers = true;  // onMissing of all kinds; else the default
  std::vector<std::string> combines = {"max", "min", "sum", "mean", "median", "weighted"};
};
RandomSpec MakeSpec(Chance& chance, const SpecOptions& options = {});

// What was seen for a policy: readings for each query of its plan.
struct World {
  Policy policy;
  QueryPlan plan;
  Duration interval = std::chrono::seconds(15);
  Timestamp now{std::chrono::hours(480'000)};
  std::vector<std::vector<Reading>> readings;  // by query, oldest first
  std::vector<Override> overrides = {};
  std::map<std::string, Calendar> calendars = {};
  std::vector<std::optional<SignalForecast>> forecasts = {};  // by signal

  std::optional<ObjectiveReport> objective = {};
  std::vector<Levels> levels = {};  // that it wants, newest last

  Observation Seen() const;  // refers to this
  Decision Decide() const { return loadline::Decide(policy, plan, Seen()); }

  mutable CalendarLookup lookup = {};  // Seen() refers to these
  mutable std::vector<const SignalForecast*> forecast_list = {};
  std::vector<std::shared_ptr<const LearnedNumber>> learned = {};  // by signal
};

World MakeWorld(const std::string& spec);
// How many ticks the plan's longest window has.
std::size_t TicksOf(const World& world);
// Readings of so many ticks, `gaps` percent of them missing, in every way that a reading can be. Counts that are
// observed are whole and change in steps.
void Observe(Chance& chance, World& world, std::size_t ticks, int gaps);

// All of a decision as text: equal where the decisions are.
std::string WholeText(const Policy& policy, const Decision& decision);

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_RANDOM_WORLD_H_
