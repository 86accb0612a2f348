// Every read of a journal fails, one after the other, in each way that a journal can fail, for the pages that tell what
// was decided.
#include <algorithm>

#include "faults/nth_journal.h"
#include "journal/backends.h"
#include "journal/journal_reader.h"
#include "replay/journal_history.h"
#include "unit/api/journaled_decisions.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Admin;
using testing::ForEveryCall;
using testing::JournalFault;
using testing::NthCall;
using testing::Numbers;
using testing::TickTime;

enum class Way { kUnavailable, kFull, kDamaged };

Error ErrorOf(Way way) {
  switch (way) {
    case Way::kFull: return {Code::kResourceExhausted, "no room to sort in"};
    case Way::kDamaged: return {Code::kDataLoss, "a page is damaged"};
    default: return {Code::kUnavailable, "it is away"};
  }
}

// A signal that had a reading, none, and one again: what a record's columns do not say is in what it is decided by. And
// records of an object whose policy the journal does not have.
std::unique_ptr<DecisionJournal> Recorded() {
  const char* spec =
      "parameters: { pipeline: { pattern: '.*' } }\n"
      "signals: [ { name: lag, query: lag, perReplica: 10 } ]\nreplicas: { min: 1, max: 20 }\n"
      "onMissing: { hold: 5m, then: error }";
  RecordedWindow failed = Numbers({50, 50, 50});
  failed.ticks.back() = {0, ReadingState::kFailed};
  failed.problem = "prom:9090: connection refused";
  auto journal =
      testing::JournalOf({testing::MadeOf(spec, 3, {Numbers({50, 50, 50})}), testing::MadeOf(spec, 5, {failed}),
                          testing::MadeOf(spec, 7, {Numbers({90, 90, 90})})});
  JournalBatch others;
  others.bindings = {testing::SomeBinding(0)};
  others.decisions = {testing::SomeDecision(0, 4), testing::SomeDecision(0, 6)};
  REQUIRE(journal->Append(others));
  return journal;
}

// Opens anew after each failure, as serve does; also that may fail.
std::unique_ptr<DecisionJournal> Reading(DecisionJournal& real, NthCall& call, Way way) {
  return MakeJournalReader([&real, &call, way]() -> Result<std::unique_ptr<DecisionJournal>> {
    if (call.Fails()) return Fail(ErrorOf(way));
    return std::make_unique<testing::NthJournal>(real, call, JournalFault{.error = ErrorOf(way)});
  });
}

const std::string kObject = "namespace=web&name=app-1";

std::vector<std::string> JournalPages() {
  const std::string span = testing::Journaled::Span(3, 9);
  const std::string at = "&at=" + FormatTimestamp(TickTime(7));
  return {"/api/v1/history?" + kObject,
          "/api/v1/history?namespace=web&name=nobody",
          "/api/v1/explain?" + kObject + at,
          "/api/v1/explain?namespace=data&name=app-0" + at,
          "/api/v1/explain?namespace=web&name=nobody" + at,
          "/api/v1/explain?namespace=web&name=bound" + at,
          "/api/v1/timeline?" + kObject + "&" + span,
          "/api/v1/timeline?namespace=data&name=app-0&" + span,
          "/api/v1/trends?objects=web/app-1,data/app-0,web/nobody&" + span,
          "/api/v1/summary?" + span};
}

struct Told {
  int status = 0;
  std::string body;  // but for when it was asked for

  friend bool operator==(const Told&, const Told&) = default;
};

Told Ask(const Admin& admin, const std::string& page) {
  const HttpResponse response = admin.Get(page);
  json body = json::parse(response.body);
  body.erase("now");
  return {response.status, body.dump()};
}

std::vector<Told> AskAll(const Admin& admin) {
  std::vector<Told> told;
  for (const std::string& page : JournalPages()) told.push_back(Ask(admin, page));
  return told;
}

// With a trigger that the journal knows nothing of.
struct Pages {
  explicit Pages(DecisionJournal& journal) : admin(testing::kLag, {}, &journal) { admin.Bind("bound", "orders"); }

  Admin admin;
};

TEST_CASE("Whichever read of a journal fails, a page says so and is whole, or says why it is not") {
  const auto journal = Recorded();
  const std::vector<Told> healthy = AskAll(Pages(*journal).admin);
  REQUIRE(std::ranges::count(healthy, 200, &Told::status) == 8);  // nobody is known to explain, nor recomputed
  const int runs = ForEveryCall({Way::kUnavailable, Way::kFull, Way::kDamaged}, [&](NthCall& call, Way way) {
    const std::unique_ptr<DecisionJournal> reading = Reading(*journal, call, way);
    const Pages pages(*reading);
    const std::string bindings = pages.admin.Get("/api/v1/bindings").body;
    const std::string words = ErrorOf(way).message;
    for (std::size_t i = 0; i < healthy.size(); ++i) {
      const std::string page = JournalPages()[i];
      const int before = call.failed();
      const Told told = Ask(pages.admin, page);
      CAPTURE(page, told.status, told.body);
      // It is told wherever something failed, and what needs no journal is told beside it.
      const bool explains = page.find("/explain") != std::string::npos;
      REQUIRE((told == healthy[i]) == (call.failed() == before));
      if (told != healthy[i]) {
        REQUIRE(told.body.find(words) != std::string::npos);
        REQUIRE((told.status == 503 || (told.status == 200 && explains)));
      }
      REQUIRE(pages.admin.Get("/api/v1/bindings").body == bindings);
    }
    call.End();
    REQUIRE(AskAll(pages.admin) == healthy);
  });
  CHECK(runs >= 25);
}

struct NoProgress : Progress {
  void Show(std::string_view, std::size_t, std::size_t) override {}
  void Clear() override {}
  bool Stopped() const override { return false; }
};

// What a replay plays, with the warnings; or why there is nothing.
Result<std::string> HistoryOf(DecisionJournal& journal) {
  const std::shared_ptr<DecisionJournal> borrowed(&journal, [](DecisionJournal*) {});
  auto history = JournalHistory::Of(borrowed, "web", "app-1");
  if (!history) return Fail(history.error());
  std::vector<std::string> warnings;
  NoProgress progress;
  const auto read =
      history->Read({TickTime(0), TickTime(9), std::chrono::minutes(5), 1'000'000}, {}, warnings, progress);
  if (!read) return Fail(read.error());
  std::string text = FormatRecording(*read);
  for (const std::string& each : warnings) text += each + "\n";
  return text;
}

TEST_CASE("Whichever read of a journal fails, a replay of it says why there is none, and never plays a part") {
  const auto journal = Recorded();
  const std::string healthy = HistoryOf(*journal).value();
  const int runs = ForEveryCall({Way::kUnavailable, Way::kFull, Way::kDamaged}, [&](NthCall& call, Way way) {
    const std::unique_ptr<DecisionJournal> reading = Reading(*journal, call, way);
    const Result<std::string> history = HistoryOf(*reading);
    REQUIRE(history.has_value() == !call.has_failed());
    if (!history) REQUIRE(history.error().code == ErrorOf(way).code);
    if (!history) REQUIRE(history.error().message == ErrorOf(way).message);
    if (history) REQUIRE(*history == healthy);
    call.End();
    REQUIRE(HistoryOf(*reading).value() == healthy);
  });
  CHECK(runs >= 4);  // it is opened, and bindings, decisions and their policy are read
}

}  // namespace
}  // namespace loadline
