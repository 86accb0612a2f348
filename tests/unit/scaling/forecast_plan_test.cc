#include "scaling/forecast_plan.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "scaling/fit_forecast.h"
#include "support/policy_builder.h"

namespace loadline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::vector<std::optional<PlannedForecast>> PlanOf(std::string_view spec) {
  const Policy policy = testing::MakePolicy(spec);
  const auto plan = PlanQueries(policy, {{"namespace", "data"}, {"name", "app"}});
  REQUIRE(plan);
  return PlanForecasts(policy, *plan, [](const std::string&) { return nullptr; });
}

TEST_CASE("A forecast is planned of a signal's query, or of a backlog's arrivals, with the parameters filled in") {
  const auto plan = PlanOf(
      "signals:\n"
      "  - { name: load, source: other, query: 'load{app=\"${name}\"}', perReplica: 10, onEmpty: zero }\n"
      "  - name: queue\n"
      "    backlog: { depth: depth, arrivals: arriving, drainWithin: 1m, throughputPerReplica: 5 }\n"
      "  - { name: one, forecast: { of: load, ahead: 3m, history: 7d, quantile: 0.9 } }\n"
      "  - { name: two, forecast: { of: queue.arrivals } }\n"
      "  - { name: three, forecast: { of: load, mode: off } }\n");
  REQUIRE(plan.size() == 5);
  CHECK_FALSE(plan[0]);
  CHECK_FALSE(plan[1]);
  CHECK_FALSE(plan[4]);
  CHECK(plan[2] == PlannedForecast{"other", "load{app=\"app\"}", true, hours(7 * 24), minutes(3), 0.9, {}, {}, {}});
  CHECK(plan[3] == PlannedForecast{"default", "arriving", false, hours(14 * 24), minutes(5), 0.95});
}

TEST_CASE("A forecast whose ahead is learned is judged by what is assumed, and reaches as far as it may have to") {
  const auto plan = PlanOf(
      "signals:\n"
      "  - { name: load, query: load, perReplica: 10 }\n"
      "  - { name: soon, forecast: { of: load, ahead: { assume: 2m, atMost: 30m } } }\n");
  REQUIRE(plan[1]);
  CHECK(plan[1]->ahead == minutes(2));
  CHECK(plan[1]->farthest == minutes(30));
  const ForecastTimes times = TimesOf(*plan[1], seconds(15), minutes(10));
  CHECK(times.step == minutes(1));
  CHECK(times.horizon == 50);
}

ForecastTimes Times(Duration history, Duration ahead, Duration tick = seconds(15), Duration refit = minutes(10)) {
  return TimesOf({"default", "load", false, history, ahead, 0.95}, tick, refit);
}

TEST_CASE("The grid is a minute where history and horizon allow it, and coarser where they do not") {
  const ForecastTimes usual = Times(hours(14 * 24), minutes(5));
  CHECK(usual.step == minutes(1));
  CHECK(usual.refit == minutes(10));
  CHECK(usual.history == 14 * 24 * 60);
  CHECK(usual.horizon == 25);

  CHECK(Times(hours(90 * 24), minutes(5)).step == minutes(5));
  CHECK(Times(hours(90 * 24), minutes(5)).history == 90 * 24 * 12);
  CHECK(Times(hours(14 * 24), hours(6)).step == minutes(5));
  CHECK(Times(hours(14 * 24), hours(24)).step == minutes(10));
  CHECK(Times(hours(14 * 24), minutes(5), minutes(2)).step == minutes(5));
  CHECK(Times(hours(14 * 24), seconds(90)).horizon == 22);
  CHECK(Times(hours(14 * 24), minutes(5), seconds(15), minutes(7) + seconds(30)).refit == minutes(8));
}

TEST_CASE("The grid and its bounds hold for every policy and tick") {
  for (const Duration history : {Duration(minutes(1)), Duration(hours(1)), Duration(hours(90 * 24))}) {
    for (const Duration ahead : {Duration(1), Duration(minutes(1)), Duration(hours(24))}) {
      for (const Duration tick : {Duration(100), Duration(seconds(7)), Duration(minutes(60))}) {
        const ForecastTimes times = Times(history, ahead, tick);
        CAPTURE(history.count(), ahead.count(), tick.count());
        CHECK(times.step >= tick);
        CHECK(times.history >= 1);
        CHECK(times.history <= 28 * 24 * 60);
        CHECK(times.horizon <= 180);
        CHECK(times.refit % times.step == Duration(0));
        CHECK(times.horizon * times.step >= ahead + 2 * times.refit);
        CHECK(hours(24) % times.step == Duration(0));
      }
    }
  }
}

TEST_CASE("A fit has the median and the quantile, shifted as trust says, as far as it may be looked at") {
  std::vector<double> history;
  for (int i = 0; i < 600; ++i) history.push_back(50 + (i * 7919 % 13));
  const PlannedForecast plan{"default", "load", false, hours(10), minutes(5), 0.9};
  const ForecastTimes times = TimesOf(plan, seconds(15), minutes(10));
  const Timestamp fitted{hours(480'000)};
  Trust trust;
  const SignalForecast plain = FitForecast(history, fitted, trust, plan, times);
  trust.shift = 3;
  const SignalForecast shifted = FitForecast(history, fitted, trust, plan, times);
  CHECK(plain.problem.empty());
  CHECK(plain.fitted == fitted);
  CHECK(plain.refit == minutes(10));
  REQUIRE(plain.middle.size() == 25);
  REQUIRE(plain.upper.size() == 25);
  for (std::size_t i = 0; i < 25; ++i) {
    CHECK(plain.middle[i] <= plain.upper[i]);
    CHECK(shifted.middle[i] == plain.middle[i]);
    CHECK(shifted.upper[i] == plain.upper[i] + 3);
  }
  const SignalForecast none = FitForecast(std::vector<double>{1}, fitted, trust, plan, times);
  CHECK(none.middle.empty());
  CHECK(none.upper.empty());
  CHECK(none.problem == "forecast: at least 2 known values are needed, found 1 of 1");
}

TEST_CASE("Trust is judged once an hour at a refit time that depends on the query, and never after the refit") {
  std::map<Duration, int> phases;
  for (int i = 0; i < 600; ++i) {
    const PlannedForecast plan{"default", "load" + std::to_string(i), false, hours(10), minutes(5), 0.9};
    const ForecastTimes times = TimesOf(plan, seconds(15), minutes(10));
    const Timestamp start{hours(480'000)};
    std::set<Timestamp> judged;
    for (int refit = 0; refit < 12; ++refit) {
      const Timestamp fitted = start + minutes(10) * refit;
      const Timestamp at = TrustTime(fitted, plan, times);
      judged.insert(at);
      REQUIRE(at <= fitted);
      REQUIRE(fitted - at < hours(1));
      REQUIRE(AlignDown(at, times.refit) == at);
    }
    REQUIRE(judged.size() <= 3);
    ++phases[*judged.rbegin() - start];
  }
  CHECK(phases.size() == 6);
  for (const auto& [phase, count] : phases) CHECK(count > 60);  // of 100

  const PlannedForecast rare{"default", "load", false, hours(10), minutes(5), 0.9};
  const Timestamp fitted{hours(480'000)};
  CHECK(TrustTime(fitted, rare, TimesOf(rare, seconds(15), hours(3))) == fitted);
}

TEST_CASE("A pod that judges each hour forecasts one origin anew, one that just started all: both trust alike") {
  const PlannedForecast plan{"default", "load", false, hours(72), minutes(5), 0.95};
  const ForecastTimes times = TimesOf(plan, seconds(15), minutes(10));
  std::vector<double> load;
  std::mt19937 random(1);
  for (int minute = 0; minute < 8 * 1440; ++minute) {
    const double level = 50 * (1.2 + std::sin(minute * 2 * M_PI / 1440));
    load.push_back(static_cast<double>(std::poisson_distribution<int>(level)(random)));
  }
  const auto judged = static_cast<std::size_t>(JudgedHistory(plan, times));
  CHECK(judged == 72 * 60 + 15 + 30 * 60);
  TrustMemo running;
  for (int hour = 0; hour < 5; ++hour) {
    CAPTURE(hour);
    const auto history = std::span(load).subspan(static_cast<std::size_t>(24 + hour) * 60, judged);
    TrustMemo started;
    const TrustMemo before = running;
    const Trust trust = JudgeForecast(history, Timestamp(), plan, times, running);
    CHECK(trust == JudgeForecast(history, Timestamp(), plan, times, started));
    CHECK(trust.origins == 24);
    CHECK(running.size() == 31);
    if (hour > 0)
      CHECK(std::ranges::count_if(running, [&](const auto& each) { return !before.contains(each.first); }) == 1);
  }
}

TEST_CASE("What is judged lies within two weeks, or within the policy's history where that is longer") {
  const auto judged = [](Duration history, Duration refit) {
    const PlannedForecast plan{"default", "load", false, history, minutes(5), 0.95};
    return JudgedHistory(plan, TimesOf(plan, seconds(15), refit));
  };
  CHECK(judged(hours(6), minutes(10)) == 6 * 60 + 1815);
  CHECK(judged(hours(13 * 24), minutes(10)) == 14 * 1440);
  CHECK(judged(hours(14 * 24), minutes(10)) == 14 * 1440);
  CHECK(judged(hours(28 * 24), minutes(10)) == 28 * 1440);
  CHECK(judged(hours(14 * 24), hours(24)) == 14 * 48);  // on a grid of half hours
}

TEST_CASE("What the calendars of a forecast say is a part of its plan, not their names; in the days of its zone") {
  const Calendar christmas{"christmas", {*ParseDateRange("2026-12-25..2026-12-26")}};
  const Calendar new_year{"new-year", {*ParseDateRange("2027-01-01")}};
  const auto plan_with = [&](std::string_view forecast, const CalendarLookup& calendars) {
    const Policy policy = testing::MakePolicy(
        "signals:\n  - { name: load, query: load, perReplica: 1 }\n  - { name: soon, "
        "forecast: { of: load, " +
        std::string(forecast) + " } }");
    const auto plan = PlanQueries(policy, {{"namespace", "data"}, {"name", "app"}});
    REQUIRE(plan);
    return *PlanForecasts(policy, *plan, calendars)[1];
  };
  const CalendarLookup all = [&](const std::string& name) {
    return name == "christmas" ? &christmas : name == "new-year" ? &new_year : nullptr;
  };
  const CalendarLookup none = [](const std::string&) { return nullptr; };
  const PlannedForecast plain = plan_with("ahead: 5m", all);
  const PlannedForecast berlin = plan_with("holidays: [christmas, new-year, gone], timezone: Europe/Berlin", all);
  CHECK(berlin.holidays.size() == 2);
  CHECK(berlin != plain);
  CHECK(plan_with("holidays: gone, timezone: Europe/Berlin", all) == plain);
  CHECK(plan_with("holidays: [christmas, new-year], timezone: Europe/Berlin", none) == plain);

  // A value is of the hour before it: the first of Friday, 25 December, is that of 01:00 in Berlin, of 00:00 in UTC.
  const Timestamp noon = std::chrono::sys_days(Date(std::chrono::year(2026) / 12 / 25)) + hours(12);
  const std::vector<Holiday> around = HolidaysAround(berlin, noon, hours(1), 48, 48);
  CHECK(around == std::vector<Holiday>{{-13, 11, 5}, {11, 35, 6}});
  CHECK(HolidaysAround(berlin, noon - hours(24), hours(1), 48, 2).empty());
  CHECK(HolidaysAround(plain, noon, hours(1), 48, 48).empty());
  // On a grid that midnight does not lie on.
  CHECK(HolidaysAround(berlin, noon + minutes(30), hours(1), 20, 1) == std::vector<Holiday>{{-14, 10, 5}});
}

}  // namespace
}  // namespace loadline
