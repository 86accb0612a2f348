#include "scaling/week_tally.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

TEST_CASE("The risk lies between those that came out around the target") {
  const std::vector<RiskOutcome> outcomes = {{0.4, 0.2, 10}, {0.1, 0.05, 20}, {0.025, 0.0125, 30}};
  CHECK(RiskForTarget(outcomes, 0.05).risk == Approx(0.1));
  const RiskOutcome between = RiskForTarget(outcomes, 0.1);  // half way, in logarithms, from 0.2 to 0.05
  CHECK(between.risk == Approx(0.2));
  CHECK(between.missed == Approx(0.1));
  CHECK(between.replicas == Approx(15));
  CHECK(RiskForTarget(outcomes, 0.5).risk == 0.4);
  CHECK(RiskForTarget(outcomes, 0.001).risk == 0.025);
}

TEST_CASE("Less risk that came out worse, by chance, is taken for no worse") {
  const std::vector<RiskOutcome> outcomes = {{0.4, 0.2, 10}, {0.1, 0.25, 20}, {0.025, 0.05, 30}};
  const RiskOutcome chosen = RiskForTarget(outcomes, 0.1);
  CHECK(chosen.risk < 0.1);
  CHECK(chosen.risk > 0.025);
}

TEST_CASE("A week is counted, and a minute more") {
  WeekTally week;
  CHECK_FALSE(week.HasADay());
  CHECK(week.Outcome(0.1).missed == 1);
  for (int minute = 0; minute < 1440; ++minute) week.Add({4, minute < 144 ? 2.0 : 0.0, 3});
  CHECK(week.HasADay());
  CHECK(week.Outcome(0.1).risk == 0.1);
  CHECK(week.Outcome(0.1).missed == Approx(0.05 + 1 / 1440.0));
  CHECK(week.Outcome(0.1).replicas == 3);
  // After a week more all of that is forgotten.
  for (int minute = 0; minute < 7 * 1440; ++minute) week.Add({4, 0, 5});
  CHECK(week.Outcome(0.1).missed == Approx(1 / 10080.0));
  CHECK(week.Outcome(0.1).replicas == 5);
}

TEST_CASE("The choice is told with a step more and a step less") {
  ObjectiveReport report;
  report.asked = 0.04;
  report.has_model = true;
  report.chosen = {0.08, 0.04, 22};
  report.outcomes = {{0.4, 0.2, 10}, {0.1, 0.05, 20}, {0.05, 0.02, 25}, {0.001, 0.001, 40}};
  CHECK(DescribeReport(report) ==
        "asked for 4 %; risk 8 %: 4 % expected, with 22 replicas in the mean\n"
        "  risk 10 % had 5 % in the last week, with 20 replicas in the mean\n"
        "  risk 5 % had 2 % in the last week, with 25 replicas in the mean\n");
  CHECK(ReportSentence(report) == "asked for 4 %, risk 8 %, 4 % expected");
}

}  // namespace
}  // namespace loadline
