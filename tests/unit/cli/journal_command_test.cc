// `loadline journal`, over journals that a test writes.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands/journal.h"
#include "journal/journal.h"
#include "support/child.h"
#include "support/journal_records.h"
#include "support/places.h"
#include "support/temp_dir.h"

namespace loadline {
namespace {

using testing::Ran;
using testing::RunProgram;
using testing::SomeMade;
using testing::TempDir;
using testing::TickTime;

// A journal of three decisions, each changed by `change` before it is written.
std::string WriteJournal(const TempDir& dir, const std::function<void(DecisionRecord&)>& change = {},
                         std::optional<std::string> policy_text = std::nullopt) {
  const std::string path = dir / "journal.db";
  const auto journal = std::move(*OpenJournal({"sqlite:" + path, "", false}));
  JournalBatch batch;
  for (int tick = 1; tick <= 3; ++tick) {
    const MadeDecision made = SomeMade(1, tick, tick * 10);
    RecordedDecision recorded = RecordOf(made);
    if (change) change(recorded.record);
    batch.decisions.push_back(std::move(recorded.record));
    batch.bindings = {recorded.binding};
    batch.policies = {{made.policy->hash, "data", "test", policy_text.value_or(*made.policy->text), TickTime(0)}};
  }
  REQUIRE(journal->Append(batch));
  return path;
}

Ran Verify(const std::string& journal) {
  return RunProgram({testing::kLoadline, "journal", "verify", "--journal", journal});
}
Ran Show(const std::string& journal, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {testing::kLoadline, "journal", "show", "web/app-1", "--journal", journal};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunProgram(arguments);
}

TEST_CASE("verify decides every record again") {
  const TempDir dir;
  SECTION("and says that all came out the same") {
    const Ran ran = Verify(WriteJournal(dir));
    CHECK(ran.exit_code == 0);
    CHECK(ran.output == "3 decisions: 3 came out the same, 0 differ, 0 cannot be decided again, 0 decided nothing\n");
  }
  SECTION("and says which does not, and how") {
    const Ran ran = Verify(WriteJournal(dir, [](DecisionRecord& each) {
      if (each.tick == TickTime(2)) each.replicas = 7;
    }));
    CHECK(ran.exit_code == 1);
    CHECK(ran.output ==
          "2024-10-04T00:00:30.000Z web/app-1 (cdc-worker), decided by 0.1.0: 2, active; was 7, active\n"
          "3 decisions: 2 came out the same, 1 differ, 0 cannot be decided again, 0 decided nothing\n");
  }
  SECTION("and says which cannot be") {
    const Ran ran = Verify(WriteJournal(dir, [](DecisionRecord& each) {
      if (each.tick == TickTime(3)) each.seen = "{";
      if (each.tick == TickTime(2)) each.policy_hash = 1;
    }));
    CHECK(ran.exit_code == 1);
    CHECK(ran.output.find("cannot be decided again: the journal has no such policy\n") != std::string::npos);
    CHECK(ran.output.find("cannot be decided again: observation: not JSON") != std::string::npos);
    CHECK(ran.output.find("1 came out the same, 0 differ, 2 cannot") != std::string::npos);
  }
  SECTION("unless today's rules refuse its policy") {
    const Ran ran = Verify(WriteJournal(dir, {}, "kind: ScalingPolicy"));
    CHECK(ran.exit_code == 1);
    CHECK(ran.output.find("3 cannot be decided again") != std::string::npos);
  }
  SECTION("but not errors before any reading was looked at") {
    const Ran ran = Verify(WriteJournal(dir, [](DecisionRecord& each) {
      each.plan = each.seen = "";
      each.error = Error{Code::kNotFound, "no policy"};
    }));
    CHECK(ran.exit_code == 0);
    CHECK(ran.output.find("3 decided nothing") != std::string::npos);
  }
}

TEST_CASE("verify says what it cannot read, and exits with 2") {
  const TempDir dir;
  const Ran none = Verify(dir / "none.db");
  CHECK(none.exit_code == 2);
  CHECK(none.output.starts_with("journal: " + (dir / "none.db")));
  CHECK(Verify(dir.Write("text", std::string(5000, 'x'))).exit_code == 2);
  CHECK(Verify("postgresql://nobody@/none?host=" + dir.path().string()).exit_code == 2);
  CHECK(Verify("mysql://db").exit_code == 2);
}

TEST_CASE("show prints the decisions up to a time, the latest first") {
  const TempDir dir;
  const std::string journal = WriteJournal(dir);
  CHECK(Show(journal).output == "2024-10-04T00:00:45.000Z cdc-worker 3 active: lag wants 3: 30 at 10 each\n");
  CHECK(Show(journal, {"--at", "2024-10-04T00:00:44Z", "--count", "5"}).output ==
        "2024-10-04T00:00:30.000Z cdc-worker 2 active: lag wants 2: 20 at 10 each\n"
        "2024-10-04T00:00:15.000Z cdc-worker 1 active: lag wants 1: 10 at 10 each\n");
  const Ran before = Show(journal, {"--at", "2024-10-04T00:00:14Z"});
  CHECK(before.exit_code == 1);
  CHECK(before.output == "journal: no decision of web/app-1 up to then\n");
  CHECK(Show(journal, {"--policy", "other"}).exit_code == 1);
  CHECK(Show(journal, {"--at", "noon"}).exit_code == 2);
  const nlohmann::json json = nlohmann::json::parse(Show(journal, {"-o", "json"}).output);
  CHECK(json["replicas"] == 3);
  CHECK(json["metadata"]["policy"] == "cdc-worker");
  CHECK(json["seen"]["windows"][0]["ticks"][0]["times"] == nlohmann::json::parse("[5, 30.0]"));
  CHECK(json["steps"][0]["reason"] == "HighestDemand");
}

}  // namespace
}  // namespace loadline
