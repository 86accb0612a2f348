// `loadline replay` of what a journal knows.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "journal/journal.h"
#include "scaling/documents.h"
#include "support/places.h"
#include "support/temp_dir.h"
#include "unit/cli/replayed.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Json;
using testing::Ran;
using testing::RunProgram;
using testing::TempDir;

std::string DocumentOf(const std::string& parameter, const std::string& fallback = "") {
  return "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: web }\nspec:\n"
         "  allowedNamespaces: [\"*\"]\n"
         "  parameters: { " +
         parameter + ": { pattern: \"[a-z]+\"" + fallback +
         " } }\n"
         "  replicas: { min: 1, max: 5, observed: \"seen{app=\\\"${name}\\\"}\" }\n"
         "  signals: [ { name: requests, query: \"load{service=\\\"${" +
         parameter + "}\\\"}\", perReplica: 10 } ]\n";
}
const std::string kDocument = DocumentOf("service");

constexpr int kTicks = 240, kHeartbeat = 20;
constexpr Duration kInterval = std::chrono::seconds(15);
const Timestamp kBegin = Timestamp(std::chrono::seconds(1'767'225'600));

// An hour, in which the load doubles for ten minutes.
double LoadAt(int tick) { return tick >= 103 && tick < 143 ? 38 : 19; }

std::shared_ptr<const Policy> PolicyIn(const std::string& text) {
  const LoadlineDocument document = ParseLoadlineDocument(SplitDocuments(text).front());
  REQUIRE(document.content);
  return std::get<std::shared_ptr<const Policy>>(*document.content);
}

// As serve keeps them: a decision where something changed, and at heartbeats.
class Kept {
 public:
  explicit Kept(std::string path, const std::string& document = kDocument)
      : path_(std::move(path)), policy_(PolicyIn(document)) {}

  // A trigger that sets one parameter, and sees so many times the load.
  void Trigger(const std::string& service, const std::string& key = "service", double times = 1) {
    const std::map<std::string, std::string> metadata = {{"policy", "web"}, {key, service}};
    const BindingRecord binding = MakeBindingRecord("shop", "web", "web", metadata);
    const auto plan =
        std::make_shared<const QueryPlan>(*PlanQueries(*policy_, *BindParameters(*policy_, "shop", "web", metadata)));
    for (int tick = 0; tick < kTicks; ++tick) {
      if (tick % kHeartbeat != 0 && LoadAt(tick) == LoadAt(tick - 1)) continue;
      MadeDecision made;
      made.tick = kBegin + kInterval * tick;
      made.binding = [&binding] { return binding; };
      made.policy = policy_;
      made.plan = plan;
      made.seen.now = made.tick;
      for (const PlannedQuery& query : plan->queries) {
        const double value = query.text.starts_with("seen") ? 3 : times * LoadAt(tick);
        made.seen.windows.push_back({{{value, ReadingState::kValue}}, ""});
      }
      const CalendarLookup lookup = made.seen.Lookup();
      made.decision = std::make_shared<const Decision>(Decide(*policy_, *plan, made.seen.Seen(lookup, {})));
      batch_.decisions.push_back(RecordOf(made).record);
    }
    batch_.bindings.push_back(binding);
  }

  DecisionRecord& record(std::size_t i) { return batch_.decisions[i]; }

  std::string Write() {
    batch_.policies = {{policy_->hash, "", "web", *policy_->text, kBegin}};
    const auto journal = std::move(*OpenJournal({"sqlite:" + path_, "", false}));
    REQUIRE(journal->Append(batch_));
    return path_;
  }

 private:
  std::string path_;
  std::shared_ptr<const Policy> policy_;
  JournalBatch batch_;
};

std::string RecordingText() {
  std::string rows =
      "# loadline recording 1\n# object shop/web\n# parameter service=web\n# query q1 default load{service=\"web\"}\n"
      "# query q2 default seen{app=\"web\"}\ntime,q1,q2\n";
  for (int i = 0; i < kTicks; ++i) rows += fmt::format("{},{},3\n", 1'767'225'600 + 15 * i, LoadAt(i));
  return rows;
}

Ran Replay(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "replay");
  return testing::Run(arguments);
}

TEST_CASE("What a journal kept is replayed as if every tick had been recorded") {
  const TempDir dir;
  Kept kept(dir / "journal.db");
  kept.Trigger("web");
  const std::string journal = kept.Write();
  const std::string policy = dir.Write("web.yaml", kDocument);
  const std::string end = "2026-01-01T00:55:15Z";  // a tick after the last heartbeat
  json by_journal = Json(Replay({"--journal", journal, "--object", "shop/web", "--policy", policy, "-o", "json"}));
  json by_rows = Json(
      Replay({"--recording", dir.Write("hour.csv", RecordingText()), "--policy", policy, "-o", "json", "--to", end}));
  CHECK(by_rows["warnings"].empty());
  CHECK(by_journal["warnings"] ==
        json::array({"14 of 221 ticks were kept, where something changed and at heartbeats: between two, for 5m30s at "
                     "most, each query is taken to say what it said at the first"}));
  by_journal.erase("warnings");
  by_rows.erase("warnings");
  CHECK(by_journal == by_rows);
  CHECK(by_journal["replayed"][0]["name"] == "really was");
  CHECK(by_journal["replayed"][1]["total"]["judged"] == 1.0);

  // A part of it, and as a recording of its own.
  const json part = Json(Replay({"--journal", journal, "--object", "shop/web", "--policy", policy, "-o", "json",
                                 "--from", "2026-01-01T00:20:00Z", "--to", "2026-01-01T00:40:00Z"}));
  CHECK(part["begin"] == "2026-01-01T00:20:00.000Z");
  CHECK(part["replayed"][1]["total"]["judged"] == 1.0);
  const std::string file = dir / "kept.csv";
  REQUIRE(RunProgram({testing::kLoadline, "record", "--journal", journal, "--object", "shop/web", "--policy", policy,
                      "--out", file})
              .exit_code == 0);
  json again = Json(Replay({"--recording", file, "--policy", policy, "-o", "json"}));
  again.erase("warnings");
  CHECK(again == by_journal);
}

TEST_CASE("Where nothing was kept for longer than a heartbeat nothing is known") {
  const TempDir dir;
  Kept kept(dir / "journal.db");
  kept.Trigger("web");
  // A decision of which nothing can be used: what it saw is no text of Loadline's.
  kept.record(2).seen = "{";
  const std::string journal = kept.Write();
  const std::string policy = dir.Write("web.yaml", kDocument);
  const json said = Json(Replay({"--journal", journal, "--object", "shop/web", "--policy", policy, "-o", "json"}));
  CHECK(said["warnings"][0].get<std::string>().starts_with("1 decisions are left out: observation: not JSON"));
  // Five minutes less the two ticks that a heartbeat may be late.
  CHECK(said["replayed"][1]["total"]["judged"].get<double>() == Approx(1 - 17.0 / 221).margin(0.003));
  const json patient = Json(
      Replay({"--journal", journal, "--object", "shop/web", "--policy", policy, "-o", "json", "--heartbeat", "10m"}));
  CHECK(patient["replayed"][1]["total"]["judged"] == 1.0);
}

TEST_CASE("Whose decisions of a journal are to be replayed is said, or told to be") {
  const TempDir dir;
  Kept kept(dir / "journal.db");
  kept.Trigger("web");
  kept.Trigger("api");
  const std::string journal = kept.Write();
  const std::string policy = dir.Write("web.yaml", kDocument);
  struct Row {
    std::vector<std::string> arguments;
    int code;
    std::string message;
  };
  const std::vector<Row> rows = {
      {{"--journal", journal}, 2, "want --object NAMESPACE/NAME"},
      {{"--journal", journal, "--object", "shop/other"},
       1,
       "the journal has no decision of shop/other: check --object"},
      {{"--journal", dir / "none.db", "--object", "shop/web"}, 2, "none.db"},
      {{"--journal", journal, "--object", "shop/web"},
       2,
       "the object has triggers with service api and web: say which with --parameter service=VALUE"},
      {{"--journal", journal, "--object", "shop/web", "--parameter", "service=web", "--from", "2020-01-01T00:00:00Z",
        "--to", "2020-01-02T00:00:00Z"},
       1,
       "the journal has no decision of the object from "},
      {{"--journal", journal, "--recording", journal, "--object", "shop/web"}, 2, "want one of --prometheus URL"},
  };
  for (const Row& row : rows) {
    std::vector<std::string> arguments = {"--policy", policy};
    arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
    const Ran ran = Replay(arguments);
    INFO(row.message << " in " << ran.output);
    CHECK(ran.exit_code == row.code);
    CHECK(ran.output.find(row.message) != std::string::npos);
  }
  CHECK(Replay({"--journal", journal, "--object", "shop/web", "--policy", policy, "--parameter", "service=web"})
            .exit_code == 0);
}

TEST_CASE("What one trigger saw is not taken for what another one asks") {
  const TempDir dir;
  const std::string policy = dir.Write("web.yaml", kDocument);
  const std::map<std::string, double> triggers = {{"web", 1}, {"api", 0.1}};
  Kept both(dir / "both.db");
  for (const auto& [service, times] : triggers) both.Trigger(service, "service", times);
  const std::string of_both = both.Write();
  for (const auto& [service, times] : triggers) {
    INFO(service);
    Kept alone(dir / service);
    alone.Trigger(service, "service", times);
    const auto replay = [&, parameter = "service=" + service](const std::string& journal) {
      return Json(Replay(
          {"--journal", journal, "--object", "shop/web", "--policy", policy, "--parameter", parameter, "-o", "json"}));
    };
    CHECK(replay(of_both) == replay(alone.Write()));
  }
}

TEST_CASE("A parameter that the journal hides is asked for, and never asked with what stands in its place") {
  for (const char* key : {"tokenTopic", "secretName", "topicFromEnv"}) {
    INFO(key);
    const std::string name = std::string(key) == "topicFromEnv" ? "topic" : key;
    const std::string document = DocumentOf(name, ", default: fallback");
    const TempDir dir;
    const std::string policy = dir.Write("web.yaml", document);
    Kept alone(dir / "alone.db", document);
    alone.Trigger("web", key);
    Kept both(dir / "both.db", document);
    both.Trigger("web", key);
    both.Trigger("api", key, 0.1);
    const std::string one = alone.Write(), two = both.Write();
    const auto replay = [&](const std::string& journal, const std::string& value, const std::string& by) {
      std::vector<std::string> arguments = {"--journal", journal, "--object", "shop/web", "--policy", by, "-o", "json"};
      if (!value.empty()) arguments.insert(arguments.end(), {"--parameter", name + "=" + value});
      return Replay(arguments);
    };
    const auto says = [&](const Ran& ran, int code, const std::string& text) {
      INFO(ran.output);
      CHECK(ran.exit_code == code);
      CHECK(ran.output.find(text) != std::string::npos);
    };

    says(replay(one, "", policy), 2,
         "the journal does not show what the trigger sets for " + name +
             ", as it may be secret: say it with --parameter " + name + "=VALUE");
    says(replay(one, "(hidden)", policy), 2, "want the value; found (hidden), which stands in its place");
    // A policy that has no such parameter does without, but what was asked was asked with it.
    const std::string plain = dir.Write("plain.yaml", DocumentOf("other", ", default: web"));
    says(replay(one, "", plain), 1, "the journal does not show what the trigger sets for " + name);
    CHECK(Json(replay(one, "web", plain))["replayed"][1]["total"]["judged"] == 1.0);

    const json said = Json(replay(one, "web", policy));
    CHECK(said["replayed"][1]["total"]["judged"] == 1.0);
    // Of two triggers that one is played whose value it is.
    json of_two = Json(replay(two, "web", policy));
    CHECK(of_two["warnings"][0] == "14 decisions are left out: their trigger sets " + name + " otherwise");
    of_two["warnings"].erase(0);
    CHECK(of_two == said);
    says(replay(one, "other", policy), 1, "their trigger sets " + name + " otherwise");
  }
}

}  // namespace
}  // namespace loadline
