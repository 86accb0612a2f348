#include "scaling/replay_run.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "scaling/hpa.h"
#include "support/policy_builder.h"

namespace loadline {
namespace {

using testing::kObserved;
using testing::MakePolicy;
using State = ReadingState;

constexpr Duration kTick{15'000};
const Timestamp kBegin = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 1 / 5));

struct World {
  Parameters parameters = {{"namespace", "data"}, {"name", "app"}};
  Policy policy;
  QueryPlan plan;
  Recording recording;

  explicit World(std::string_view spec) : policy(MakePolicy(spec)), plan(*PlanQueries(policy, parameters)) {
    recording.begin = recording.from = kBegin;
    recording.interval = kTick;
  }
  World& Say(const std::string& text, std::vector<Reading> readings) {
    recording.ticks = readings.size();
    recording.queries.push_back({"default", text, std::move(readings)});
    return *this;
  }
  World& Say(const std::string& text, const std::vector<double>& values) {
    std::vector<Reading> readings;
    for (const double value : values) readings.push_back(std::isnan(value) ? Reading() : Reading{value, State::kValue});
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

const double kNone = std::nan("");

std::vector<float> Floats(std::initializer_list<double> values) { return {values.begin(), values.end()}; }

constexpr std::string_view kService =
    "replicas: { min: 1, max: 5 }\n"
    "signals: [ { name: requests, query: load, perReplica: 10 } ]\n";

TEST_CASE("The replicas follow the answers a tick later, and are ready after the start delay") {
  World world(kService);
  world.Say("load", std::vector<double>{10, 30, 30, 30, 30, 80, 80, 80, 80, 80});
  const ReplayResult result = world.Run();
  CHECK(result.series.wanted == Floats({1, 3, 3, 3, 3, 5, 5, 5, 5, 5}));
  // 10 a second at 80 % are two at first; the HPA's oldest rule looks at the highest of five minutes.
  CHECK(result.series.replicas == Floats({2, 2, 3, 3, 3, 3, 5, 5, 5, 5}));
  CHECK(result.series.ready == Floats({2, 2, 2, 2, 3, 3, 3, 3, 5, 5}));
  const ReplayTally total = result.Total();
  CHECK(total.seconds == 150);
  CHECK(total.replica_seconds == 15 * 36);
  CHECK(total.changes == 2);
  CHECK(total.min_seconds == 0);
  CHECK(total.max_seconds == 60);
  CHECK(total.judged_seconds == 150);
  CHECK(total.short_seconds == 15 * 8);  // 3 needed at ticks 1, 2, 3 with 2; 8 needed from tick 5 on
  CHECK(*total.Violations(false) == Approx(0.8));
  REQUIRE(result.worst.size() == 1);  // what is less than two minutes apart is one moment
  CHECK(result.worst[0].begin == kBegin + kTick);
  CHECK(result.worst[0].end == kBegin + 10 * kTick);
  CHECK(result.worst[0].peak == kBegin + 5 * kTick);
  CHECK(result.worst[0].needed == 8);
  CHECK(result.worst[0].ready == 3);
  CHECK(result.worst[0].severity == 15 * (1 + 1 + 1 + 5 + 5 + 5 + 3 + 3));
  CHECK(result.worst[0].said == "requests wants 8: 80 at 10 each; replicas.max is 5");
}

TEST_CASE("What really happened is judged alike") {
  World world(kService);
  world.Say("load", {10, 30, 30, 30, kNone, 80}).Say("seen", {1, 1, 3, 3, 3, kNone});
  WorkloadModel model = world.Model();
  model.observed = 1;
  const ReplayResult result = ReplayReality(world.recording, world.policy, model, world.Options());
  const ReplayTally total = result.Total();
  CHECK(total.counted_seconds == 75);
  CHECK(total.replica_seconds == 15 * 11);
  CHECK(total.changes == 1);
  CHECK(total.judged_seconds == 60);  // neither where the load is not known, nor where the replicas are not
  CHECK(total.short_seconds == 45);
  CHECK(total.min_seconds == 30);
}

TEST_CASE("Missing data is held, then an error; it is never zero, and not judged") {
  World world(std::string(kService) + "onMissing: { hold: 30s }\n");
  world.Say("load", {30, 30, 30, kNone, kNone, kNone, kNone, kNone, 30, 30});
  const ReplayResult result = world.Run();
  const float none = std::nanf("");
  const std::vector<float> wanted = {3, 3, 3, 3, 3, none, none, none, 3, 3};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    INFO("tick " << i);
    CHECK((std::isnan(wanted[i]) ? std::isnan(result.series.wanted[i]) : wanted[i] == result.series.wanted[i]));
    CHECK(result.series.replicas[i] >= 3);
  }
  const ReplayTally total = result.Total();
  CHECK(total.held_seconds == 30);
  CHECK(total.error_seconds == 45);
  CHECK(total.judged_seconds == 75);
  CHECK(total.short_seconds == 0);
  CHECK(result.first_error_time == kBegin + 5 * kTick);
  CHECK(result.first_error.find("not in the recording") != std::string::npos);
}

TEST_CASE("A queue follows the replicas that there would have been, not those that there were") {
  World world(
      "replicas: { min: 1, max: 20 }\n"
      "signals:\n  - name: work\n    backlog: { depth: depth, arrivals: arrivals, drainWithin: 1m, "
      "throughputPerReplica: 1 }\n");
  // One worker was there; ten items a second came, so the recorded queue grew by 9 * 15 a tick.
  std::vector<double> depth, arrivals, observed;
  for (int i = 0; i < 40; ++i) {
    arrivals.push_back(i < 20 ? 10 : 0);
    depth.push_back(std::min(i, 20) * 9 * 15);
    observed.push_back(1);
  }
  world.Say("depth", depth).Say("arrivals", arrivals).Say(kObserved, observed);
  const ReplayResult result = world.Run();
  CHECK(result.is_queue);
  CHECK(result.series.waiting.front() == 9 * 15);  // the first tick went as recorded: one was there
  CHECK(result.series.waiting.back() == 0);
  CHECK(*std::ranges::max_element(result.series.waiting) < 600);
  CHECK(result.Total().items == 20 * 150);
  const ReplayResult reality = ReplayReality(world.recording, world.policy, world.Model(), world.Options());
  CHECK(reality.series.waiting[5] == depth[6]);
  // At the last tick what waits after it is not known. Of 3000 items one worker served 300 by the end of the arrivals
  // and none after; those that it served first waited no longer than a minute: what came in ten minutes is nine late.
  CHECK(reality.Total().late == Approx(3000 - 15 * 4 - 15 - 6.67).margin(30));
  CHECK(result.Total().late < reality.Total().late / 3);
}

TEST_CASE("A mean over the replicas is spread over those that there would have been") {
  World world(
      "replicas: { min: 1, max: 10 }\n"
      "signals: [ { name: cpu, query: cpu, target: 0.5 } ]\n");
  // Four were there at 0.75: a load of three, which six have at 0.5.
  world.Say("cpu", std::vector<double>(40, 0.75)).Say(kObserved, std::vector<double>(40, 4));
  const ReplayResult result = world.Run();
  CHECK(result.series.load.front() == 3);
  CHECK(result.series.needed.front() == 6);
  CHECK(result.series.replicas.front() == 4);
  CHECK(result.series.replicas[1] == 6);
  CHECK(result.series.replicas.back() == 6);
  CHECK(result.series.wanted.back() == 6);
}

TEST_CASE("In the open loop each answer is that of the recorded replicas") {
  World world(
      "replicas: { min: 1, max: 10 }\n"
      "signals: [ { name: cpu, query: cpu, target: 0.5 } ]\n");
  world.Say("cpu", {0.75, 0.75, 0.25, 0.5}).Say(kObserved, {4, 4, 4, 6});
  ReplayOptions options = world.Options();
  options.open_loop = true;
  const ReplayResult result = world.Run(options);
  CHECK(result.series.wanted == Floats({6, 6, 2, 6}));
  CHECK(result.series.replicas == Floats({4, 4, 4, 6}));
}

TEST_CASE("At zero KEDA wakes to one, and goes back when nothing was active for the cooldown") {
  World world(
      "replicas: { min: 0, max: 5 }\nwhenIdle: load\n"
      "signals: [ { name: requests, query: load, perReplica: 10 } ]\n");
  std::vector<double> load(100, 0);
  for (int i = 10; i < 20; ++i) load[i] = 30;
  world.Say("load", load).Say(kObserved, std::vector<double>(100, 0));
  const ReplayResult result = world.Run();
  CHECK(result.series.replicas[10] == 0);
  CHECK(result.series.replicas[11] >= 1);
  CHECK(*std::ranges::max_element(result.series.replicas) == 3);
  CHECK(result.series.replicas[19 + 19] > 0);
  CHECK(result.series.replicas.back() == 0);
}

std::vector<double> Wave(std::mt19937& random, std::size_t ticks, double missing) {
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<double> load;
  for (std::size_t i = 0; i < ticks; ++i)
    load.push_back(uniform(random) < missing ? kNone
                                             : 40 + 30 * std::sin(static_cast<double>(i) / 40) + 10 * uniform(random));
  return load;
}

const std::vector<std::string> kPolicies = {
    std::string(kService) + "scaleDown: { stabilize: 5m, atMost: [ 50%/1m ], cooldown: 2m, hysteresis: 10% }\n",
    "replicas: { min: 0, max: 20 }\nwhenIdle: load\nsignals: [ { name: a, query: load, perReplica: 10, window: { over: "
    "1m, take: max } } ]\n"
    "rules: [ { name: burst, when: { signal: a, above: 60, for: 1m }, add: 2 } ]\n",
    "replicas: { min: 1, max: 20 }\nsignals: [ { name: a, query: load, target: 5 } ]\n",
    "replicas: { min: 1, max: 20 }\nsignals:\n  - { name: a, query: load, perReplica: 10 }\n"
    "  - { name: soon, forecast: { of: a, ahead: 2m, history: 1d, mode: active } }\n",
};

TEST_CASE("What is decided knows nothing of what comes later") {
  const auto seed = GENERATE(take(4, random(1, 1'000'000)));
  const std::string spec = GENERATE(from_range(kPolicies));
  INFO("seed " << seed << " of " << spec);
  std::mt19937 random(static_cast<unsigned>(seed));
  World world(spec);
  const std::size_t ticks = 400;
  std::vector<double> observed;
  for (std::size_t i = 0; i < ticks; ++i) observed.push_back(static_cast<double>(random() % 3 + 1));
  world.Say("load", Wave(random, ticks, 0.1)).Say(kObserved, observed);
  const ReplayResult whole = world.Run();
  const std::size_t cut = 50 + random() % 300;
  World part = world;
  part.recording = world.recording.Until(world.recording.TimeAt(cut));
  const ReplayResult prefix = part.Run();
  REQUIRE(prefix.series.wanted.size() == cut);
  for (std::size_t i = 0; i < cut; ++i) {
    const float a = whole.series.wanted[i], b = prefix.series.wanted[i];
    REQUIRE((a == b || (std::isnan(a) && std::isnan(b))));
    REQUIRE(whole.series.replicas[i] == prefix.series.replicas[i]);
  }
}

// The same, slowly: windows are copied, and nothing is kept from one tick to the next.
float DecidedAlone(const World& world, std::size_t tick) {
  std::vector<std::vector<Reading>> windows;
  for (const PlannedQuery& query : world.plan.queries) {
    const int recorded = world.recording.Find(query.source, query.text);
    std::vector<Reading>& window = windows.emplace_back();
    for (Duration ago = query.window; ago >= Duration(0); ago -= kTick) {
      const Timestamp time = world.recording.TimeAt(tick) - ago;
      if (time >= kBegin) window.push_back(world.recording.queries[recorded].readings[world.recording.TickAt(time)]);
    }
  }
  Observation seen;
  seen.now = world.recording.TimeAt(tick);
  seen.interval = kTick;
  for (const auto& window : windows)
    seen.windows.push_back({window, window.back().state == State::kValue ? "" : "no answer"});
  const Decision decision = Decide(world.policy, world.plan, seen);
  return decision.error ? std::nanf("") : static_cast<float>(decision.wanted);
}

TEST_CASE("In the open loop a replay is what deciding by itself at each tick is") {
  const auto seed = GENERATE(take(5, random(1, 1'000'000)));
  const std::size_t which = GENERATE(0u, 1u, 2u);
  INFO("seed " << seed << " of " << kPolicies[which]);
  std::mt19937 random(static_cast<unsigned>(seed));
  World world(kPolicies[which]);
  std::vector<double> observed;
  for (std::size_t i = 0; i < 300; ++i)
    observed.push_back(random() % 20 == 0 ? kNone : static_cast<double>(random() % 6));
  world.Say("load", Wave(random, 300, 0.1)).Say(kObserved, observed);
  ReplayOptions options = world.Options();
  options.open_loop = true;
  const ReplayResult result = world.Run(options);
  for (std::size_t tick = 0; tick < 300; ++tick) {
    INFO("tick " << tick);
    const float alone = DecidedAlone(world, tick), replayed = result.series.wanted[tick];
    REQUIRE((alone == replayed || (std::isnan(alone) && std::isnan(replayed))));
  }
}

TEST_CASE("The laws of objectives are those that serve would have had") {
  const bool is_queue = GENERATE(false, true);
  INFO("queue: " << is_queue);
  World world(is_queue ? "replicas: { min: 1, max: 40 }\n"
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
  World world(kPolicies[3]);
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
        if (reading.state == State::kValue) values[values.size() - 1 - ago] = static_cast<float>(reading.value);
      }
      return values;
    };
    const Timestamp judged = TrustTime(fit.fitted, planned, times);
    TrustMemo memo;
    const Trust trust = JudgeForecast(history(judged, JudgedHistory(planned, times)), judged, planned, times, memo);
    CHECK(fit == FitForecast(history(fit.fitted, times.history), fit.fitted, trust, planned, times));
  }
}

TEST_CASE("What cannot be replayed is told") {
  World world(kService);
  world.Say("other", std::vector<double>{1, 2});
  const Status checked = CheckReplay(world.recording, world.member(), world.Options());
  REQUIRE_FALSE(checked);
  CHECK(
      checked.error().message ==
      "policy data/test: the recording does not have load: record it with this policy, its parameters and its object");
  World depends(
      "replicas: { min: 1, max: 5 }\nsignals: [ { name: a, dependsOn: { object: data/b, relation: proportional, ratio: "
      "2 } } ]\n");
  const Status depending = CheckReplay(depends.recording, depends.member(), depends.Options());
  REQUIRE_FALSE(depending);
  CHECK(depending.error().message.find("it depends on what another workload desires") != std::string::npos);
}

TEST_CASE("The workload is found from the policy, or said") {
  World world(kService);
  world.Say("load", std::vector<double>{1, 2}).Say("depth", std::vector<double>{1, 2});
  CHECK(world.Model().load == 0);
  CHECK(world.Model().load_name == "requests");
  CHECK(world.Model().capacity == 10);
  CHECK_FALSE(world.Model().is_queue());
  WorkloadAsked asked;
  asked.queue = "depth";
  asked.deadline = std::chrono::minutes(2);
  asked.capacity = 4;
  CHECK(world.Model(asked).queue == 1);
  CHECK(world.Model(asked).is_queue());
  CHECK(world.Model(asked).capacity == 4);
  const ReplayMember members[] = {world.member()};
  const auto message = [&](const WorkloadAsked& bad) {
    return FindWorkload(world.recording, members, bad).error().message;
  };
  WorkloadAsked bad;
  bad.load = "request";
  CHECK(message(bad) == "--load: want a signal or the text of a recorded query; found \"request\" (signals: requests)");
  bad.load = "depth";
  CHECK(message(bad) == "--load depth: say with --capacity what one replica serves in a second");
  bad = {};
  bad.queue = "depth";
  CHECK(message(bad) == "say with --deadline how long an item may wait");
}

}  // namespace
}  // namespace loadline
