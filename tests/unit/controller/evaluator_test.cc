#include "controller/evaluator.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/eventually.h"
#include "support/fake_sources.h"
#include "support/policy_builder.h"
#include "unit/controller/gate_source.h"
#include "unit/controller/recording_log.h"

namespace loadline {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::Eventually;
using testing::Failed;
using testing::FakeMetricSource;
using testing::GateSource;
using testing::RecordingLog;
using testing::Value;

const Timestamp kNow{std::chrono::hours(480'000)};
constexpr std::string_view kLag =
    "signals: [ { name: lag, query: lag, perReplica: 10 } ]\nonMissing: { hold: 1m, then: error }";
constexpr std::string_view kNoHold =
    "signals: [ { name: lag, query: lag, perReplica: 10 } ]\nonMissing: { hold: 0s, then: error }";

std::shared_ptr<const Policy> Spec(std::string_view spec, const std::string& name = "test") {
  auto policy = std::make_shared<Policy>(testing::MakePolicy(spec));
  policy->name = name;
  return policy;
}

std::shared_ptr<Binding> Make(const std::string& name, const std::string& policy = "test") {
  return std::make_shared<Binding>(BindingKey{"data", name, {{"policy", policy}}}, kNow);
}

// All that an evaluator needs; the source says `said`, 30 unless told.
struct Bench {
  FakeMetricSource::Said said = [](const std::string&, Timestamp) { return Value(30); };
  std::shared_ptr<FakeMetricSource> source = std::make_shared<FakeMetricSource>(
      [this](const std::string& query, Timestamp time) { return said(query, time); });
  ControllerOptions options;
  PolicyBoard policies;
  std::shared_ptr<GateSource> slow = std::make_shared<GateSource>();
  ReadingBoard readings{{{"default", "", {}, source}, {"slow", "", {}, slow}}, options.interval};
  RecordingLog log;
  Instruments instruments;
  ForecastBoard forecasts{options.forecasts, {}, log};
  Evaluator evaluator{options, policies, readings, forecasts, log, instruments};

  std::shared_ptr<const PublishedAnswer> Evaluate(const std::shared_ptr<Binding>& binding, Timestamp now = kNow) {
    evaluator.Evaluate({binding}, now);
    REQUIRE(binding->Latest() != nullptr);
    return binding->Latest();
  }
};

TEST_CASE("A binding sees nothing of the one that was decided before it") {
  const std::vector<std::pair<std::string, std::string>> specs = {
      {"wide",
       "signals: [ { name: a, query: a, target: 0.5 }, { name: b, query: bad, perReplica: 10 }, { name: c, query: c, "
       "perReplica: 1, window: { over: 2m, take: max } } ]\nonMissing: { hold: 1m, then: ignore }"},
      {"narrow", "signals: [ { name: lag, query: c, perReplica: 10 } ]\nonMissing: { hold: 0s, then: error }"},
      {"failing", "signals: [ { name: lag, query: bad, perReplica: 10 } ]\nonMissing: { hold: 1m, then: error }"},
  };
  const auto tell = [&](const std::vector<std::string>& order) {
    Bench bench;
    bench.said = [](const std::string& query, Timestamp) { return query == "bad" ? Failed() : Value(30); };
    std::vector<std::shared_ptr<const Policy>> policies;
    for (const auto& [name, spec] : specs) policies.push_back(Spec(spec, name));
    bench.policies.Set({policies, {}});
    std::vector<std::shared_ptr<Binding>> bindings;
    for (const std::string& name : order) bindings.push_back(Make("app-" + name, name));
    bench.evaluator.Evaluate(bindings, kNow);
    std::map<std::string, std::string> told;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const PublishedAnswer& answer = *bindings[i]->Latest();
      std::string& text = told[order[i]];
      text = std::to_string(answer.decision.wanted) + (answer.error ? answer.error->message : "");
      for (const SignalOutcome& each : answer.decision.signals)
        text += "; " + std::to_string(each.value.value_or(-1)) + each.problem.text();
    }
    return told;
  };
  std::map<std::string, std::string> alone;
  for (const auto& [name, _] : specs) alone.merge(tell({name}));
  CHECK(alone.at("failing").find("as the test says") != std::string::npos);
  std::vector<std::string> order = {"failing", "narrow", "wide"};
  do CHECK(tell(order) == alone);
  while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("Each distinct query is asked once, however many bindings and policies use it, for who looks back most") {
  Bench bench;
  const auto brief = Spec(kLag);
  const auto patient =
      Spec("signals: [ { name: lag, query: lag, perReplica: 5 } ]\nonMissing: { hold: 10m, then: error }", "patient");
  const auto own = Spec("signals: [ { name: lag, query: 'lag{app=\"${name}\"}', perReplica: 5 } ]", "own");
  bench.policies.Set({{brief, patient, own}, {}});
  std::vector<std::shared_ptr<Binding>> bindings;
  for (int i = 0; i < 20; ++i) bindings.push_back(Make("app-" + std::to_string(i), i % 2 == 0 ? "test" : "patient"));
  bindings.push_back(Make("x", "own"));
  bindings.push_back(Make("y", "own"));
  bench.evaluator.Evaluate(bindings, kNow);

  std::vector<std::string> asked;
  for (const Question& question : bench.source->TakeQuestions()) {
    asked.push_back(question.query);
    CHECK(question.end == kNow);
    if (question.query == "lag") CHECK(question.begin == kNow - minutes(10));
  }
  std::sort(asked.begin(), asked.end());
  CHECK(asked == std::vector<std::string>{"lag", "lag{app=\"x\"}", "lag{app=\"y\"}"});
  CHECK(bindings[0]->Latest()->decision.replicas == 3);
  CHECK(bindings[1]->Latest()->decision.replicas == 6);
}

TEST_CASE("An answer carries its tick, its policy, until when it stands, and what the transport made of it") {
  Bench bench;
  bench.options.encode = [](const PublishedAnswer& answer) {
    return std::make_shared<const double>(answer.decision.replicas);
  };
  const auto policy = Spec(kLag);
  bench.policies.Set({{policy}, {}});
  const auto answer = bench.Evaluate(Make("app"));
  CHECK(answer->time == kNow);
  CHECK(answer->policy == policy);
  CHECK(answer->valid_until == kNow + minutes(1) + bench.options.delay);
  CHECK(*std::static_pointer_cast<const double>(answer->encoded) == 3);
}

TEST_CASE("However short the hold, an answer stands until the next tick's can be there") {
  Bench bench;
  bench.policies.Set({{Spec(kNoHold)}, {}});
  const auto& options = bench.options;
  CHECK(bench.Evaluate(Make("app"))->valid_until == kNow + options.interval + options.budget + options.delay);
  CHECK(bench.Evaluate(Make("app", "none"))->valid_until == kNow + options.interval + options.budget + options.delay);
}

TEST_CASE("A policy that changes while its readings are asked for: nothing is published by the old one") {
  Bench bench;
  const auto before = Spec(kLag);
  const auto after = Spec("signals: [ { name: lag, query: lag, perReplica: 5 } ]");
  bench.policies.Set({{before}, {}});
  bool changed = false;
  bench.said = [&](const std::string&, Timestamp) {
    if (!std::exchange(changed, true)) bench.policies.Set({{after}, {}});
    return Value(30);
  };
  const auto binding = Make("app");
  bench.evaluator.Evaluate({binding}, kNow);
  CHECK(binding->Latest() == nullptr);
  bench.evaluator.Evaluate({binding}, kNow);
  CHECK(binding->Latest()->decision.replicas == 6);
}

TEST_CASE("Another policy that changes while readings are asked for holds up nobody") {
  Bench bench;
  const auto policy = Spec(kLag);
  bench.policies.Set({{policy}, {}});
  bench.said = [&](const std::string&, Timestamp) {
    bench.policies.Set({{policy, Spec(kLag, "other")}, {}});
    return Value(30);
  };
  const auto answer = bench.Evaluate(Make("app"));
  CHECK(answer->decision.replicas == 3);
  CHECK(answer->generation == bench.policies.generation());
}

TEST_CASE("A binding is decided as soon as the sources that it needs have answered, whatever the others do") {
  Bench bench;
  bench.policies.Set({{Spec(kLag), Spec("source: slow\n" + std::string(kLag), "slow"),
                       Spec("signals:\n"
                            "  - { name: lag, query: lag, perReplica: 5 }\n"
                            "  - { name: depth, query: depth, perReplica: 10, source: slow }",
                            "both")},
                      {}});
  const auto fast = Make("fast");
  const auto slow = Make("slow", "slow");
  const auto both = Make("both", "both");
  const auto wrong = Make("wrong", "tset");
  bench.slow->Shut();
  std::jthread evaluation([&] { bench.evaluator.Evaluate({slow, both, fast, wrong}, kNow); });
  CHECK(Eventually([&] { return fast->Latest() != nullptr && wrong->Latest() != nullptr; }));
  CHECK(Eventually([&] { return bench.slow->held() == 1; }));
  CHECK(slow->Latest() == nullptr);
  CHECK(both->Latest() == nullptr);
  bench.slow->Open();
  evaluation.join();
  CHECK(fast->Latest()->decision.replicas == 3);
  CHECK(slow->Latest()->decision.replicas == 3);
  CHECK(both->Latest()->decision.replicas == 6);
  CHECK(bench.source->TakeQuestions().size() == 1);
  CHECK(bench.slow->TakeQuestions().size() == 2);
}

// The other thread takes the new policy up between this one's last look at the policies and its publishing.
TEST_CASE("A policy that changes while its answer is made: the old one's answer does not replace the new one's") {
  Bench bench;
  bench.policies.Set({{Spec(kLag)}, {}});
  const auto binding = Make("app");
  bool changed = false;
  bench.options.encode = [&](const PublishedAnswer&) {
    if (!std::exchange(changed, true)) {
      bench.policies.Set({{Spec("signals: [ { name: lag, query: lag, perReplica: 5 } ]")}, {}});
      bench.evaluator.Evaluate({binding}, kNow);
    }
    return nullptr;
  };
  bench.evaluator.Evaluate({binding}, kNow);
  CHECK(binding->Latest()->decision.replicas == 6);
  CHECK(bench.log.Count("decision") == 1);
}

TEST_CASE("A policy that is as it was goes on with its readings; one that is gone is an error") {
  Bench bench;
  const auto policy = Spec(kLag);
  const auto other = Spec(kLag, "other");
  bench.policies.Set({{policy}, {}});
  const auto binding = Make("app");
  bench.Evaluate(binding);
  bench.source->TakeQuestions();
  bench.policies.Set({{policy, other}, {}});
  bench.Evaluate(binding);
  CHECK(bench.source->TakeQuestions().empty());

  bench.policies.Set({{other}, {}});
  const auto answer = bench.Evaluate(binding);
  CHECK(answer->policy == nullptr);
  CHECK(answer->error == Error{Code::kNotFound, "there is no policy \"test\" for namespace data"});
  bench.policies.Set({{policy, other}, {}});
  CHECK_FALSE(bench.Evaluate(binding)->error);
}

TEST_CASE("The decision's own error names the policy") {
  Bench bench;
  bench.policies.Set({{Spec(kNoHold)}, {}});
  bench.said = [](const std::string&, Timestamp) { return Failed(); };
  const auto answer = bench.Evaluate(Make("app"));
  REQUIRE(answer->error);
  CHECK(answer->error->code == Code::kUnavailable);
  CHECK(answer->error->message.starts_with("policy data/test: "));
  CHECK(answer->error->message.find("as the test says") != std::string::npos);
}

TEST_CASE("What one binding got wrong costs the others nothing") {
  Bench bench;
  bench.policies.Set({{Spec(kLag)}, {}});
  const auto bad = Make("bad", "tset");
  const auto good = Make("good");
  bench.evaluator.Evaluate({bad, good}, kNow);
  CHECK(bad->Latest()->error->code == Code::kNotFound);
  CHECK(good->Latest()->decision.replicas == 3);
  const std::string text = bench.instruments.Text();
  CHECK(text.find("loadline_decisions_total{outcome=\"value\"} 1") != std::string::npos);
  CHECK(text.find("loadline_decisions_total{outcome=\"error\"} 1") != std::string::npos);
}

TEST_CASE("A decision is logged when it changes, and once an hour") {
  Bench bench;
  bench.policies.Set({{Spec(kLag)}, {}});
  const auto binding = Make("app");
  Timestamp now = kNow;
  auto logged = [&](Reading reading) {
    bench.said = [reading](const std::string&, Timestamp) { return reading; };
    bench.Evaluate(binding, now += seconds(15));
    return bench.log.Count("decision");
  };
  CHECK(logged(Value(30)) == 1);
  CHECK(bench.log.Field("decision", "binding") == "data/app");
  CHECK(bench.log.Field("decision", "winner") == "lag");
  CHECK(logged(Value(29)) == 1);  // the same number of pods
  CHECK(logged(Value(31)) == 2);
  for (int i = 0; i < 239; ++i) logged(Value(31));
  CHECK(bench.log.Count("decision") == 2);
  CHECK(logged(Value(31)) == 3);

  bench.policies.Set({});
  CHECK(logged(Value(31)) == 4);
  CHECK(bench.log.Field("decision", "code") == "NOT_FOUND");
  CHECK(bench.log.Field("decision", "reason") == "there is no policy \"test\" for namespace data");
  CHECK(logged(Value(31)) == 4);
}

// The ticking thread forgets a binding that the other one is still about to evaluate; another binding is made where
// it was in memory.
TEST_CASE("A binding never gets the answer of one that is gone") {
  Bench bench;
  const auto three = Spec(kLag);
  const auto six = Spec("signals: [ { name: lag, query: lag, perReplica: 5 } ]", "six");
  bench.policies.Set({{three, six}, {}});
  for (int i = 0; i < 50; ++i) {
    {
      const auto gone = Make("gone");
      bench.Evaluate(gone);
      bench.evaluator.Forget({gone});
      bench.Evaluate(gone);
    }
    CHECK(bench.Evaluate(Make("new", "six"))->decision.replicas == 6);
  }
}

}  // namespace
}  // namespace loadline
