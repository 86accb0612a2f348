#include "notify/decision_situations.h"

#include <catch2/catch.hpp>

#include "support/policy_builder.h"

namespace loadline {
namespace {

using testing::DecideOn;
using testing::MakePolicy;

constexpr char kLag[] =
    "signals: [ { name: lag, query: lag, perReplica: 300 } ]\n"
    "onMissing: { hold: 1m, then: error }\n";

// What a decision over these readings of `lag` says.
std::vector<Situation> SituationsOn(const std::string& spec, const std::string& said) {
  MadeDecision made;
  auto policy = std::make_shared<Policy>(MakePolicy(spec));
  made.tick = Timestamp(std::chrono::hours(12));
  made.binding = [] { return MakeBindingRecord("data", "orders-cdc", "test", {{"pipeline", "orders"}}); };
  made.decision = std::make_shared<Decision>(DecideOn(*policy, {{"lag", said}}));
  made.error = made.decision->error;
  made.policy = std::move(policy);
  made.plan = std::make_shared<QueryPlan>();
  return SituationsOf(made);
}

TEST_CASE("A decision says what it asks for, as the HPA rounds it, and that all is well") {
  const auto situations = SituationsOn(kLag, "1240 1240");
  REQUIRE(situations.size() == 2);
  CHECK(situations[0].kind == EventKind::kBinding);
  CHECK(situations[0].value == kWell);
  CHECK(situations[0].well());
  CHECK(situations[1].kind == EventKind::kScaled);
  CHECK(situations[1].value == "5");
  CHECK(situations[1].replicas == 5);
  CHECK(situations[1].reason == "lag wants 4.133: 1240 at 300 each");
  CHECK(situations[1].subject == "data/orders-cdc");
  CHECK(situations[1].policy == "test");
  CHECK(situations[1].metadata.at("pipeline") == "orders");
  CHECK(situations[0].key != situations[1].key);
  CHECK(situations[1].since == Timestamp(std::chrono::hours(12)));
}

TEST_CASE("A signal that is held is said to be, and the number goes on") {
  const auto situations = SituationsOn(kLag, "1240 -");
  REQUIRE(situations.size() == 2);
  CHECK(situations[0].value == "holding");
  CHECK(situations[0].urgency == Urgency::kWarning);
  CHECK(situations[0].reason == "lag: 1240 at 300 each, held for 15s: prom:9090: no answer");
  CHECK(situations[1].value == "5");
}

TEST_CASE("An error is said to be, and is no number") {
  const auto situations = SituationsOn(kLag, "1240 - - - - - - -");
  REQUIRE(situations.size() == 1);
  CHECK(situations[0].value == "error");
  CHECK(situations[0].urgency == Urgency::kError);
  CHECK(situations[0].reason.find("signal lag: no data now") != std::string::npos);
}

TEST_CASE("A signal that is missing beyond its hold, where the policy goes on without it, is said to be missing") {
  const auto situations = SituationsOn(
      "replicas: { min: 1, max: 9 }\nsignals: [ { name: lag, query: lag, perReplica: 300 } ]\n"
      "onMissing: { hold: 0s, then: { replicas: 4, behavior: static } }\n",
      "1240 -");
  REQUIRE(situations.size() == 2);
  CHECK(situations[0].value == "missing");
  CHECK(situations[1].value == "4");
}

TEST_CASE("A binding without a policy says why") {
  MadeDecision made;
  made.binding = [] { return MakeBindingRecord("data", "app", "wroker", {}); };
  made.decision = std::make_shared<Decision>();
  made.error = Error{Code::kNotFound, "there is no policy wroker (did you mean worker?)"};
  const auto situations = SituationsOf(made);
  REQUIRE(situations.size() == 1);
  CHECK(situations[0].value == "error");
  CHECK(situations[0].reason == "there is no policy wroker (did you mean worker?)");
}

}  // namespace
}  // namespace loadline
