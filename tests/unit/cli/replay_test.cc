#include "cli/commands/replay.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <sstream>

#include "support/child.h"
#include "support/places.h"
#include "support/temp_dir.h"

namespace loadline {
namespace {

using testing::Ran;
using testing::RunProgram;
using testing::TempDir;

const std::string kService = std::string(testing::kSourceDir) + "/examples/objective/service.yaml";
const std::string kWorker = std::string(testing::kSourceDir) + "/examples/objective/worker.yaml";

Ran Replayed(std::vector<std::string> arguments, const std::string& input) {
  arguments.insert(arguments.begin(), {testing::kLoadline, "replay"});
  return RunProgram(arguments, {}, input);
}

TEST_CASE("A replay answers each row, and follows its own answers") {
  // At the start 80 % of a capacity of 50 is used.
  const Ran ran = Replayed({"--policy", kService}, "ts,load\n0,100\n15,400\n30,\n45,100\n60,100\n");
  CHECK(ran.output == "ts,desired\n0,3\n15,10\n30,7\n45,3\n60,3\n");
  CHECK(ran.exit_code == 0);
  CHECK(Replayed({"--policy", kService}, "").output == "ts,desired\n");
}

TEST_CASE("Options override what the policy says") {
  const std::string rows = "0,100\n";
  CHECK(Replayed({"--policy", kService, "--capacity", "10"}, rows).output == "ts,desired\n0,13\n");
  CHECK(Replayed({"--policy", kService, "--capacity", "10", "--max", "5"}, rows).output == "ts,desired\n0,5\n");
  CHECK(Replayed({"--policy", kService, "--min", "4"}, rows).output == "ts,desired\n0,4\n");
}

TEST_CASE("In lockstep the replicas are those observed") {
  const std::string rows = "ts,load,backlog,ready,replicas\n0,100,0,2,2\n15,400,3000,2,2\n30,,0,2,9\n";
  CHECK(Replayed({"--policy", kService, "--lockstep"}, rows).output == "desired\n3\n10\n9\n");
  // 400 a second are 8 workers; 3000 items are 4 that work for a tick, in 12 ticks (the delay and a minute); at 80 %.
  const Ran queue = Replayed({"--policy", kWorker, "--lockstep"}, rows);
  CHECK(queue.output == "desired\n3\n11\n9\n");
}

TEST_CASE("Bad rows are told with their line") {
  const auto said = [](const std::string& rows) { return Replayed({"--policy", kService}, rows); };
  struct Row {
    const char* rows;
    const char* message;
  };
  const Row row = GENERATE(values<Row>({
      {"0,1\n7,1\n", "line 2: want a multiple of the tick; found \"7,1\""},
      {"15,1\n0,1\n", "line 2: rows are in the order of time, each time once; found \"0,1\""},
      {"0,1\n0,1\n", "line 2: rows are in the order of time, each time once; found \"0,1\""},
      {"ts,load\n0,-1\n", "line 2: want a load of at least 0, or nothing where it is missing; found \"0,-1\""},
      {"0,many\n", "line 1: want a load of at least 0, or nothing where it is missing; found \"0,many\""},
      {"0,1\nx,1\n", "line 2: want seconds since the epoch; found \"x,1\""},
      {"0\n", "line 1: want ts,load; found \"0\""},
      {"0,1\n15000000000,1\n", "line 2: the gap before it is too long; found \"15000000000,1\""},
  }));
  const Ran ran = said(row.rows);
  CHECK(ran.output.find(fmt::format("replay: {}\n", row.message)) != std::string::npos);
  CHECK(ran.exit_code == 2);
  const Ran lockstep = Replayed({"--policy", kWorker, "--lockstep"}, "0,1,0,1,1.5\n");
  CHECK(lockstep.output.find("line 1: want the observed replicas, a whole number of at least 0; found") !=
        std::string::npos);
  CHECK(lockstep.exit_code == 2);
}

TEST_CASE("A policy or an option that cannot be replayed is told") {
  const TempDir dir;
  const std::string head =
      "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: a, namespace: b }\nspec:\n"
      "  signals: [ { name: a, query: a, perReplica: 1 } ]\n  whenIdle: wake\n";
  dir.Write("none.yaml", head);
  dir.Write("two.yaml", head + "---\n" + head);
  dir.Write("good.yaml", head + "  replicas: { max: 9 }\n  objective: { violations: 1%, startDelay: 30s }\n");
  dir.Write("bad.yaml", head + "  objective: { violations: 1%, late: 1% }\n");
  const auto said = [&](const std::string& file, std::vector<std::string> more) {
    more.insert(more.begin(), {"--policy", (dir.path() / file).string()});
    const Ran ran = Replayed(more, "0,1\n");
    CHECK(ran.exit_code == 2);
    return ran.output;
  };
  const auto has = [](const std::string& text) { return Catch::Matchers::Contains(text); };
  CHECK_THAT(said("absent.yaml", {}), has("absent.yaml"));
  CHECK_THAT(said("none.yaml", {}), has("want spec.objective: it is what is replayed"));
  CHECK_THAT(said("two.yaml", {}), has("want one policy; found 2 documents"));
  CHECK_THAT(said("bad.yaml", {}), has("want violations (a service), or deadline and late (a queue); found both"));
  CHECK_THAT(said("good.yaml", {"--min", "5", "--max", "4"}), has("want min, 5, not above max, 4"));
  CHECK_THAT(said("good.yaml", {"--tick", "7"}), has("--tick: want seconds that a minute is a multiple of; found 7"));
  CHECK(Replayed({}, "").exit_code == 2);
}

TEST_CASE("What was asked for, and what is expected, is explained") {
  const Ran ran = Replayed({"--policy", kService, "--explain"}, "0,100\n");
  CHECK_THAT(ran.output, Catch::Matchers::Contains("asked for 1 %; two days of readings are needed"));
}

}  // namespace
}  // namespace loadline
