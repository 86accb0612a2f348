// What the controller does when time does not go on as it should: clocks that jump, sources that are slow, and Stop.
#include <atomic>
#include <catch2/catch.hpp>
#include <future>

#include "unit/controller/pod.h"

namespace loadline {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::Await;
using testing::Eventually;
using testing::kLag;
using testing::kStart;
using testing::Pod;
using testing::SimulatedClock;
using testing::Value;

bool Counted(const Pod& pod, const std::string& line) {
  return pod.instruments.Text().find("\n" + line + "\n") != std::string::npos;
}

TEST_CASE("Ticks that were missed are left out and counted") {
  Pod pod;
  pod.Give(kLag);
  pod.Start();
  const auto binding = pod.Find();
  Await(binding);
  pod.RunTick();
  CHECK(Counted(pod, "loadline_missed_ticks_total 0"));
  pod.source->TakeQuestions();
  // Five ticks pass while the process is stopped: the one that was due comes late, then the latest at once.
  pod.clock.AwaitWaiter(kStart + seconds(32));
  pod.clock.Set(kStart + seconds(108));
  pod.clock.AwaitWaiter(kStart + seconds(122));
  CHECK(binding->Latest()->time == kStart + seconds(105));
  CHECK(Counted(pod, "loadline_missed_ticks_total 4"));
  // The window has no hole: what was missed is asked for.
  const std::vector<Question> asked = pod.source->TakeQuestions();
  REQUIRE(asked.size() == 2);
  CHECK(asked[1].begin == kStart + seconds(45));
  CHECK(asked[1].end == kStart + seconds(105));
}

TEST_CASE("A clock that jumps ahead by a day: the window is asked for as at a start") {
  Pod pod;
  pod.options.forget_after = hours(48);
  pod.Give(kLag);
  pod.Start();
  const auto binding = pod.Find();
  Await(binding);
  pod.clock.AwaitWaiter(kStart + seconds(17));
  pod.source->TakeQuestions();
  pod.clock.Set(kStart + hours(24) + seconds(7));
  pod.clock.AwaitWaiter(kStart + hours(24) + seconds(17));
  CHECK(binding->Latest()->time == kStart + hours(24));
  CHECK(Counted(pod, "loadline_missed_ticks_total 5758"));  // 5,760 passed; the first and the last were decided
  const std::vector<Question> asked = pod.source->TakeQuestions();
  REQUIRE(asked.size() == 2);
  CHECK(asked[1].begin == kStart + hours(24) - seconds(60));
  CHECK(asked[1].end == kStart + hours(24));
}

TEST_CASE("A clock that is set back is followed at once: no answer stands until its time comes again") {
  const Duration back = GENERATE(as<Duration>{}, seconds(90), hours(1), hours(24 * 365));
  CAPTURE(FormatDuration(back));
  std::atomic<double> lag{30};
  Pod pod([&](const std::string&, Timestamp) { return Value(lag); });
  pod.Give(kLag);
  pod.Start();
  const auto binding = pod.Find();
  Await(binding);
  std::vector<bool> heard;
  std::mutex mutex;
  const auto ticket = binding->Subscribe([&](bool active) {
    const std::lock_guard lock(mutex);
    heard.push_back(active);
  });
  pod.RunTick();
  REQUIRE(binding->Latest()->time == kStart + seconds(15));

  lag = 80;
  pod.clock.AwaitWaiter(kStart + seconds(32));
  const Timestamp now = kStart + seconds(20) - back;
  pod.clock.Set(now);
  const Timestamp tick = AlignDown(now - pod.options.delay, pod.options.interval);
  REQUIRE(Eventually([&] { return binding->Latest()->time == tick; }));
  CHECK(binding->Latest()->decision.replicas == 8);
  CHECK(binding->Latest()->valid_until == tick + seconds(62));
  CHECK(pod.log.Count("clock_set_back") == 1);

  // And on from there.
  lag = 0;
  for (int i = 1; i <= 3; ++i) {
    pod.RunTick();
    CHECK(binding->Latest()->time == tick + seconds(15 * i));
    CHECK(binding->Latest()->decision.replicas == 0);
  }
  CHECK(pod.controller->State().last_tick == tick + seconds(45));
  CHECK(Counted(pod, "loadline_missed_ticks_total 0"));
  CHECK(pod.log.Count("clock_set_back") == 1);
  binding->Cancel(ticket);
  CHECK(heard == std::vector<bool>{true, false});
}

TEST_CASE("A new binding and a changed policy are decided at once after the clock was set back, too") {
  Pod pod;
  pod.Give(kLag);
  pod.Start();
  const auto binding = pod.Find();
  Await(binding);
  pod.RunTick();
  pod.clock.Set(kStart - hours(1) + seconds(7));
  REQUIRE(Eventually([&] { return binding->Latest()->time == kStart - hours(1); }));
  CHECK(Await(pod.Find("new"))->time == kStart - hours(1));
  pod.Give("signals: [ { name: lag, query: lag, perReplica: 5 } ]");
  CHECK(Eventually([&] { return binding->Latest()->decision.replicas == 6; }));
}

TEST_CASE("A clock that is set back by less than a tick changes nothing: no tick is decided twice") {
  Pod pod;
  pod.Give(kLag);
  pod.Start();
  const auto binding = pod.Find();
  Await(binding);
  pod.RunTick();
  pod.source->TakeQuestions();
  pod.clock.Set(kStart + seconds(17) - Duration(1));
  pod.clock.AwaitWaiter(kStart + seconds(32));
  pod.clock.Set(kStart + seconds(32));
  pod.clock.AwaitWaiter(kStart + seconds(47));
  CHECK(binding->Latest()->time == kStart + seconds(30));
  const std::vector<Question> asked = pod.source->TakeQuestions();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].begin == kStart + seconds(30));
  CHECK(pod.log.Count("clock_set_back") == 0);
}

// Takes all of its budget, by the pod's clock, and then has nothing.
struct SlowSource : MetricSource {
  explicit SlowSource(SimulatedClock& c) : clock(c) {}
  std::vector<Answer> Ask(const std::vector<Question>& questions, Duration budget) override {
    std::vector<Answer> answers;
    for (const Question& question : questions) {
      const auto times = question.begin == question.end ? 1 : (question.end - question.begin) / question.step + 1;
      answers.push_back({std::vector<Reading>(static_cast<std::size_t>(times)), "timed out"});
    }
    if (slow) clock.WaitUntil(clock.Now() + budget, stopping.get_token());
    return answers;
  }
  SimulatedClock& clock;
  std::atomic<bool> slow{false};
  std::stop_source stopping;
};

// A pod whose policy "test" asks a source that is well, and "ill" a slow one.
struct PodOfTwoSources : Pod {
  PodOfTwoSources() {
    sources.push_back({"slow", "fake", {}, slow});
    GiveBoth(kLag);
    Start();
    bad = Find("bad", "ill");
    Await(bad);
  }
  ~PodOfTwoSources() { slow->stopping.request_stop(); }

  void GiveBoth(std::string_view spec) {
    auto well = std::make_shared<Policy>(testing::MakePolicy(spec));
    auto ill = std::make_shared<Policy>(*well);
    ill->name = "ill";
    ill->source = "slow";
    policies.Give({{well, ill}, {}});
  }
  // Until the slow source is asked, now.
  void AwaitSlow() { clock.AwaitWaiter(clock.Now() + options.budget); }

  std::shared_ptr<SlowSource> slow = std::make_shared<SlowSource>(clock);
  std::shared_ptr<Binding> bad;
};

TEST_CASE("A source that is slow: the tick ends within its budget, and other sources' bindings do not wait for it") {
  PodOfTwoSources pod;
  const auto good = pod.Find("good");
  Await(good);
  pod.clock.AwaitWaiter(kStart + seconds(17));
  pod.slow->slow = true;

  for (int tick = 1; tick <= 3; ++tick) {
    CAPTURE(tick);
    const Timestamp due = kStart + seconds(15 * tick + 2);
    pod.clock.Set(due);
    pod.AwaitSlow();
    CHECK(Eventually([&] { return good->Latest()->time == kStart + seconds(15 * tick); }));
    CHECK(good->Latest()->decision.replicas == 3);
    CHECK(pod.bad->Latest()->time == kStart + seconds(15 * (tick - 1)));
    CHECK(pod.controller->State().last_tick < kStart + seconds(15 * tick));
    pod.clock.Set(due + pod.options.budget);
    pod.clock.AwaitWaiter(due + pod.options.interval);
    CHECK(pod.bad->Latest()->time == kStart + seconds(15 * tick));
    const auto failed = CurrentAnswer(*pod.bad, pod.clock.Now());
    REQUIRE_FALSE(failed);
    CHECK(failed.error().message.find("timed out") != std::string::npos);
  }
  CHECK(Counted(pod, "loadline_missed_ticks_total 0"));
  CHECK(Counted(pod, "loadline_tick_duration_seconds_sum 30"));
}

TEST_CASE("A new binding and a changed policy do not wait for what another source is asked, in a tick or besides") {
  PodOfTwoSources pod;
  pod.clock.AwaitWaiter(kStart + seconds(17));
  pod.slow->slow = true;
  Timestamp tick = kStart;
  SECTION("in a tick") {
    tick += pod.options.interval;
    pod.clock.Set(tick + pod.options.delay);
  }
  SECTION("for another new binding") { pod.Find("bad-2", "ill"); }
  SECTION("for a policy that changed") { pod.GiveBoth(kLag); }
  pod.AwaitSlow();
  const auto answer = Await(pod.Find("good"));
  CHECK(answer->time == tick);
  CHECK(answer->decision.replicas == 3);
  pod.GiveBoth("signals: [ { name: lag, query: lag, perReplica: 5 } ]");
  CHECK(Eventually([&] { return pod.Find("good")->Latest()->decision.replicas == 6; }));
  CHECK(Await(pod.Find("good-2"))->decision.replicas == 6);
}

TEST_CASE("Stop while nothing happens ends at once, whatever the clock says") {
  Pod pod;
  pod.Start();
  pod.controller->Stop();
  pod.controller->Stop();
  Pod ticking;
  ticking.Give(kLag);
  ticking.Start();
  Await(ticking.Find());
  ticking.clock.AwaitWaiter(kStart + seconds(17));
  ticking.controller->Stop();
  CHECK(ticking.clock.Now() == kStart + seconds(7));
}

TEST_CASE("Stop during a tick waits for the questions that are open, and asks no more") {
  std::atomic<bool> hold{false};
  std::atomic<int> held{0};
  Pod pod([&](const std::string&, Timestamp) {
    if (hold) {
      ++held;
      if (!Eventually([&] { return !hold; })) ++held;
    }
    return Value(30);
  });
  pod.Give(kLag);
  pod.Start();
  Await(pod.Find());
  pod.clock.AwaitWaiter(kStart + seconds(17));
  pod.source->TakeQuestions();
  hold = true;
  // Late by three ticks: another one would be due at once.
  pod.clock.Set(kStart + seconds(62));
  REQUIRE(Eventually([&] { return held == 1; }));
  // A binding that waits for its first decision.
  pod.Find("new", "tset");

  auto stopped = std::async(std::launch::async, [&] { pod.controller->Stop(); });
  // The threads that have nothing open end meanwhile; the tick does not.
  CHECK(stopped.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout);
  hold = false;
  CHECK(stopped.wait_for(seconds(20)) == std::future_status::ready);
  CHECK(held == 1);
  const std::vector<Question> asked = pod.source->TakeQuestions();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].end == kStart + seconds(15));
}

}  // namespace
}  // namespace loadline
