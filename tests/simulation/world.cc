#include "simulation/world.h"

#include <fmt/format.h>

namespace loadline::simulation {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// How long after the last fault all pods must be as one that has just started: more than any window of the policies
// that are drawn, with those that they follow.
constexpr int kCalmTicks = 110;

struct Pace {
  int share;  // of 100 worlds
  Duration interval;
  double days;
};
constexpr std::array kPaces = {Pace{5, seconds(15), 0.25}, Pace{8, seconds(30), 0.5}, Pace{12, minutes(1), 1},
                               Pace{15, minutes(2), 2},    Pace{30, minutes(5), 4},   Pace{20, minutes(15), 10},
                               Pace{10, minutes(30), 20}};

}  // namespace

World::World(std::uint64_t seed, std::string bug, std::string only)
    : seed_(seed), only_(std::move(only)), bugs_(std::move(bug)), chance_(static_cast<unsigned>(Mix(seed))) {
  Draw();
}

void World::Draw() {
  int drawn = chance_.Between(1, 100);
  const Pace* pace = kPaces.data();
  while (drawn > pace->share) drawn -= (pace++)->share;
  interval_ = pace->interval;
  ticks_ = std::chrono::duration_cast<Duration>(std::chrono::hours(24)) / interval_ *
           static_cast<std::int64_t>(4 * pace->days) / 4;
  start_ = Timestamp(std::chrono::hours(480'000 + chance_.Between(0, 24 * 365)));
  now_ = start_;
  objects_ = static_cast<std::size_t>(chance_.Between(1, 5));
  load_ = std::make_unique<Load>(seed_, start_, interval_, objects_);
  documents_ = std::make_unique<Documents>(chance_, figures_.faults, objects_, interval_, start_);
  for (std::size_t i = 0; i < objects_; ++i) targets_.emplace_back(chance_);
  for (int i = chance_.Between(2, 3); i >= 0; --i) pods_.push_back({MakePod(fmt::format("pod-{}", pods_.size())), 0});
  if (chance_.In(25)) {
    const auto kind = chance_.In(20) ? SharedJournal::Kind::kSqliteOnFailingDisk : SharedJournal::Kind::kMemory;
    journal_ = std::make_unique<SharedJournal>(kind, bugs_.Is("loses-record"), chance_, figures_.faults);
  }
}

std::unique_ptr<Pod> World::MakePod(std::string name) {
  PodOptions options;
  options.seed = Mix(seed_ ^ HashOf(name));
  options.name = std::move(name);
  options.interval = interval_;
  return std::make_unique<Pod>(std::move(options), *load_, figures_.faults,
                               [this](Pod& pod, MadeDecision made) { Made(pod, std::move(made)); });
}

Figures World::Run() {
  for (tick_ = 1; tick_ <= ticks_; ++tick_) RunTick();
  if (journal_ != nullptr && Checks("journal")) {
    const std::string wrong = journal_->CheckAll(figures_.checks["journal"]);
    if (!wrong.empty()) Report("journal", nullptr, "", {wrong, "all that was said to be stored, and as it was"});
  }
  figures_.worlds = 1;
  figures_.ticks = static_cast<std::uint64_t>(ticks_);
  figures_.days = static_cast<double>(ticks_) * ToSeconds(interval_) / 86'400;
  return figures_;
}

void World::NextWeather() {
  const bool was_stormy = weather_.stormy;
  weather_ = Weather();
  weather_.stormy = !was_stormy;
  weather_.ends = tick_ + kCalmTicks;
  if (weather_.stormy) {
    weather_.ends = tick_ + chance_.Between(20, 200);
    weather_.rates = {static_cast<unsigned>(chance_.Of<int>({0, 100, 500, 2000})),
                      static_cast<unsigned>(chance_.Of<int>({5000, 8000, 9500})),
                      static_cast<unsigned>(chance_.Of<int>({0, 50, 300, 2000, 5000}))};
    weather_.pods = chance_.Of<int>({0, 2, 10, 30});
    weather_.documents = chance_.Of<int>({0, 1, 5});
    weather_.calls = chance_.Of<int>({0, 5, 50});
    return;
  }
  documents_->Mend();
  for (PodState& each : pods_) {
    each.pod->SetClock(Duration(0));
    each.pod->StandStill(Timestamp());
    each.hears_at = 0;
  }
}

void World::RunTick() {
  const Timestamp tick = start_ + interval_ * tick_;
  if (tick_ >= weather_.ends) {
    if (weather_.ends > 0 && !weather_.stormy && Checks("recovers")) CompareWithFreshPod();
    NextWeather();
  }
  for (std::size_t i = 0; i < objects_; ++i) load_->SetReplicas(i, tick, targets_[i].replicas());
  if (weather_.stormy) {
    DisturbDocuments();
    DisturbPods();
  }
  for (PodState& each : pods_) {
    if (tick_ >= each.hears_at) each.pod->Give(documents_->Current());
  }
  const Duration delay = pods_.front().pod->options().delay;
  TurnAll(tick + delay + std::chrono::milliseconds(500));
  CallAll();
  TurnAll(tick + delay + interval_ / 2);
  CallAll();
  if (journal_ != nullptr && Checks("journal")) {
    const std::string wrong = journal_->Write(weather_.stormy);
    if (!wrong.empty()) Report("journal", nullptr, "", {wrong, "the write, and no disagreement"});
  }
}

void World::DisturbDocuments() {
  if (!chance_.In(weather_.documents)) return;
  documents_->Change(now_);
  for (PodState& each : pods_) {
    if (&each == &pods_.front() || !chance_.In(40)) continue;
    each.hears_at = tick_ + chance_.Between(1, 8);
    figures_.faults.Note(Fault::kPolicyLate);
  }
}

// The first pod has nothing but the faults of its source.
void World::DisturbPods() {
  for (PodState& each : pods_) {
    if (&each != &pods_.front() && chance_.In(weather_.pods)) Disturb(each);
  }
}

void World::Disturb(PodState& state) {
  Pod& pod = *state.pod;
  const Duration jump = std::chrono::seconds(chance_.Of<int>({20, 70, 600, 4000, 20'000}));
  switch (chance_.Between(0, 9)) {
    case 0:
    case 1: pod.StandStill(now_ + interval_ * chance_.Between(1, 3)); return figures_.faults.Note(Fault::kLateTick);
    case 2: pod.StandStill(now_ + interval_ * chance_.Between(5, 60)); return figures_.faults.Note(Fault::kHang);
    case 3: return pod.KillAtNextQuestion();
    case 4: return pod.KillAtNextPublish();
    case 5:
      pod.Restart();
      if (journal_ != nullptr) journal_->Lose(pod.name());
      return figures_.faults.Note(Fault::kRestart);
    case 6: pod.SetClock(pod.ahead() + jump); return figures_.faults.Note(Fault::kClockForward);
    case 7: pod.SetClock(pod.ahead() - jump); return figures_.faults.Note(Fault::kClockBack);
    case 8:
      pod.SetClock(std::chrono::milliseconds(chance_.Between(-20'000, 20'000)));
      return figures_.faults.Note(Fault::kSkew);
    default: return pod.SetClock(Duration(0));
  }
}

void World::TurnAll(Timestamp now) {
  now_ = now;
  for (PodState& each : pods_) {
    SourceRates rates = weather_.rates;
    if (bugs_.Is("deaf") && &each == &pods_.back()) rates = {10'000, 10'000, 0};
    each.pod->Turn(now, rates);
    if (!weather_.stormy) {
      for (std::size_t i = 0; i < objects_; ++i) each.pod->Call(i);
    }
    if (Checks("budgets")) CheckBudgets(*each.pod);
    if (!Checks("age")) continue;
    for (const auto& binding : each.pod->Bindings()) CheckAge(*each.pod, *binding);
  }
}

// KEDA asks for the value and for the activity, each of a pod that is drawn.
void World::CallAll() {
  const auto drawn = [this]() -> Pod& {
    return *pods_[static_cast<std::size_t>(chance_.Between(0, static_cast<int>(pods_.size()) - 1))].pod;
  };
  for (std::size_t i = 0; i < objects_; ++i) {
    Call value = CallPod(i, drawn());
    if (weather_.stormy && chance_.In(5)) {
      figures_.faults.Note(Fault::kPollRepeated);
      value = CallPod(i, drawn());
    }
    const Call activity = CallPod(i, drawn());
    const bool holds = targets_[i].Poll(now_, value, activity);
    if (!holds && Checks("silence"))
      Report("silence", nullptr, ObjectName(i), {"the count fell while nobody answered", "it stays"});
    ++figures_.checks["silence"];
  }
}

Call World::CallPod(std::size_t object, Pod& pod) {
  ++figures_.calls;
  if (chance_.In(weather_.calls)) {
    figures_.faults.Note(Fault::kPollLost);
    return {};
  }
  const auto binding = pod.Call(object);
  if (binding == nullptr) return {};
  const auto answer = CurrentAnswer(*binding, pod.Now());
  if (!answer) return {};
  return {(*answer)->decision.replicas, (*answer)->decision.active};
}

}  // namespace loadline::simulation
