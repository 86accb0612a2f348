#include "controller/binding.h"

#include <catch2/catch.hpp>
#include <thread>

namespace loadline {
namespace {

using Metadata = std::vector<std::pair<std::string_view, std::string_view>>;
const Timestamp kNow{std::chrono::hours(480'000)};

std::shared_ptr<const PublishedAnswer> AnswerAt(Timestamp time, bool active, bool error = false) {
  auto answer = std::make_shared<PublishedAnswer>();
  answer->time = time;
  answer->decision.active = active;
  if (error) answer->error = Error{Code::kUnavailable, "no data"};
  return answer;
}

TEST_CASE("Rule 11: a binding is namespace, name and metadata; the order of metadata means nothing") {
  BindingTable table(10);
  bool made = false;
  const Metadata metadata = {{"policy", "p"}, {"pipeline", "orders"}};
  const auto binding = table.FindOrMake({"data", "app", metadata}, kNow, made);
  CHECK(made);
  const Metadata turned = {{"pipeline", "orders"}, {"policy", "p"}};
  CHECK(table.FindOrMake({"data", "app", turned}, kNow, made) == binding);
  CHECK_FALSE(made);

  const Metadata other_value = {{"policy", "p"}, {"pipeline", "users"}};
  const Metadata fewer = {{"policy", "p"}};
  const Metadata crossed = {{"policy", "orders"}, {"pipeline", "p"}};
  for (const Metadata& other : {other_value, fewer, crossed}) {
    CHECK(table.FindOrMake({"data", "app", other}, kNow, made) != binding);
    CHECK(made);
  }
  CHECK(table.FindOrMake({"app", "data", metadata}, kNow, made) != binding);
  CHECK(table.size() == 5);
}

TEST_CASE("Who waits for the first answer is told once, and not after Cancel") {
  Binding binding({"data", "app", {}}, kNow);
  int told = 0;
  int cancelled = 0;
  binding.WhenAnswered([&] { ++told; });
  const Binding::Ticket ticket = binding.WhenAnswered([&] { ++cancelled; });
  binding.Cancel(ticket);
  binding.Publish(AnswerAt(kNow, true));
  binding.Publish(AnswerAt(kNow + Duration(1), true));
  CHECK(told == 1);
  CHECK(cancelled == 0);
  binding.WhenAnswered([&] { ++told; });
  CHECK(told == 2);
}

TEST_CASE("An earlier answer never replaces a later one") {
  Binding binding({"data", "app", {}}, kNow);
  binding.Publish(AnswerAt(kNow, true));
  binding.Publish(AnswerAt(kNow - Duration(1), false));
  CHECK(binding.Latest()->time == kNow);
}

TEST_CASE(
    "After the clock was set back an earlier answer is the later one, and one from before is no answer any more") {
  Binding binding({"data", "app", {}}, kNow);
  binding.Publish(AnswerAt(kNow, true));
  auto after = std::make_shared<PublishedAnswer>(*AnswerAt(kNow - std::chrono::hours(1), false));
  after->era = 1;
  binding.Publish(after);
  CHECK(binding.Latest() == after);
  binding.Publish(AnswerAt(kNow + Duration(1), true));
  CHECK(binding.Latest() == after);
}

TEST_CASE("An answer by older policies never replaces one by newer ones, also where its tick is later") {
  Binding binding({"data", "app", {}}, kNow);
  auto newer = std::make_shared<PublishedAnswer>(*AnswerAt(kNow, true));
  newer->generation = 2;
  CHECK(binding.Publish(newer));
  auto older = std::make_shared<PublishedAnswer>(*AnswerAt(kNow + Duration(1), true));
  older->generation = 1;
  CHECK_FALSE(binding.Publish(older));
  CHECK(binding.Latest() == newer);
}

TEST_CASE("Who looks a binding up has called, and who has called is not forgotten") {
  BindingTable table(10);
  bool made = false;
  const auto binding = table.FindOrMake({"data", "app", {}}, kNow, made);
  CHECK(table.FindOrMake({"data", "app", {}}, kNow + Duration(10), made) == binding);
  CHECK(binding->last_call() == kNow + Duration(10));
  CHECK(table.Forget(kNow + Duration(10)).empty());
  CHECK(table.Forget(kNow + Duration(11)) == std::vector<std::shared_ptr<Binding>>{binding});
  CHECK(table.size() == 0);
  table.FindOrMake({"data", "app", {}}, kNow, made);
  CHECK(made);
}

TEST_CASE("Rule 40: a subscriber that comes while the answer is an error hears the state with the next number") {
  Binding binding({"data", "app", {}}, kNow);
  binding.Publish(AnswerAt(kNow, true));
  binding.Publish(AnswerAt(kNow + Duration(1), true, true));
  std::vector<bool> heard;
  binding.Subscribe([&](bool active) { heard.push_back(active); });
  CHECK(heard.empty());
  binding.Publish(AnswerAt(kNow + Duration(2), true));
  binding.Publish(AnswerAt(kNow + Duration(3), true));
  CHECK(heard == std::vector<bool>{true});
}

TEST_CASE("Look-ups, answers and listeners from several threads do not disturb each other") {
  BindingTable table(1000);
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&table, thread] {
      for (int i = 0; i < 500; ++i) {
        bool made = false;
        const std::string name = std::to_string(i % 50);
        const auto binding = table.FindOrMake({"data", name, {}}, kNow, made);
        const auto ticket = binding->Subscribe([](bool) {});
        binding->Publish(AnswerAt(kNow + Duration(i), (i + thread) % 2 == 0));
        binding->Cancel(ticket);
        table.Forget(kNow - Duration(1));
      }
    });
  }
  threads.clear();
  CHECK(table.size() == 50);
  CHECK(table.Forget(kNow + Duration(1)).size() == 50);
}

}  // namespace
}  // namespace loadline
