// The tables of docs/policy-reference.md, "Missing data", row by row.
#include <catch2/catch.hpp>

#include "scaling/explain.h"
#include "scaling/policy_yaml.h"
#include "support/policy_builder.h"

namespace loadline {
namespace {

using testing::DecideOn;
using testing::MakePolicy;
using testing::Said;

constexpr double kError = -1;

double WantedOf(const Decision& decision) { return decision.error ? kError : decision.wanted; }

constexpr const char* kThen[] = {"error", "ignore", "assumeHigh", "{ replicas: 7, behavior: static }"};

// 5 are asked for by another signal; `part` is missing, and its hold is over.
double WithoutPart(const std::string& part, const std::string& then, const std::string& more = "") {
  const Policy policy =
      MakePolicy("replicas: { min: 0, max: 20, observed: observed }\n" + more +
                 "signals:\n- { name: load, query: load, perReplica: 10 }\n- { name: part, query: part, " + part +
                 ", onMissing: { hold: 0s, then: " + then + " } }");
  return WantedOf(DecideOn(policy, {{"load", "50"}, {"observed", "4"}, {"part", "-"}}));
}

bool IsRefused(const std::string& part, const std::string& then) {
  const std::string text =
      "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: test, namespace: data }\nspec:\n  signals:\n"
      "  - { name: part, query: part, " +
      part + ", onMissing: { hold: 0s, then: " + then + " } }\n";
  return HasErrors(ParsePolicy({text, 1}).problems);
}

TEST_CASE("What a missing part means is as the reference's table says, by its role and its answer") {
  struct Row {
    const char* part;
    double wanted[4];  // by kThen
  };
  const Row rows[] = {
      {"perReplica: 10", {kError, 5, 20, 7}},
      {"role: floor, perReplica: 10", {kError, 5, 20, 7}},
      {"role: ceiling, perReplica: 10", {kError, 5, 5, 5}},
  };
  for (const Row& row : rows) {
    for (int i = 0; i < 4; ++i) {
      CAPTURE(row.part, kThen[i]);
      CHECK(WithoutPart(row.part, kThen[i]) == row.wanted[i]);
    }
  }
  CHECK(WithoutPart("role: ceiling, perReplica: 10", "{ replicas: 3, behavior: static }") == 3);
}

TEST_CASE("A missing gate is an error, or open, and has no number to fall back to") {
  const double wanted[] = {kError, 5, 5};
  for (int i = 0; i < 3; ++i) CHECK(WithoutPart("role: gate, above: 0", kThen[i]) == wanted[i]);
  CHECK(IsRefused("role: gate, above: 0", kThen[3]));
  CHECK_FALSE(IsRefused("role: gate, above: 0", kThen[1]));
}

TEST_CASE("A missing part of the score is an error, left out, or full, and has no number to fall back to") {
  const auto wanted = [](const char* then, const char* other) {
    const Policy policy = MakePolicy(
        std::string("replicas: { max: 20, observed: observed }\ncombine: { score: { target: 50 } }\nsignals:\n"
                    "- { name: a, query: a, scoreAt: 100, onMissing: { hold: 0s, then: ignore } }\n"
                    "- { name: b, query: b, scoreAt: 100, onMissing: { hold: 0s, then: ") +
        then + " } }");
    return WantedOf(DecideOn(policy, {{"a", other}, {"b", "-"}, {"observed", "4"}}));
  };
  CHECK(wanted("error", "50") == kError);
  CHECK(wanted("ignore", "50") == 4);
  CHECK(wanted("assumeHigh", "50") == 6);  // 4 * (50 + 100) / 2 / 50
  CHECK(wanted("ignore", "-") == kError);
  CHECK(IsRefused("scoreAt: 100", kThen[3]));
}

TEST_CASE("Of a missing value without a law, whoever names it says what holds") {
  for (const char* then : kThen) {
    CAPTURE(then);
    CHECK(WithoutPart("weight: 1", then, "combine: load + part_value\n") == kError);
    CHECK(WithoutPart("weight: 1", then, "combine: \"part_present ? part_value : load + 1\"\n") == 6);
  }
}

TEST_CASE("A value without a law that is held is told as held, and counts as such") {
  const Policy policy = MakePolicy(
      "combine: load + errors_value\nonMissing: { hold: 1m, then: error }\nsignals:\n"
      "- { name: load, query: load, perReplica: 10 }\n- { name: errors, query: errors }");
  const Decision known = DecideOn(policy, {{"load", "50 50"}, {"errors", "3 4"}});
  CHECK(known.signals[1].reason == Reason::kNoLaw);
  CHECK(known.wanted == 9);
  CHECK(known.confidence.Product() == 1);
  const Decision held = DecideOn(policy, {{"load", "50 50"}, {"errors", "3 -"}});
  CHECK(held.signals[1].reason == Reason::kHeld);
  CHECK(held.wanted == 8);
  // As of each that is held for 15s of 1m: docs/confidence.md.
  CHECK(held.confidence.Product() == Approx((1 + 0.625) / 2));
  CHECK(SignalSentence(policy, held, 1).find("3, held for 15s: ") == 0);
  CHECK(DecideOn(policy, {{"load", "50"}, {"errors", "-"}}).signals[1].reason == Reason::kMissing);
}

TEST_CASE("Where all demands that could answer are ignored, it is an error: what is unknown is not zero") {
  const Policy policy =
      MakePolicy("signals: [ { name: a, query: a, perReplica: 10, onMissing: { hold: 0s, then: ignore } } ]");
  CHECK(WantedOf(DecideOn(policy, {{"a", "-"}})) == kError);
}

// a asks for 2, c for 8; b asked for `b`, and is missing now.
double Combined(const std::string& combine, double b, const std::string& on_missing) {
  const Policy policy = MakePolicy("combine: " + combine +
                                   "\nsignals:\n- { name: a, query: a, perReplica: 1 }\n"
                                   "- { name: b, query: b, perReplica: 1, weight: 2, onMissing: " +
                                   on_missing + " }\n- { name: c, query: c, perReplica: 1 }");
  return WantedOf(DecideOn(policy, {{"a", "2 2"}, {"b", std::to_string(b) + " -"}, {"c", "8 8"}}));
}

TEST_CASE("What a held part, and one that takes no part, does to each combination is as the reference's table says") {
  struct Row {
    const char* combine;
    double b;
    double held;
    double ignored;
  };
  const Row rows[] = {
      {"max", 11, 11, 8},
      {"min", 1, 1, 2},
      {"sum", 5, 15, 10},
      {"mean", 11, 7, 5},
      {"median", 11, 8, 5},
      {"weighted", 11, 8, 5},
      {"{ priority: [b, c, a] }", 11, 11, 8},
      {"a + b", 11, 13, kError},
      {"b_age", 11, 15, kError},
      {"\"b_present ? b : 100\"", 11, 11, 100},
      {"\"b + b_value + 1 - b_present\"", 11, 22, 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.combine);
    CHECK(Combined(row.combine, row.b, "{ hold: 5m, then: error }") == row.held);
    CHECK(Combined(row.combine, row.b, "{ hold: 0s, then: ignore }") == row.ignored);
  }
}

TEST_CASE("A held part of the score counts as how full it last was") {
  const Policy policy = MakePolicy(
      "replicas: { observed: observed }\ncombine: { score: { target: 50 } }\nsignals:\n"
      "- { name: a, query: a, scoreAt: 100 }\n- { name: b, query: b, scoreAt: 100 }");
  CHECK(WantedOf(DecideOn(policy, {{"a", "50 50"}, {"b", "100 -"}, {"observed", "4 4"}})) == 6);
}

TEST_CASE("A rule fires neither by what is missing nor by its opposite") {
  for (const char* when : {"{ signal: a, above: 5 }", "{ not: { signal: a, above: 5 } }"}) {
    CAPTURE(when);
    const Policy policy =
        MakePolicy(std::string("signals: [ { name: a, query: a }, { name: b, replicas: 3 } ]\nrules: [ { name: r, "
                               "when: ") +
                   when + ", set: 9 } ]");
    CHECK(WantedOf(DecideOn(policy, {{"a", "6 -"}})) == 3);
  }
}

TEST_CASE("What is left of a window may raise what is held, and never lower it") {
  const auto wanted = [](const char* take, const char* said) {
    const Policy policy = MakePolicy(
        std::string("signals: [ { name: a, query: a, perReplica: 1, window: { over: 45s, take: ") + take + " } } ]");
    return WantedOf(DecideOn(policy, {{"a", said}}));
  };
  // Held: the mean of 3, 3 and 9; left of the window: 3 and 9.
  CHECK(wanted("avg", "3 3 9 -") == 6);
  CHECK(wanted("avg", "9 3 3 -") == 5);
  CHECK(wanted("p50", "3 3 9 -") == 6);
  CHECK(wanted("p50", "9 9 3 -") == 9);
  CHECK(wanted("sum", "3 3 9 -") == 15);
}

}  // namespace
}  // namespace loadline
