// From decisions and sights to receivers.
#include "notify/notifier.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/eventually.h"
#include "support/fault_server.h"
#include "support/journal_records.h"
#include "support/raw_http.h"
#include "unit/notify/samples.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Eventually;
using testing::FaultServer;
using testing::SomeMade;
using testing::SourceIs;

struct CountingSink : DecisionSink {
  void Take(MadeDecision made) override {
    with_readings += !made.seen.windows.empty();
    ++taken;
  }
  void TakePolicies(const std::vector<std::shared_ptr<const Policy>>& in_force) override { policies = in_force.size(); }
  JournalState State() const override {
    JournalState state;
    state.where = "here";
    return state;
  }

  std::atomic<int> taken{0};
  std::atomic<int> with_readings{0};
  std::size_t policies = 0;
};

struct Told {
  explicit Told(std::string url = "") {
    WebhookOptions options;
    options.gather = Duration(0);
    options.url = url.empty() ? receiver.url() : std::move(url);
    WebhookSurroundings around{SystemClock(), NoLog(), {}, [] { return 1.0; }};
    std::vector<std::unique_ptr<Webhook>> webhooks;
    webhooks.push_back(MakeWebhook("chat", options, around));
    notifier = MakeNotifier(journal, std::move(webhooks), Duration(1));
  }

  std::vector<std::string> Types() const {
    std::vector<std::string> types;
    for (const std::string& request : receiver.requests())
      types.push_back(json::parse(testing::BodyOf(request))["type"].get<std::string>().substr(13));
    return types;
  }

  CountingSink journal;
  FaultServer receiver{[](const std::string&) { return testing::HttpText(200, ""); }};
  std::unique_ptr<Notifier> notifier;
};
using Texts = std::vector<std::string>;

TEST_CASE("Decisions go on to the journal, whole, and what changed to the receiver") {
  Told told;
  told.notifier->Start([] { return std::nullopt; });
  told.notifier->Take(SomeMade(1, 0, 30));
  told.notifier->Take(SomeMade(1, 1, 30));
  told.notifier->Take(SomeMade(1, 2, 3000));
  CHECK(told.journal.taken == 3);
  CHECK(told.journal.with_readings == 3);
  told.notifier->TakePolicies({nullptr});
  CHECK(told.journal.policies == 1);
  CHECK(told.notifier->State().where == "here");
  REQUIRE(Eventually([&] { return told.Types() == Texts{"scaled"}; }));
  const json event = json::parse(testing::BodyOf(told.receiver.requests()[0]));
  CHECK(event["data"]["reason"].get<std::string>().find(" wants ") != std::string::npos);
  CHECK(told.notifier->States().at(0).name == "chat");
}

TEST_CASE("A document that is refused is told once, and again when it is no longer") {
  Told told;
  std::atomic<int> stage = 0;
  std::atomic<int> looks = 0;
  told.notifier->Start([&]() -> std::optional<Sight> {
    ++looks;
    if (stage == 0) return std::nullopt;
    Sight sight{SystemClock().Now(), testing::kNoon, {SourceIs("ok", SystemClock().Now())}};
    if (stage == 1) {
      Situation document = SourceIs("refused", SystemClock().Now());
      document.kind = EventKind::kPolicy;
      document.key = document.subject = "ScalingPolicy data/worker (worker.yaml)";
      document.reason = "worker.yaml:3:9: no such field";
      sight.situations.push_back(document);
    }
    return sight;
  });
  const auto after = [&](int next) {
    stage = next;
    const int before = looks;
    REQUIRE(Eventually([&] { return looks > before + 3; }));
  };
  after(0);
  after(1);
  REQUIRE(Eventually([&] { return told.Types() == Texts{"policy.refused"}; }));
  after(2);
  REQUIRE(Eventually([&] { return told.Types() == Texts{"policy.refused", "policy.mended"}; }));
  after(2);
  CHECK(told.Types().size() == 2);
}

TEST_CASE("A receiver that is not there delays no decision, nor a stop") {
  Told told("http://127.0.0.1:1/");
  told.notifier->Start([] { return std::nullopt; });
  for (int i = 0; i < 30'000; ++i) told.notifier->Take(SomeMade(i % 10, i / 10, 30.0 * (i % 7)));
  CHECK(told.journal.taken == 30'000);
  told.notifier->Stop();
  CHECK(told.notifier->States().at(0).counts.sent == 0);
}

TEST_CASE("Before the start decisions wait, and too many are counted, not kept") {
  Told told;
  const MadeDecision made = SomeMade(1, 0);
  for (int i = 0; i < 20'010; ++i) told.notifier->Take(made);
  CHECK(told.journal.taken == 20'010);
  CHECK(told.notifier->overlooked() == 10);
}

}  // namespace
}  // namespace loadline
