#include "forecast/load_model.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "forecast/load_readings.h"
#include "support/load_series.h"

namespace loadline {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);
constexpr Duration kTick = std::chrono::seconds(15);

TEST_CASE("The load of a minute's ticks is what the reading at its end says") {
  LoadReadings readings(Timestamp(std::chrono::seconds(30)), kTick);  // the first minute ends at tick 2
  for (const double load : {4.0, 9.0, 16.0, 25.0, 36.0, 49.0}) readings.Push(load);
  CHECK(readings.ticks_per_minute() == 4);
  CHECK(readings.EndsMinute(2));
  CHECK_FALSE(readings.EndsMinute(3));
  CHECK(readings.known() == 2);
  CHECK(readings.MeanLoad(0, 2) == Approx(16));
  readings.Push(64);
  CHECK(readings.known() == 6);
  CHECK(readings.MeanLoad(2, 6) == Approx(64));
  CHECK(readings.MeanLoad(0, 6) == Approx((2 * 16 + 4 * 64) / 6.0));
}

TEST_CASE("Means of roots are of what there is") {
  LoadReadings readings(Timestamp(), kMinute);
  for (const double load : {1.0, 4.0, 9.0}) readings.Push(load);
  CHECK(readings.RootBefore(2, 2) == Approx(2.5));
  CHECK(readings.RootBefore(2, 100) == Approx(2));
  CHECK(*readings.RootAround(0) == Approx(2));
  CHECK_FALSE(readings.RootAround(-1));
}

TEST_CASE("What is missing goes on as it was, and is known to be missing") {
  LoadReadings readings(Timestamp(), kMinute);
  readings.Push(4.0);
  readings.Push(std::nullopt);
  readings.Push(9.0);
  CHECK(readings.Reading(1) == Approx(4));
  CHECK(readings.AnyMissing(0, 2));
  CHECK_FALSE(readings.AnyMissing(0, 1));
  CHECK_FALSE(readings.AnyMissing(2, 3));
}

// Days of load by the minute, in replicas.
LoadReadings DaysOf(double days, double noise) {
  LoadReadings readings(Timestamp(), kMinute);
  for (const double load : testing::MakeLoad(3, days, {1440, 20, 0.5, 1, noise})) readings.Push(load);
  return readings;
}

TEST_CASE("A model needs two days") {
  CHECK_FALSE(LoadModel::Fit(DaysOf(1.0, 0.1), {2, 3}));
  CHECK(LoadModel::Fit(DaysOf(2, 0.1), {2, 3}));
}

TEST_CASE("Nothing is learned from what is missing") {
  LoadReadings readings(Timestamp(), kMinute);
  for (int tick = 0; tick < 2 * 1440; ++tick) readings.Push(tick < 1440 ? std::optional(5.0) : std::nullopt);
  CHECK_FALSE(LoadModel::Fit(readings, {2, 3}));
}

TEST_CASE("Risks are what they say, on load that the model has not seen") {
  const std::vector<double> loads = testing::MakeLoad(3, 9, {1440, 20, 0.5, 1, 0.15});
  LoadReadings readings(Timestamp(), kMinute);
  const int fitted = 6 * 1440;
  for (int tick = 0; tick < fitted; ++tick) readings.Push(loads[tick]);
  const auto model = LoadModel::Fit(readings, {5, 6});
  REQUIRE(model);
  int count = 0;
  int above = 0;
  double expected = 0;
  for (int tick = fitted; tick + 6 < static_cast<int>(loads.size()); ++tick) {
    readings.Push(loads[tick]);
    const auto outlook = model->LookAhead(readings, tick, FeaturesAt(readings, tick));
    // The reading at tick t is of the minute before it: the load of tick t + 5 is read at t + 6.
    const double bound = std::ceil(outlook.MeanLoad() * 1.2);
    expected += model->Above(outlook, std::sqrt(bound));
    above += loads[tick + 6] > bound ? 1 : 0;
    ++count;
  }
  INFO(expected / count << " expected, " << above / static_cast<double>(count));
  CHECK(above > 0.02 * count);
  CHECK(above == Approx(expected).epsilon(0.2));
}

TEST_CASE("What comes later does not change what a model has learned") {
  LoadReadings readings = DaysOf(4, 0.1);
  const int now = readings.newest();
  const auto model = LoadModel::Fit(readings, {2, 3});
  const auto before = model->LookAhead(readings, now, FeaturesAt(readings, now));
  for (int i = 0; i < 600; ++i) readings.Push(1000);
  const auto after = model->LookAhead(readings, now, FeaturesAt(readings, now));
  CHECK(before.root == after.root);
  CHECK(before.scale == after.scale);
}

TEST_CASE("A load of nothing, and one that never changes, are forecast as they are") {
  for (const double load : {0.0, 7.0}) {
    LoadReadings readings(Timestamp(), kMinute);
    for (int tick = 0; tick < 3 * 1440; ++tick) readings.Push(load);
    const auto model = LoadModel::Fit(readings, {2, 3});
    REQUIRE(model);
    const auto outlook = model->LookAhead(readings, readings.newest(), FeaturesAt(readings, readings.newest()));
    CHECK(outlook.MeanLoad() == Approx(load).margin(0.01));
    CHECK(model->Above(outlook, std::sqrt(load + 1)) < 1e-6);
  }
}

}  // namespace
}  // namespace loadline
