#include "controller/turns.h"

#include <catch2/catch.hpp>

#include "support/fake_sources.h"
#include "support/policy_builder.h"
#include "support/simulated_clock.h"

namespace loadline {
namespace {

const Timestamp kStart{std::chrono::hours(480'000)};
constexpr std::string_view kLag =
    "signals: [ { name: lag, query: lag, perReplica: 10 } ]\nonMissing: { hold: 1m, then: error }";

TEST_CASE("What was decided while the clock was ahead does not stand once it is back, though no tick came between") {
  testing::SimulatedClock clock(kStart + std::chrono::seconds(7));
  const auto source =
      std::make_shared<testing::FakeMetricSource>([](const std::string&, Timestamp) { return testing::Value(30); });
  Instruments instruments;
  const ControllerOptions options;
  Turns turns(options, {{"default", "fake", {}, source}}, clock, NoLog(), instruments);
  turns.TakePolicies({{std::make_shared<const Policy>(testing::MakePolicy(kLag))}, {}});
  const Timestamp due = turns.LatestTick() + options.interval + options.delay;

  clock.Jump(clock.Now() + std::chrono::hours(1));
  const std::vector<std::pair<std::string_view, std::string_view>> metadata = {{"policy", "test"}};
  const auto binding = turns.FindOrMake({"data", "app", metadata}, BindingTable::Why::kCall).binding;
  turns.DecideAtOnce({binding});
  REQUIRE(binding->Latest()->time == kStart + std::chrono::hours(1));

  clock.Jump(clock.Now() - std::chrono::hours(1));
  REQUIRE(turns.IsSetBack(due));
  const Timestamp next = turns.BeginEra(due);
  CHECK(next == kStart);
  turns.Tick(next);
  CHECK(binding->Latest()->time == kStart);
  CHECK_FALSE(turns.IsSetBack(kStart + options.interval + options.delay));
}

}  // namespace
}  // namespace loadline
