#include "controller/clock_watch.h"

#include <catch2/catch.hpp>

#include "support/simulated_clock.h"

namespace loadline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_CASE("A clock that is set jumps, one that goes on or is slewed into place does not") {
  const Timestamp start{hours(480'000)};
  testing::SimulatedClock clock(start);
  ClockWatch watch(clock);
  CHECK_FALSE(watch.Look());
  clock.Set(start + hours(30));  // time passes
  CHECK_FALSE(watch.Look());
  clock.Jump(clock.Now() + minutes(2));
  CHECK(watch.Look() == minutes(2));
  CHECK_FALSE(watch.Look());
  clock.Jump(clock.Now() - hours(3));
  CHECK(watch.Look() == -hours(3));
  for (int i = 0; i < 10; ++i) {
    clock.Jump(clock.Now() + seconds(59));
    CHECK_FALSE(watch.Look());
  }
}

}  // namespace
}  // namespace loadline
