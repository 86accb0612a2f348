#include "scaling/service_law.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <deque>

#include "scaling/load_clock.h"
#include "support/load_series.h"

namespace loadline {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);

TEST_CASE("Models are fitted at multiples of six hours, whenever the series began") {
  LoadClock clock(kMinute, 1);
  std::vector<Timestamp> fits;
  Timestamp now = Timestamp(std::chrono::hours(5) + std::chrono::minutes(10));
  for (; now < Timestamp(std::chrono::hours(19)); now += kMinute)
    clock.Advance({now, 1.0, 0, 1}, [&](bool) {
      if (clock.TimeToFit()) fits.push_back(now);
    });
  CHECK(fits == std::vector{Timestamp(std::chrono::hours(6)), Timestamp(std::chrono::hours(12)),
                            Timestamp(std::chrono::hours(18))});
}

TEST_CASE("Rows that are left out are ticks without a load") {
  LoadClock clock(kMinute, 2);
  std::vector<bool> known;
  const auto note = [&](bool is_known) { known.push_back(is_known); };
  clock.Advance({Timestamp(kMinute), 4.0, 0, 1}, note);
  clock.Advance({Timestamp(4 * kMinute), 6.0, 0, 1}, note);
  CHECK(known == std::vector{true, false, false, true});
  CHECK(clock.readings().size() == 4);
  CHECK(clock.readings().Reading(2) == Approx(2));
  CHECK(clock.readings().Reading(3) == Approx(3));
}

struct Outcome {
  double violations = 0;
  std::vector<double> answers;
};

// The law by the minute, with an HPA that does what it is told and pods that start in two minutes.
Outcome Play(const std::vector<double>& loads, double percent, int scored_from) {
  Objective objective;
  objective.violations = Percent{percent};
  objective.scale_down_window = kMinute;
  ObjectiveTerms terms;
  terms.tick = kMinute;
  terms.start_delay = 2 * kMinute;
  terms.max = 60;
  const auto law = MakeObjectiveLaw(objective, terms);
  Outcome outcome;
  std::deque<int> counts(3, 20);
  int too_few = 0;
  for (std::size_t tick = 0; tick + 1 < loads.size(); ++tick) {
    const double answer = law->Decide({Timestamp(tick * kMinute), loads[tick], 0, counts.back()});
    outcome.answers.push_back(answer);
    counts.push_back(static_cast<int>(std::ceil(answer)));
    counts.pop_front();
    const int ready = *std::min_element(counts.begin(), counts.end());
    if (static_cast<int>(tick) >= scored_from && loads[tick + 1] > ready) ++too_few;
  }
  outcome.violations = 100.0 * too_few / static_cast<double>(loads.size() - scored_from);
  return outcome;
}

TEST_CASE("A service is short of capacity about as often as was asked for") {
  const std::vector<double> loads = testing::MakeLoad(11, 12, {1440, 20, 0.5, 1, 0.12});
  const double percent = GENERATE(4.0, 1.0);
  const Outcome outcome = Play(loads, percent, 5 * 1440);
  INFO("asked for " << percent << ", got " << outcome.violations);
  CHECK(outcome.violations < 1.3 * percent);
  CHECK(outcome.violations > 0.5 * percent);
}

TEST_CASE("What comes later changes no answer") {
  std::vector<double> loads = testing::MakeLoad(11, 5, {1440, 20, 0.5, 1, 0.12});
  const std::vector<double> all = Play(loads, 1, 0).answers;
  loads.resize(4 * 1440 + 77);
  const std::vector<double> part = Play(loads, 1, 0).answers;
  CHECK(std::equal(part.begin(), part.end(), all.begin()));
}

TEST_CASE("While the load is missing the answer is what is observed") {
  Objective objective;
  objective.violations = Percent{1};
  ObjectiveTerms terms;
  terms.max = 60;
  const auto law = MakeObjectiveLaw(objective, terms);
  CHECK(law->Decide({Timestamp(), 8.0, 0, 4}) == 10);  // at the start 80 % of the capacity is used
  CHECK(law->Decide({Timestamp(terms.tick), std::nullopt, 0, 7}) == 7);
  CHECK(law->Decide({Timestamp(2 * terms.tick), 0.0, 0, 7}) == 1);
}

}  // namespace
}  // namespace loadline
