// What the real program remembers, before and after it is killed.
#include <signal.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "integration/service.h"
#include "support/places.h"

namespace loadline {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::Ask;
using testing::Eventually;
using testing::LiveData;
using testing::PolicyText;
using testing::PrometheusServer;
using testing::Ran;
using testing::RunProgram;
using testing::Service;
using testing::TempDir;

TEST_CASE("What was decided is in the journal, and is decided again the same") {
  PrometheusServer prometheus(LiveData());
  const TempDir dir;
  dir.Write("policies/worker.yaml", PolicyText());
  Service service(dir, prometheus.url());
  REQUIRE(Ask(service).status.ok());
  dir.Write("policies/worker.yaml", PolicyText("124"));
  REQUIRE(Eventually([&] { return Ask(service).value == 10; }));
  REQUIRE(Eventually([&] { return json::parse(service.Get("/readyz").body)["journal"]["stored"] >= 2; }));
  const std::string journal = dir / "data/journal.db";
  const auto show = [&] {
    return RunProgram({testing::kLoadline, "journal", "show", "data/app", "--journal", journal, "--count", "10"});
  };
  REQUIRE(Eventually(
      [&] { return show().output.find("worker 10 active: lag wants 10: 1240 at 124 each") != std::string::npos; }));
  CHECK(show().output.find("worker 4.13333 active: lag wants 4.133: 1240 at 300 each") != std::string::npos);
  service.child().Signal(SIGKILL);
  service.child().Wait();
  const Ran verified = RunProgram({testing::kLoadline, "journal", "verify", "--journal", journal});
  INFO(verified.output);
  CHECK(verified.exit_code == 0);
  CHECK(verified.output.find(" 0 differ, 0 cannot be decided again") != std::string::npos);
}

// The program, asked about the service.
Ran Looked(const Service& service, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), testing::kLoadline);
  arguments.push_back("--server=" + service.http());
  return RunProgram(arguments);
}

TEST_CASE("What was decided is explained for any time, before and after kill -9") {
  PrometheusServer prometheus(LiveData());
  const TempDir dir;
  dir.Write("policies/worker.yaml", PolicyText());
  Service service(dir, prometheus.url());
  REQUIRE(Ask(service).status.ok());
  const Timestamp between = SystemClock().Now();
  REQUIRE(Eventually([&] { return json::parse(service.Get("/readyz").body)["journal"]["stored"] >= 1; }));
  dir.Write("policies/worker.yaml", PolicyText("124"));
  REQUIRE(Eventually([&] { return Ask(service).value == 10; }));
  REQUIRE(Eventually([&] { return json::parse(service.Get("/readyz").body)["journal"]["stored"] >= 2; }));
  const std::string then = FormatTimestamp(between);

  const auto check = [&] {
    Ran ran = Looked(service, {"explain", "data/app", "--at", then});
    INFO(ran.output);
    CHECK(ran.exit_code == 0);
    CHECK_THAT(ran.output, Catch::Contains("data/app wants 4.133 replicas, active"));
    CHECK_THAT(ran.output, Catch::Contains("from      journal"));
    ran = Looked(service, {"history", "data/app"});
    CHECK(ran.exit_code == 0);
    CHECK_THAT(ran.output, Catch::Contains("lag wants 10: 1240 at 124 each"));
    CHECK_THAT(ran.output, Catch::Contains("lag wants 4.133: 1240 at 300 each"));
    ran = Looked(service, {"diff", "data/app", "--at", then, "--at", "now"});
    INFO(ran.output);
    CHECK(ran.exit_code == 1);
    CHECK_THAT(ran.output, Catch::Contains("replicas     4.133"));
    CHECK_THAT(ran.output, Catch::Contains("policy_hash"));
  };
  check();
  Ran ran = Looked(service, {"explain", "data/app", "--at", then, "--what-if", "lag=620"});
  CHECK_THAT(ran.output, Catch::Contains("lag wants 2.067: 620 at 300 each"));
  CHECK_THAT(ran.output, Catch::Contains("changed   replicas 2.067, was 4.133"));
  ran = Looked(service, {"explain", "data/app", "--what-if", "lagg=620"});
  CHECK(ran.exit_code == 2);
  CHECK_THAT(ran.output, Catch::Contains("the policy reads no \"lagg\"; it reads lag and observed"));
  ran = Looked(service, {"explain", "data/app", "--at", FormatTimestamp(between - seconds(600))});
  INFO(ran.output);
  CHECK_THAT(ran.output, Catch::Contains("from      recomputed"));
  CHECK_THAT(ran.output, Catch::Contains("lag wants 10: 1240 at 124 each"));
  ran = Looked(service, {"explain", "data/nobody", "--at", "1m"});
  CHECK(ran.exit_code == 1);
  CHECK_THAT(ran.output, Catch::Contains("nothing is known of data/nobody at"));

  service.child().Signal(SIGKILL);
  service.child().Wait();
  service.Start();
  check();
  ran = Looked(service, {"status"});
  INFO(ran.output);
  CHECK(ran.exit_code == 0);
  CHECK_THAT(ran.output, Catch::Contains("1 bindings, 0 with a problem; the server is well"));
}

TEST_CASE("A journal that cannot be reached keeps nothing from starting, nor from deciding") {
  PrometheusServer prometheus(LiveData());
  const TempDir dir;
  dir.Write("policies/worker.yaml", PolicyText());
  const std::string password = dir.Write("password", "hunter2\n");
  Service service(dir, prometheus.url(),
                  {"--journal.url=postgresql://loadline@/nowhere?host=" + (dir / "no-socket"),
                   "--journal.passwordFile=" + password});
  REQUIRE(Ask(service).status.ok());
  REQUIRE(Eventually([&] { return json::parse(service.Get("/readyz").body)["journal"]["ok"] == false; }));
  const HttpResponse ready = service.Get("/readyz");
  CHECK(ready.status == 200);
  CHECK(json::parse(ready.body)["journal"]["problem"].get<std::string>().starts_with("PostgreSQL: "));
  CHECK(Ask(service).value == Approx(1240.0 / 300));
  CHECK(service.Event("journal_failing").has_value());
  CHECK(service.child().Output().find("hunter2") == std::string::npos);
  CHECK(ready.body.find("hunter2") == std::string::npos);
  service.child().Signal(SIGTERM);
  CHECK(service.child().Wait() == 0);
}

}  // namespace
}  // namespace loadline
