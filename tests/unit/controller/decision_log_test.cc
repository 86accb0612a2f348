#include "controller/decision_log.h"

#include <catch2/catch.hpp>

#include "support/policy_builder.h"
#include "unit/controller/recording_log.h"

namespace loadline {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::RecordingLog;

const Timestamp kNow{hours(480'000)};

PublishedAnswer Failed(const std::string& message, Timestamp time = kNow, Code code = Code::kUnavailable) {
  PublishedAnswer answer;
  answer.time = time;
  answer.error = Error{code, message};
  return answer;
}

PublishedAnswer By(std::string policy, PublishedAnswer answer) {
  auto named = std::make_shared<Policy>();
  named->name = std::move(policy);
  answer.policy = std::move(named);
  return answer;
}

BindingKey Key(std::map<std::string, std::string> metadata = {}) { return {"data", "app", std::move(metadata)}; }

TEST_CASE("An error is logged again when its reason changes; a number in it that does is none, but for HTTP's") {
  const auto is_due = [](const char* message, const char* latest) {
    return LoggedDecision(Failed(message)).IsDueAfter(LoggedDecision(Failed(latest)));
  };
  CHECK_FALSE(is_due("prom:9090: HTTP 500: boom", "prom:9090: HTTP 500: boom"));
  CHECK(is_due("prom:9090: HTTP 503: boom", "prom:9090: HTTP 500: boom"));
  CHECK(is_due("prom:9090: refused the query: parse error", "prom:9090: HTTP 500: boom"));
  CHECK(is_due("prom:9090: no answer within 59s", "prom:9090: no answer"));
  CHECK_FALSE(is_due("prom:9090: no answer within 59s", "prom:9090: no answer within 1m2.5s"));
  CHECK_FALSE(is_due("found 12,345 series: wrap the query", "found 3 series: wrap the query"));
  CHECK(is_due("parameter p95: is required", "parameter p99: is required"));
}

TEST_CASE("What does not change is logged once an hour") {
  const LoggedDecision first(Failed("boom"));
  CHECK(first.IsDueAfter({}));
  CHECK_FALSE(LoggedDecision(Failed("boom", kNow + hours(1) - seconds(15))).IsDueAfter(first));
  CHECK(LoggedDecision(Failed("boom", kNow + hours(1))).IsDueAfter(first));
}

TEST_CASE("Errors of one policy, code and reason are limited together; others, and values, are not with them") {
  RecordingLog log;
  const auto keys = [&](const PublishedAnswer& answer) {
    LogDecision(log, Key(), answer, {});
    return log.Keys("decision").size();
  };
  CHECK(keys(By("one", Failed("no answer within 4.9s"))) == 1);
  CHECK(keys(By("one", Failed("no answer within 5s"))) == 1);
  CHECK(keys(By("two", Failed("no answer within 5s"))) == 2);
  CHECK(keys(By("one", Failed("no answer within 5s", kNow, Code::kInvalidArgument))) == 3);
  CHECK(log.Count("decision") == 4);
  CHECK_FALSE(log.Keys("decision").contains(""));

  PublishedAnswer value;
  value.policy =
      std::make_shared<Policy>(testing::MakePolicy("signals: [ { name: lag, query: lag, perReplica: 10 } ]"));
  value.decision.signals.resize(1);
  CHECK(keys(value) == 4);
  CHECK(log.Keys("decision").contains(""));
}

TEST_CASE("The places of reasons are bounded, whatever triggers set and sources say") {
  RecordingLog log;
  for (char c = 'a'; c <= 'z'; ++c) LogDecision(log, Key(), Failed(std::string("trouble with ") + c), {});
  CHECK(log.Count("decision") == 26);
  CHECK(log.Keys("decision").size() > 1);
  CHECK(log.Keys("decision").size() <= 8);
}

TEST_CASE("The event tells the triggers of an object apart by their parameters, without what may be secret") {
  RecordingLog log;
  const BindingKey key = Key({{"policy", "none"},
                              {"scalerAddress", "loadline:50051"},
                              {"pipeline", "orders"},
                              {"tokenFromEnv", "s3cret"},
                              {"tlsClientKey", "s3cret"}});
  LogDecision(log, key, Failed("boom"), {});
  CHECK(log.Field("decision", "policy") == "none");
  CHECK(log.Field("decision", "parameters") == R"json({"pipeline":"orders","tokenFromEnv":"(hidden)"})json");
  LogDecision(log, Key(), Failed("boom"), {});
  CHECK(log.Field("decision", "parameters") == "{}");
}

}  // namespace
}  // namespace loadline
