#include "controller/controller.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "support/eventually.h"
#include "support/fake_sources.h"
#include "support/policy_builder.h"
#include "support/simulated_clock.h"
#include "support/temp_dir.h"
#include "system/files.h"

namespace loadline {
namespace {

using std::chrono::seconds;
using testing::Eventually;
using testing::Failed;
using testing::FakeMetricSource;
using testing::FakePolicySource;
using testing::SimulatedClock;
using testing::TempDir;
using testing::Value;

// On a multiple of every interval that the tests use.
const Timestamp kStart{std::chrono::hours(480'000)};

constexpr std::string_view kLag =
    "signals: [ { name: lag, query: lag, perReplica: 10 } ]\nonMissing: { hold: 1m, then: error }";

// A controller with a clock, a source and policies of its own.
struct Pod {
  explicit Pod(
      FakeMetricSource::Said said = [](const std::string&, Timestamp) { return Value(30); },
      Timestamp start = kStart + seconds(7), std::string data_dir = "")
      : clock(start), source(std::make_shared<FakeMetricSource>(std::move(said))) {
    options.data_dir = std::move(data_dir);
    options.encode = nullptr;
    options.max_bindings = 100;
  }
  ~Pod() {
    if (controller) controller->Stop();
  }

  void Start() {
    std::vector<NamedSource> sources = {{"default", "fake", {}, source}, {"private", "fake", {"team-*"}, source}};
    controller = MakeController(options, std::move(sources), policies, clock, NoLog(), instruments);
    controller->Start();
  }
  void Give(std::string_view spec) {
    PolicySet set;
    set.policies = {std::make_shared<Policy>(testing::MakePolicy(spec))};
    policies.Give(std::move(set));
  }
  std::shared_ptr<Binding> Find(const std::string& name = "app", const std::string& policy = "test",
                                const std::string& object_namespace = "data") {
    const std::vector<std::pair<std::string_view, std::string_view>> metadata = {{"policy", policy}};
    return controller->Find({object_namespace, name, metadata});
  }
  // The time of the tick that is due next, at which the controller waits (after its delay).
  Timestamp NextTick() const { return AlignDown(clock.Now() - options.delay, options.interval) + options.interval; }
  void RunTick() {
    const Timestamp tick = NextTick();
    clock.AwaitWaiter(tick + options.delay);
    clock.Set(tick + options.delay);
    clock.AwaitWaiter(tick + options.interval + options.delay);
  }

  ControllerOptions options;
  SimulatedClock clock;
  std::shared_ptr<FakeMetricSource> source;
  FakePolicySource policies;
  Instruments instruments;
  std::unique_ptr<Controller> controller;
};

std::shared_ptr<const PublishedAnswer> Await(const std::shared_ptr<Binding>& binding) {
  REQUIRE(Eventually([&] { return binding->Latest() != nullptr; }));
  return binding->Latest();
}

TEST_CASE("A new binding is decided at once, for the tick that has just been") {
  Pod pod;
  pod.Give(kLag);
  pod.Start();
  const auto answer = Await(pod.Find());
  CHECK(answer->time == kStart);
  CHECK(answer->decision.replicas == 3);
  CHECK_FALSE(answer->error);
}

TEST_CASE("Ticks are at multiples of the interval, and asked for after the delay, for the tick's time") {
  Pod pod;
  pod.Give(kLag);
  pod.Start();
  const auto binding = pod.Find();
  Await(binding);
  const std::vector<Question> first = pod.source->TakeQuestions();
  REQUIRE(first.size() == 1);
  // The window of `hold` is filled by one range query.
  CHECK(first[0].begin == kStart - seconds(60));
  CHECK(first[0].end == kStart);
  CHECK(first[0].step == seconds(15));

  for (int tick = 1; tick <= 3; ++tick) {
    pod.RunTick();
    const std::vector<Question> asked = pod.source->TakeQuestions();
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].begin == kStart + seconds(15 * tick));
    CHECK(asked[0].end == asked[0].begin);
    CHECK(binding->Latest()->time == kStart + seconds(15 * tick));
  }
}

TEST_CASE("Each distinct query is asked once a tick, however many bindings use it") {
  Pod pod;
  pod.Give(kLag);
  pod.Start();
  for (int i = 0; i < 50; ++i) Await(pod.Find("app-" + std::to_string(i)));
  pod.source->TakeQuestions();
  pod.RunTick();
  CHECK(pod.source->TakeQuestions().size() == 1);
}

TEST_CASE("Without policies there is no answer yet; with them the binding is decided") {
  Pod pod;
  pod.Start();
  const auto binding = pod.Find();
  const auto none = CurrentAnswer(*binding, pod.clock.Now());
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Code::kUnavailable);
  CHECK(none.error().message == "there is no decision for data/app yet: its first readings are still on their way");
  pod.Give(kLag);
  CHECK(Await(binding)->decision.replicas == 3);
}

TEST_CASE("What cannot be decided is an error that says why") {
  Pod pod;
  PolicySet set;
  auto own =
      std::make_shared<Policy>(testing::MakePolicy("signals: [ { name: lag, query: 'lag{p=\"${p}\"}', perReplica: 10 } "
                                                   "]\nparameters: { p: { pattern: \"[a-z]+\" } }"));
  auto shared = std::make_shared<Policy>(*own);
  shared->policy_namespace = "";
  shared->name = "shared";
  shared->allowed_namespaces = {"team-*"};
  auto secret = std::make_shared<Policy>(testing::MakePolicy(kLag));
  secret->name = "secret";
  secret->source = "private";
  auto nowhere = std::make_shared<Policy>(testing::MakePolicy(kLag));
  nowhere->name = "nowhere";
  nowhere->source = "thanos";
  set.policies = {own, shared, secret, nowhere};
  Problem problem{{3, 9}, "spec.signals", "is required", "nothing", "", Severity::kError};
  set.problems = {{"a.yaml", problem, "data", "broken", false}};
  pod.policies.Give(std::move(set));
  pod.Start();

  struct Row {
    const char* policy;
    std::vector<std::pair<std::string_view, std::string_view>> more;
    Code code;
    const char* message;
  };
  const std::vector<Row> rows = {
      {"tset", {}, Code::kNotFound, "there is no policy \"tset\" for namespace data (did you mean test?)"},
      {"shared",
       {{"p", "x"}},
       Code::kPermissionDenied,
       "policy shared may not be used from namespace data: its allowedNamespaces are team-*"},
      {"broken",
       {},
       Code::kFailedPrecondition,
       "policy data/broken is not valid: a.yaml:3:9: spec.signals: is required; found nothing"},
      {"secret", {}, Code::kPermissionDenied, "source private may not be used from namespace data"},
      {"nowhere", {}, Code::kFailedPrecondition, "source thanos is not configured; there is default and private"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.policy);
    std::vector<std::pair<std::string_view, std::string_view>> metadata = row.more;
    metadata.emplace_back("policy", row.policy);
    const auto binding = pod.controller->Find({"data", "app", metadata});
    Await(binding);
    const auto answer = CurrentAnswer(*binding, pod.clock.Now());
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == row.code);
    CHECK(answer.error().message == row.message);
  }
  const std::vector<std::pair<std::string_view, std::string_view>> none;
  const auto unnamed = pod.controller->Find({"data", "app", none});
  Await(unnamed);
  CHECK(CurrentAnswer(*unnamed, pod.clock.Now()).error().message ==
        "the trigger's metadata has no policy; want policy: NAME");
  for (const char* bad : {"", "A", "a b"}) {
    CAPTURE(bad);
    const std::vector<std::pair<std::string_view, std::string_view>> metadata = {{"policy", "test"}, {"p", bad}};
    const auto binding = pod.controller->Find({"data", "app", metadata});
    Await(binding);
    const auto answer = CurrentAnswer(*binding, pod.clock.Now());
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == Code::kInvalidArgument);
  }
}

TEST_CASE("A changed policy is in force for its bindings at once, without a tick") {
  Pod pod;
  pod.Give(kLag);
  pod.Start();
  const auto binding = pod.Find();
  REQUIRE(Await(binding)->decision.replicas == 3);
  pod.Give("signals: [ { name: lag, query: lag, perReplica: 5 } ]");
  CHECK(Eventually([&] { return binding->Latest()->decision.replicas == 6; }));
}

TEST_CASE("A decision is no answer any more when ticks stop") {
  Pod pod;
  pod.Give(kLag);
  pod.Start();
  const auto binding = pod.Find();
  const auto answer = Await(binding);
  CHECK(CurrentAnswer(*binding, answer->valid_until));
  const auto late = CurrentAnswer(*binding, answer->valid_until + Duration(1));
  REQUIRE_FALSE(late);
  CHECK(late.error().code == Code::kUnavailable);
  CHECK(late.error().message.find("ticks are not being completed") != std::string::npos);
  // hold (1m), and the delay of 2 s by which every tick is late.
  CHECK(answer->valid_until == kStart + seconds(62));
}

TEST_CASE("Bindings survive a restart, with the parameters of their triggers") {
  const TempDir dir;
  {
    Pod pod([](const std::string&, Timestamp) { return Value(30); }, kStart + seconds(7), dir.path());
    pod.Give(kLag);
    pod.Start();
    Await(pod.Find("one"));
    Await(pod.Find("two"));
  }
  Pod pod([](const std::string&, Timestamp) { return Value(50); }, kStart + seconds(22), dir.path());
  pod.Give(kLag);
  pod.Start();
  // Nobody has called.
  CHECK(pod.controller->Bindings().size() == 2);
  for (const auto& binding : pod.controller->Bindings()) CHECK(Await(binding)->decision.replicas == 5);
}

TEST_CASE("A file of bindings that cannot be read is put aside, and nothing stops") {
  const TempDir dir;
  dir.Write("bindings.json",
            GENERATE("", "{", "[]", R"({"version":9,"bindings":[]})", R"({"version":1,"bindings":[7]})"));
  Pod pod([](const std::string&, Timestamp) { return Value(30); }, kStart + seconds(7), dir.path());
  pod.Give(kLag);
  pod.Start();
  CHECK(pod.controller->Bindings().empty());
  CHECK(Await(pod.Find())->decision.replicas == 3);
  CHECK(std::filesystem::exists(dir / "bindings.json.bad"));
}

TEST_CASE("A binding is forgotten when it has not called for long, unless a stream is open") {
  Pod pod;
  pod.options.forget_after = seconds(60);
  pod.Give(kLag);
  pod.Start();
  const auto streaming = pod.Find("streaming");
  Await(streaming);
  Await(pod.Find("gone"));
  const Binding::Ticket ticket = streaming->Subscribe([](bool) {});
  for (int i = 0; i < 6; ++i) {
    Await(pod.Find("calling"));
    pod.RunTick();
  }
  std::vector<std::string> names;
  for (const auto& binding : pod.controller->Bindings()) names.push_back(binding->key().object_name);
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"calling", "streaming"});
  streaming->Cancel(ticket);
}

TEST_CASE("There are no more bindings than allowed") {
  Pod pod;
  pod.options.max_bindings = 2;
  pod.Give(kLag);
  pod.Start();
  CHECK(pod.Find("a") != nullptr);
  CHECK(pod.Find("b") != nullptr);
  CHECK(pod.Find("c") == nullptr);
  CHECK(pod.Find("a") != nullptr);
}

TEST_CASE("Ticks that were missed are left out, and a clock set back is followed") {
  Pod pod;
  pod.Give(kLag);
  pod.Start();
  const auto binding = pod.Find();
  Await(binding);
  pod.RunTick();
  // Five ticks pass while the process is stopped: the one that was due comes late, then the latest at once.
  pod.clock.AwaitWaiter(kStart + seconds(32));
  pod.clock.Set(kStart + seconds(108));
  pod.clock.AwaitWaiter(kStart + seconds(122));
  CHECK(binding->Latest()->time == kStart + seconds(105));
  CHECK(pod.instruments.Text().find("loadline_missed_ticks_total 4") != std::string::npos);
}

TEST_CASE("Activity: the first state that is known, then each change, once; an error says nothing") {
  std::atomic<double> lag{0};
  std::atomic<bool> fails{false};
  Pod pod([&](const std::string&, Timestamp) { return fails ? Failed() : Value(lag); });
  pod.Give("signals: [ { name: lag, query: lag, perReplica: 10 } ]\nonMissing: { hold: 0s, then: error }");
  pod.Start();
  const auto binding = pod.Find();
  Await(binding);
  std::vector<bool> heard;
  const Binding::Ticket ticket = binding->Subscribe([&](bool active) { heard.push_back(active); });
  CHECK(heard == std::vector<bool>{false});
  auto tick = [&](double value, bool fail) {
    lag = value;
    fails = fail;
    pod.RunTick();
  };
  tick(5, false);
  tick(6, false);
  tick(6, true);
  tick(7, false);
  tick(0, false);
  tick(1, false);
  CHECK(heard == std::vector<bool>{false, true, false, true});
  binding->Cancel(ticket);
}

// design: "pods started at random times, with faults of their own, agree wherever their readings are equal".
TEST_CASE("Pods that started at different times and whose source failed at different times agree afterwards") {
  const unsigned seed = GENERATE(take(5, random(0u, 1'000'000u)));
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::map<std::pair<int, std::int64_t>, bool> fault;  // (pod, tick) -> the source was away
  std::mutex mutex;
  auto said = [&](int pod) {
    return [&, pod](const std::string& query, Timestamp time) {
      const std::int64_t tick = time.time_since_epoch() / seconds(15);
      const std::lock_guard lock(mutex);
      if (fault[{pod, tick}]) return Failed();
      return Value(static_cast<double>((tick * 7919 + static_cast<std::int64_t>(query.size())) % 100));
    };
  };
  constexpr std::string_view kWindowed =
      "signals:\n"
      "  - { name: lag, query: lag, perReplica: 10, window: { over: 2m, take: max } }\n"
      "  - { name: mean, query: load, perReplica: 7, window: { over: 1m, take: avg } }\n"
      "onMissing: { hold: 3m, then: error }";
  Pod first(said(1));
  Pod second(said(2), kStart + seconds(7 + static_cast<int>(random() % 5) * 15));
  for (Pod* pod : {&first, &second}) pod->Give(kWindowed);
  first.Start();
  const auto one = first.Find();
  Await(one);
  while (first.clock.Now() < second.clock.Now() - seconds(15)) first.RunTick();
  second.Start();
  const auto two = second.Find();
  Await(two);
  int compared = 0;
  for (int tick = 0; tick < 60; ++tick) {
    {
      // A fault lasts while it lasts: afterwards the source knows those ticks, too.
      const std::lock_guard lock(mutex);
      fault.clear();
      const bool calm = tick % 6 == 5;
      for (int pod = 1; pod <= 2; ++pod) {
        const bool away = !calm && random() % 3 == 0;
        if (!away) continue;
        for (std::int64_t t = 0; t < 400; ++t) fault[{pod, kStart.time_since_epoch() / seconds(15) + t - 100}] = true;
      }
    }
    while (first.NextTick() <= second.NextTick()) first.RunTick();
    second.RunTick();
    bool clean = true;
    {
      const std::lock_guard lock(mutex);
      for (const auto& [_, away] : fault) clean = clean && !away;
    }
    if (one->Latest()->time != two->Latest()->time || !clean) continue;
    ++compared;
    CHECK(one->Latest()->decision.replicas == two->Latest()->decision.replicas);
    CHECK(one->Latest()->decision.active == two->Latest()->decision.active);
  }
  CHECK(compared >= 5);
}

}  // namespace
}  // namespace loadline
