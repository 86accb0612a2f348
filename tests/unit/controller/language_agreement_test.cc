// The same as agreement_test.cc for policies of the whole language, which depend on each other and share a budget, and
// for pods that know different bindings. Without threads: a pod here is what a controller calls at each tick.
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "controller/evaluator.h"
#include "support/policy_builder.h"
#include "support/random_language.h"
#include "unit/controller/pod_view.h"
#include "unit/controller/recording_log.h"

namespace loadline {
namespace {

using std::chrono::seconds;
using testing::Chance;
using testing::FaultRates;
using testing::PodView;
using testing::RecordingLog;

constexpr Duration kTick = seconds(15);
constexpr int kPolicies = 6;
constexpr int kObjects = 8;
constexpr int kTicks = 120;
constexpr int kWindow = 160;  // ticks: more than any plan and its followers look back
const Timestamp kStart{std::chrono::hours(480'000)};

// One of 2^64 numbers for each query and time: the finaliser of SplitMix64 spreads them.
std::uint64_t Hash(const std::string& query, std::int64_t number, unsigned seed) {
  std::uint64_t mixed =
      std::hash<std::string>{}(query) + 0x9e3779b97f4a7c15ULL * (static_cast<std::uint64_t>(number) * 1'000'003 + seed);
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
  return mixed ^ (mixed >> 31);
}

// What every pod is told: values stay for some ticks, zeros come, series come and go.
Reading Truth(unsigned seed, const std::string& query, Timestamp time) {
  const std::int64_t tick = time.time_since_epoch() / kTick;
  const std::uint64_t now = Hash(query, tick, seed);
  const std::uint64_t lately = Hash(query, tick / 5, seed + 1);
  if (now % 100 < 3) return {0, now % 2 == 0 ? ReadingState::kEmpty : ReadingState::kSeveral};
  if (query.ends_with("_fresh") || query.starts_with("timestamp("))
    return {ToSeconds(time) - static_cast<double>(now % 100), ReadingState::kValue};
  if (query.ends_with("observed") || query.starts_with("kube_")) {
    if (lately % 10 == 0) return {0, ReadingState::kValue};
    return {static_cast<double>(lately % 12), ReadingState::kValue};
  }
  if (lately % 12 == 0) return {0, lately % 24 == 0 ? ReadingState::kEmpty : ReadingState::kValue};
  return {static_cast<double>((now % 3 == 0 ? now : lately) % 400), ReadingState::kValue};
}

// Policies p0, p1, ..., some of which follow what an object of another wants; overrides, a calendar, a budget.
PolicySet MakeSet(Chance& chance, Timestamp now, std::string& text) {
  PolicySet set;
  for (int i = 0; i < kPolicies; ++i) {
    testing::LanguageOptions options;
    options.queries = std::string(1, static_cast<char>('a' + i));
    options.listed_order = true;
    options.targets.clear();
    for (int other = 0; other < kPolicies; ++other) {
      // Cycles are rare, so that something is decided.
      if (other < i || chance.In(5))
        options.targets.push_back("object: o" + std::to_string(other) + ", policy: p" + std::to_string(other));
    }
    if (options.targets.empty()) options.targets = {"object: nobody, policy: nothing"};
    std::string spec = MakeAnySpec(chance, options).Yaml();
    if (i > 0 && chance.In(40)) {
      const std::string follows = "  - { name: follows, dependsOn: { " + chance.Of(options.targets) +
                                  ", ratio: 0.5, lag: " + std::to_string(5 * chance.Between(0, 12)) + "s } }\n";
      spec.insert(spec.find("combine:"), follows);
    }
    text += "p" + std::to_string(i) + ":\n" + spec;
    auto policy = std::make_shared<Policy>(testing::MakePolicy(spec));
    policy->name = "p" + std::to_string(i);
    set.policies.push_back(std::move(policy));
  }
  if (chance.In(60)) {
    auto budget = std::make_shared<Budget>();
    budget->name = "workers";
    budget->replicas = chance.Between(5, 40);
    for (int i = 0; i < kPolicies; ++i) {
      if (chance.In(35))
        budget->members.push_back({"data/p" + std::to_string(i),
                                   {chance.Between(0, 1), std::exp2(chance.Between(-1, 1)), chance.Between(0, 2)}});
    }
    set.budgets.push_back(std::move(budget));
  }
  for (Override& each : testing::MakeOverrides(chance, now))
    set.overrides.push_back(std::make_shared<Override>(std::move(each)));
  for (auto& [_, calendar] : testing::MakeCalendars(chance, now))
    set.calendars.push_back(std::make_shared<Calendar>(std::move(calendar)));
  return set;
}

struct PolicyPod {
  PolicyPod(unsigned seed, unsigned truth_seed, const PolicySet& set)
      : view(std::make_shared<PodView>(
            seed, FaultRates{150, 10, 1, 1},
            [truth_seed](const std::string& query, Timestamp time) { return Truth(truth_seed, query, time); })),
        readings({{"default", "", {}, view}}, options.interval) {
    policies.Set(set);
  }

  // A call for an object: known from then on, and decided at once, as the controller's joiner does.
  void Call(int object, Timestamp now) {
    if (bindings.contains(object)) return;
    const std::string policy = "p" + std::to_string(object % kPolicies);
    bindings[object] =
        std::make_shared<Binding>(BindingKey{"data", "o" + std::to_string(object), {{"policy", policy}}}, now);
    evaluator.Evaluate({bindings[object]}, now);
  }
  void Forget(int object) {
    if (!bindings.contains(object)) return;
    evaluator.Forget({bindings[object]});
    bindings.erase(object);
  }
  void Evaluate(Timestamp now) {
    Evaluator::Bindings all;
    for (const auto& [_, binding] : bindings) all.push_back(binding);
    evaluator.Evaluate(all, now);
  }
  std::set<int> Known() const {
    std::set<int> known;
    for (const auto& [object, _] : bindings) known.insert(object);
    return known;
  }

  ControllerOptions options;
  PolicyBoard policies;
  std::shared_ptr<PodView> view;
  ReadingBoard readings;
  RecordingLog log;
  Instruments instruments;
  ForecastBoard forecasts{options.forecasts, {}, log};
  Evaluator evaluator{options, policies, readings, forecasts, log, instruments};
  std::map<int, std::shared_ptr<Binding>> bindings;
};

std::string TextOf(const PublishedAnswer& answer) {
  if (answer.policy == nullptr) return answer.error ? answer.error->message : "";
  return FormatTimestamp(answer.time) + " " + FormatTimestamp(answer.valid_until) + " " +
         (answer.error ? answer.error->message : "") + "\n" + testing::WholeText(*answer.policy, answer.decision);
}

struct Compared {
  int answers = 0;
  int numbers = 0;  // of them: no errors
  int first_answers = 0;
  int differed = 0;  // pods whose readings did
};

class Story {
 public:
  explicit Story(unsigned seed) : seed_(seed), chance_(seed) {}

  Compared Run() {
    NewPolicies();
    for (int i = 0; i < 3; ++i) pods_.push_back(NewPod());
    for (int tick = 0; tick < kTicks; ++tick) {
      CAPTURE(tick);
      now_ += kTick;
      if (chance_.In(2)) NewPolicies();
      for (auto& pod : pods_) {
        if (chance_.In(3)) pod = NewPod();
      }
      for (auto& pod : pods_) {
        pod->view->BeginTick();
        pod->view->Forget(now_ - kTick * kWindow);
        if (chance_.In(5)) pod->Forget(chance_.Between(0, kObjects - 1));
        pod->Evaluate(now_);
        for (int i = 0; i < 2; ++i) {
          if (chance_.In(40)) pod->Call(chance_.Between(0, kObjects - 1), now_);
        }
      }
      ComparePods();
    }
    return compared_;
  }

 private:
  void NewPolicies() {
    text_.clear();
    set_ = MakeSet(chance_, now_, text_);
    for (auto& pod : pods_) pod->policies.Set(set_);
  }
  // All that it knows so far it learns from calls, and from its own view of the source.
  std::unique_ptr<PolicyPod> NewPod() {
    auto pod = std::make_unique<PolicyPod>(static_cast<unsigned>(chance_.Between(0, 1'000'000)), seed_, set_);
    for (int object = 0; object < kObjects; ++object) {
      if (chance_.In(50)) pod->Call(object, now_);
    }
    return pod;
  }

  // What a pod knows now of each query that any of the policies asks.
  using Known = std::map<std::string, std::vector<Reading>>;
  Known ReadingsOf(PolicyPod& pod) const {
    Known known;
    for (const auto& policy : set_.policies) {
      const QueryPlan plan = *PlanQueries(*policy, {{"namespace", "data"}, {"name", "any"}});
      for (PlannedQuery query : plan.queries) {
        if (query.desired_of) continue;
        query.window = Duration(0);
        QueryReadings::Window window = pod.readings.Use(query)->At(now_, kTick * kWindow);
        // Nobody there needs it: whatever the others read makes no difference.
        if (window.problem == "not asked in time") window.ticks.clear();
        known[query.text] = std::move(window.ticks);
      }
    }
    return known;
  }
  // As far back as both know of it: one that runs for longer may know more of the past than anybody needs.
  static bool SameReadings(const Known& one, const Known& two) {
    return std::all_of(one.begin(), one.end(), [&](const auto& entry) {
      const std::vector<Reading>& a = entry.second;
      const std::vector<Reading>& b = two.at(entry.first);
      const auto both = static_cast<std::ptrdiff_t>(std::min(a.size(), b.size()));
      return std::equal(a.end() - both, a.end(), b.end() - both);
    });
  }

  void ComparePods() {
    std::vector<Known> known;
    for (const auto& pod : pods_) known.push_back(ReadingsOf(*pod));
    for (std::size_t a = 0; a < pods_.size(); ++a) {
      for (std::size_t b = a + 1; b < pods_.size(); ++b) {
        if (SameReadings(known[a], known[b])) {
          Compare(*pods_[a], *pods_[b]);
        } else {
          ++compared_.differed;
        }
      }
    }
  }

  // Who shares a budget may get another share where others are known.
  bool SharesBudget(int object) const {
    return std::any_of(set_.budgets.begin(), set_.budgets.end(), [&](const auto& budget) {
      return budget->Lists("data", "p" + std::to_string(object % kPolicies));
    });
  }

  void Compare(const PolicyPod& one, const PolicyPod& two) {
    const bool same_known = one.Known() == two.Known();
    for (const auto& [object, binding] : one.bindings) {
      const auto other = two.bindings.find(object);
      if (other == two.bindings.end() || (SharesBudget(object) && !same_known)) continue;
      const auto first = binding->Latest();
      const auto second = other->second->Latest();
      REQUIRE(first != nullptr);
      REQUIRE(second != nullptr);
      CAPTURE(object, text_, FormatTimestamp(now_));
      REQUIRE(TextOf(*first) == TextOf(*second));
      ++compared_.answers;
      compared_.numbers += !first->error;
      compared_.first_answers += binding->last_call() == now_ || other->second->last_call() == now_;
    }
  }

  const unsigned seed_;
  Chance chance_;
  Timestamp now_ = kStart;
  PolicySet set_;
  std::string text_;
  std::vector<std::unique_ptr<PolicyPod>> pods_;
  Compared compared_;
};

TEST_CASE("Pods agree on policies of the whole language wherever their readings are equal, from the first answer on") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Compared all;
  for (unsigned story = 0; story < 8; ++story) {
    CAPTURE(story);
    const Compared one = Story(seed * 8 + story).Run();
    all.answers += one.answers;
    all.numbers += one.numbers;
    all.first_answers += one.first_answers;
    all.differed += one.differed;
  }
  CAPTURE(all.answers, all.numbers, all.first_answers, all.differed);
  CHECK(all.numbers > 200);
  CHECK(all.first_answers > 20);
  CHECK(all.differed > 20);
}

}  // namespace
}  // namespace loadline
