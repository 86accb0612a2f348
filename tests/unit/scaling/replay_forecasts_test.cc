#include "scaling/replay_forecasts.h"

#include <catch2/catch.hpp>
#include <random>

#include "unit/scaling/replay_world.h"

namespace loadline::testing {
namespace {

TEST_CASE("The laws of objectives are those that serve would have had") {
  const bool is_queue = GENERATE(false, true);
  INFO("queue: " << is_queue);
  ReplayWorld world(is_queue
                        ? "replicas: { min: 1, max: 40 }\n"
                          "signals:\n  - name: work\n    backlog: { depth: depth, arrivals: load, drainWithin: 2m, "
                          "throughputPerReplica: 10 }\n"
                          "objective: { deadline: 2m, late: 1%, capacity: 10, startDelay: 1m }\n"
                        : "replicas: { min: 1, max: 40 }\nsignals: [ { name: a, query: load, perReplica: 10 } ]\n"
                          "objective: { violations: 1%, capacity: 10, startDelay: 30s }\n");
  std::mt19937 random(7);
  const std::size_t day = 24 * 240;
  std::vector<double> load = Wave(random, 3 * day, 0.01);
  load[0] = kNone;
  world.Say("load", load);
  if (is_queue) world.Say("depth", std::vector<double>(3 * day, 5));
  ReplayForecasts forecasts(world.recording, std::chrono::minutes(10), std::chrono::minutes(1));
  const PlannedForecast planned = **PlanObjective(world.policy, world.plan, kTick);
  for (const std::size_t tick : {100 * std::size_t{1}, day, 2 * day + 100, 3 * day - 1}) {
    const auto fit = forecasts.ObjectiveAt(planned, world.recording.TimeAt(tick));
    const Timestamp fitted = AlignDown(world.recording.TimeAt(tick) - std::chrono::minutes(1), kRefitEvery);
    CHECK(fit->fitted == fitted);
    std::vector<double> history;
    for (std::size_t i = 0; fitted >= kBegin && i <= world.recording.TickAt(fitted); ++i)
      history.push_back(static_cast<double>(static_cast<float>(load[i])));
    const auto expected = FitObjective(history, fitted, *planned.objective);
    CHECK(*fit->model->report() == *expected->model->report());
    CHECK(fit->readings.size() == expected->readings.size());
    CHECK(fit->model->report()->has_model == (tick > 2 * day));
  }
  // And the decisions go by them.
  ReplayOptions options = world.Options();
  options.explain_at = {world.recording.TimeAt(3 * day - 1)};
  const ReplayResult result = world.Run(options);
  CHECK(result.said.begin()->second.find("as a model") == std::string::npos);
  CHECK(result.Total().error_seconds == 15);  // nothing is known of the first tick, and there is nothing to hold
}

TEST_CASE("Forecasts that are made ahead are those that a replay makes itself, and those of serve") {
  ReplayWorld world(kForecast);
  std::mt19937 random(5);
  world.Say("load", Wave(random, 2 * 24 * 240, 0.02));
  const PlannedForecast planned =
      *PlanForecasts(world.policy, world.plan, [](const std::string&) { return nullptr; })[1];
  const Timestamp begin = world.recording.TimeAt(24 * 240 + 100), end = begin + std::chrono::hours(4);
  ReplayForecasts alone(world.recording, std::chrono::minutes(10), std::chrono::minutes(1));
  ReplayForecasts ahead(world.recording, std::chrono::minutes(10), std::chrono::minutes(1));
  const std::vector<ForecastJob> jobs = ahead.Jobs(planned, begin, end);
  CHECK(jobs.size() == 5);  // one for each hour that is begun
  TrustMemos memos;
  for (const ForecastJob& job : jobs) ahead.Keep(job, ahead.Make(job, memos));
  CHECK(ahead.Jobs(planned, begin, end).empty());
  const ForecastTimes times = TimesOf(planned, kTick, std::chrono::minutes(10));
  for (Timestamp now = begin; now < end; now += std::chrono::minutes(7)) {
    const SignalForecast fit = *alone.At(planned, now);
    CHECK(fit == *ahead.At(planned, now));
    CHECK(fit.fitted == AlignDown(now - std::chrono::minutes(1), std::chrono::minutes(10)));
    // As the board of serve does it: values by minute, as floats, up to the times of the fit and of its judgement.
    const auto history = [&](Timestamp until, int count) {
      std::vector<double> values(static_cast<std::size_t>(count), kNone);
      for (std::size_t ago = 0; ago < values.size(); ++ago) {
        const Timestamp time = until - times.step * static_cast<int>(ago);
        if (time < kBegin) break;
        const Reading& reading = world.recording.queries[0].readings[world.recording.TickAt(time)];
        if (reading.state == ReadingState::kValue) values[values.size() - 1 - ago] = static_cast<float>(reading.value);
      }
      return values;
    };
    const Timestamp judged = TrustTime(fit.fitted, planned, times);
    TrustMemo memo;
    const Trust trust = JudgeForecast(history(judged, JudgedHistory(planned, times)), judged, planned, times, memo);
    CHECK(fit == FitForecast(history(fit.fitted, times.history), fit.fitted, trust, planned, times));
  }
}

}  // namespace
}  // namespace loadline::testing
