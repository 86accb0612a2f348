#include "controller/controller.h"

#include <atomic>
#include <catch2/catch.hpp>

#include "support/temp_dir.h"
#include "system/files.h"
#include "unit/controller/pod.h"

namespace loadline {
namespace {

using std::chrono::seconds;
using testing::Await;
using testing::Eventually;
using testing::Failed;
using testing::kLag;
using testing::kStart;
using testing::Pod;
using testing::TempDir;
using testing::Value;

TEST_CASE("A new binding is decided at once, for the tick that has just been") {
  Pod pod;
  pod.Give(kLag);
  pod.Start();
  const auto answer = Await(pod.Find());
  CHECK(answer->time == kStart);
  CHECK(answer->decision.replicas == 3);
  CHECK_FALSE(answer->error);
}

TEST_CASE("A tick has not been before its delay is over: a new binding is decided for the one before") {
  Pod pod([](const std::string&, Timestamp) { return Value(30); }, kStart + seconds(1));
  pod.Give(kLag);
  pod.Start();
  CHECK(Await(pod.Find())->time == kStart - seconds(15));
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
  auto learns = std::make_shared<Policy>(
      testing::MakePolicy("signals: [ { name: a, query: q, perReplica: 1 },\n"
                          "           { name: soon, source: private, forecast: { of: a, ahead: auto } } ]"));
  learns->name = "learns";
  set.policies = {own, shared, secret, nowhere, learns};
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
      {"learns", {}, Code::kPermissionDenied, "source private may not be used from namespace data"},
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
    CHECK(answer.error().message == "parameter p: want [a-z]+; found \"" + std::string(bad) + "\"");
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
  CHECK(binding->Latest()->time == kStart);

  pod.policies.Give({});
  CHECK(Eventually([&] { return binding->Latest()->error.has_value(); }));
  CHECK(CurrentAnswer(*binding, pod.clock.Now()).error() ==
        Error{Code::kNotFound, "there is no policy \"test\" for namespace data"});
}

TEST_CASE("Who waits for the first answer is told when there is one, also where it is an error") {
  Pod pod;
  pod.Start();
  std::atomic<int> told{0};
  for (const char* policy : {"test", "tset"}) pod.Find("app", policy)->WhenAnswered([&] { ++told; });
  CHECK(told == 0);
  pod.Give(kLag);
  CHECK(Eventually([&] { return told == 2; }));
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

TEST_CASE("Bindings survive a restart, with the parameters of their triggers; what was not used for long does not") {
  const TempDir dir;
  const std::string spec =
      "signals: [ { name: lag, query: 'lag{p=\"${p}\"}', perReplica: 10 } ]\nparameters: { p: { pattern: \"[a-z]+\" } "
      "}";
  const auto said = [](const std::string& query, Timestamp) { return Value(query == "lag{p=\"b\"}" ? 50 : 30); };
  {
    Pod pod(said, kStart + seconds(7), dir.path());
    pod.Give(spec);
    pod.Start();
    for (const char* p : {"a", "b"}) {
      const std::vector<std::pair<std::string_view, std::string_view>> metadata = {{"policy", "test"}, {"p", p}};
      Await(pod.controller->Find({"data", p, metadata}));
    }
  }
  {
    Pod pod(said, kStart + seconds(22), dir.path());
    pod.Give(spec);
    pod.Start();
    // Nobody has called.
    const auto bindings = pod.controller->Bindings();
    REQUIRE(bindings.size() == 2);
    for (const auto& binding : bindings) {
      CHECK(Await(binding)->decision.replicas == (binding->key().object_name == "b" ? 5 : 3));
    }
  }
  Pod pod(said, kStart + seconds(7) + ControllerOptions().forget_after + Duration(1), dir.path());
  pod.Start();
  CHECK(pod.controller->Bindings().empty());
}

TEST_CASE("A file of bindings that cannot be read is put aside and logged, and nothing stops") {
  const TempDir dir;
  const std::string text = GENERATE("", "{", "[]", R"({"version":9,"bindings":[]})", R"({"version":1,"bindings":[7]})");
  CAPTURE(text);
  const std::string file = dir.Write("bindings.json", text);
  {
    Pod pod([](const std::string&, Timestamp) { return Value(30); }, kStart + seconds(7), dir.path());
    pod.Give(kLag);
    pod.Start();
    CHECK(pod.controller->Bindings().empty());
    CHECK(Await(pod.Find())->decision.replicas == 3);
    CHECK(pod.log.Count("bindings_unreadable") == 1);
    CHECK(pod.log.Field("bindings_unreadable", "problem").starts_with(file + ": "));
    CHECK(ReadFile(file + ".bad", 1000).value() == text);
  }
  // What was found since is kept.
  Pod pod([](const std::string&, Timestamp) { return Value(30); }, kStart + seconds(7), dir.path());
  pod.Start();
  CHECK(pod.controller->Bindings().size() == 1);
  CHECK(pod.log.Count("bindings_unreadable") == 0);
}

TEST_CASE("A folder for the bindings that is not there is logged, and nothing stops") {
  const TempDir dir;
  Pod pod([](const std::string&, Timestamp) { return Value(30); }, kStart + seconds(7), dir / "none");
  pod.Give(kLag);
  pod.Start();
  CHECK(Await(pod.Find())->decision.replicas == 3);
  CHECK(Eventually([&] { return pod.log.Count("bindings_not_saved") > 0; }));
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

TEST_CASE("A binding that is foreseen is decided before it calls, and stays while it is foreseen") {
  Pod pod;
  pod.options.forget_after = seconds(60);
  pod.Give(kLag);
  pod.Start();
  const std::vector<std::pair<std::string_view, std::string_view>> metadata = {{"policy", "test"}};
  pod.controller->Foresee({"data", "app", metadata});
  REQUIRE(pod.controller->Bindings().size() == 1);
  const auto binding = pod.controller->Bindings()[0];
  CHECK(Await(binding)->decision.replicas == 3);
  CHECK(binding->last_call() == Timestamp());
  for (int i = 0; i < 6; ++i) {
    pod.controller->Foresee({"data", "app", metadata});
    pod.RunTick();
  }
  CHECK(pod.controller->Bindings().size() == 1);
  // Its first call finds it.
  CHECK(pod.Find("app") == binding);
  CHECK(binding->last_call() == pod.clock.Now());
  for (int i = 0; i < 6; ++i) pod.RunTick();
  CHECK(pod.controller->Bindings().empty());
}

TEST_CASE("There are no more bindings than allowed") {
  Pod pod;
  pod.options.max_bindings = 2;
  pod.Give(kLag);
  pod.Start();
  CHECK(pod.Find("a") != nullptr);
  CHECK(pod.Find("b") != nullptr);
  CHECK(pod.Find("c") == nullptr);
  CHECK(pod.log.Count("binding_refused") == 1);
  CHECK(pod.log.Field("binding_refused", "binding") == "data/c");
  CHECK(pod.Find("a") != nullptr);
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

}  // namespace
}  // namespace loadline
