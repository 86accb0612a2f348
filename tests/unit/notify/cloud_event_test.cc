#include "notify/cloud_event.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "unit/notify/samples.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Asks;
using testing::kNoon;
using testing::SourceIs;

TEST_CASE("An event has what CloudEvents 1.0 wants, and what it is about") {
  CHECK(json::parse(CloudEventOf({Asks(5), "3"}, "/clusters/eu-1")) == json::parse(R"({
    "specversion": "1.0", "id": ")" + IdOf({Asks(5), "3"}) + R"(", "source": "/clusters/eu-1",
    "type": "dev.loadline.scaled", "subject": "data/orders-cdc", "time": "1970-01-01T12:00:00.000Z",
    "datacontenttype": "application/json",
    "data": {"kind": "scaled", "severity": "info", "namespace": "data", "object": "orders-cdc", "policy": "cdc-worker",
      "metadata": {"pipeline": "orders"}, "from": 3, "to": 5, "reason": "lag wants 4.133: 1240 at 300 each",
      "text": "data/orders-cdc: 3 to 5 replicas: lag wants 4.133: 1240 at 300 each"}})"));
}

TEST_CASE("Gathered changes say how many, and between what") {
  Notification notification{Asks(5), "3"};
  notification.changes = 4;
  notification.lowest = 2;
  notification.highest = 9;
  notification.gathered = std::chrono::minutes(1);
  const json data = json::parse(CloudEventOf(notification, "/loadline"))["data"];
  CHECK(data["changes"] == 4);
  CHECK(data["lowest"] == 2);
  CHECK(data["highest"] == 9);
  CHECK(data["gathered_seconds"] == 60);
  CHECK(data["text"] ==
        "data/orders-cdc: 3 to 5 replicas (4 changes between 2 and 9 within 1m): lag wants 4.133: 1240 at 300 each");
}

TEST_CASE("Each kind of event has its type") {
  const auto type = [](EventKind kind, const std::string& value) {
    Notification notification{SourceIs(value), "ok"};
    notification.now.kind = kind;
    return TypeOf(notification);
  };
  CHECK(type(EventKind::kSource, "failing") == "source.failing");
  CHECK(type(EventKind::kSource, "ok") == "source.recovered");
  CHECK(type(EventKind::kJournal, "failing") == "journal.failing");
  CHECK(type(EventKind::kBinding, "holding") == "binding.holding");
  CHECK(type(EventKind::kBinding, "missing") == "binding.missing");
  CHECK(type(EventKind::kBinding, "error") == "binding.error");
  CHECK(type(EventKind::kPolicy, "refused") == "policy.refused");
  CHECK(type(EventKind::kPolicy, "lastGood") == "policy.refused");
  CHECK(type(EventKind::kPolicy, "ok") == "policy.mended");
}

TEST_CASE("An id is the same for the same, from whatever it was before, and another for all else") {
  const std::string id = IdOf({Asks(5), "3"});
  CHECK(IdOf({Asks(5), "1"}) == id);
  Notification gathered{Asks(5), "3"};
  gathered.gathered = std::chrono::minutes(1);
  const std::set<std::string> ids = {id,
                                     IdOf({Asks(6), "3"}),
                                     IdOf({Asks(5, kNoon + Duration(15000)), "3"}),
                                     IdOf({Asks(5, kNoon, "payments"), "3"}),
                                     IdOf({SourceIs("failing"), "ok"}),
                                     IdOf({SourceIs("ok"), "failing"}),
                                     IdOf(gathered)};
  CHECK(ids.size() == 7);
  // What a receiver remembers must still be known after an update of the service.
  CHECK(id == "64b40cee-1355-87cb-8884-6f584be2f3a8");
}

TEST_CASE("Whatever is said, an event is JSON that says it") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  testing::Chance chance(seed);
  for (int i = 0; i < 2000; ++i) {
    Notification notification{SourceIs(testing::AnyText(chance)), testing::AnyText(chance)};
    notification.now.reason = testing::AnyText(chance);
    notification.now.metadata = {{testing::AnyText(chance), testing::AnyText(chance)}};
    const json event = json::parse(CloudEventOf(notification, "/loadline"));
    if (IsUtf8(notification.now.reason)) CHECK(event["data"]["reason"] == notification.now.reason);
    CHECK(event["specversion"] == "1.0");
  }
}

}  // namespace
}  // namespace loadline
