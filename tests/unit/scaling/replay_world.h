// A policy, and a recording of what its queries said, to be replayed.
#ifndef LOADLINE_TESTS_UNIT_SCALING_REPLAY_WORLD_H_
#define LOADLINE_TESTS_UNIT_SCALING_REPLAY_WORLD_H_

#include <cmath>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scaling/replay_run.h"
#include "support/policy_builder.h"

namespace loadline::testing {

inline constexpr Duration kTick{15'000};
inline const Timestamp kBegin = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 1 / 5));
inline const double kNone = std::nan("");

inline constexpr std::string_view kService =
    "replicas: { min: 1, max: 5 }\n"
    "signals: [ { name: requests, query: load, perReplica: 10 } ]\n";

inline constexpr std::string_view kForecast =
    "replicas: { min: 1, max: 20 }\nsignals:\n  - { name: a, query: load, perReplica: 10 }\n"
    "  - { name: soon, forecast: { of: a, ahead: 2m, history: 1d, mode: active } }\n";

struct ReplayWorld {
  Parameters parameters = {{"namespace", "data"}, {"name", "app"}};
  Policy policy;
  QueryPlan plan;
  Recording recording;

  explicit ReplayWorld(std::string_view spec) : policy(MakePolicy(spec)), plan(*PlanQueries(policy, parameters)) {
    recording.begin = recording.from = kBegin;
    recording.interval = kTick;
  }
  ReplayWorld& Say(const std::string& text, std::vector<Reading> readings) {
    recording.ticks = readings.size();
    recording.queries.push_back({"default", text, std::move(readings)});
    return *this;
  }
  ReplayWorld& Say(const std::string& text, const std::vector<double>& values) {
    std::vector<Reading> readings;
    for (const double value : values)
      readings.push_back(std::isnan(value) ? Reading() : Reading{value, ReadingState::kValue});
    return Say(text, std::move(readings));
  }
  ReplayMember member() const { return {&policy, &plan, &parameters}; }
  WorkloadModel Model(const WorkloadAsked& asked = {}) const {
    const ReplayMember members[] = {member()};
    const auto model = FindWorkload(recording, members, asked);
    if (!model) throw std::runtime_error(model.error().message);
    return *model;
  }
  ReplayOptions Options() const {
    ReplayOptions options;
    options.begin = kBegin;
    options.end = recording.TimeAt(recording.ticks);
    return options;
  }
  ReplayResult Run(ReplayOptions options, const WorkloadAsked& asked = {}) const {
    const Status checked = CheckReplay(recording, member(), options);
    if (!checked) throw std::runtime_error(checked.error().message);
    ReplayForecasts forecasts(recording, std::chrono::minutes(10), std::chrono::minutes(1));
    return Replay(recording, member(), Model(asked), options, forecasts);
  }
  ReplayResult Run() const { return Run(Options()); }
};

// A load that rises and falls about once an hour; the share `missing` of it is not known.
inline std::vector<double> Wave(std::mt19937& random, std::size_t ticks, double missing) {
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<double> load;
  for (std::size_t i = 0; i < ticks; ++i)
    load.push_back(uniform(random) < missing ? kNone
                                             : 40 + 30 * std::sin(static_cast<double>(i) / 40) + 10 * uniform(random));
  return load;
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_SCALING_REPLAY_WORLD_H_
