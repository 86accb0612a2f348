#include "forecast/trust.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "forecast/naive.h"
#include "support/load_series.h"
#include "support/random_world.h"

namespace loadline {
namespace {

constexpr Duration kHour{3'600'000};
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TrustOptions Hourly() { return {.step = kHour, .refit = kHour, .horizon = 3, .quantile = 0.9}; }

std::vector<double> RandomWalk(unsigned seed, int size) {
  std::mt19937 random(seed);
  std::normal_distribution<double> step;
  std::vector<double> values;
  double value = 1000;
  for (int t = 0; t < size; ++t) values.push_back(value += step(random));
  return values;
}

Trust AtHour(const std::vector<double>& values, int hour) {
  return JudgeTrust(std::span(values).first(static_cast<std::size_t>(hour)), Hourly());
}

// Days on a level that wanders: neither the last value nor yesterday's says both.
std::vector<double> Wandering(unsigned seed, int days) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise;
  std::vector<double> values;
  double level = 0;
  for (int t = 0; t < days * 24; ++t) {
    level = 0.99 * level + 0.03 * noise(random);
    values.push_back(100 * std::exp(level) * (1 + 0.6 * std::sin(2 * M_PI * t / 24)));
  }
  return values;
}

TEST_CASE("A load with days on a level that wanders is trusted") {
  int on = 0;
  for (unsigned seed = 1; seed <= 8; ++seed) {
    const Trust trust = JudgeTrust(Wandering(seed, 21), Hourly());
    CAPTURE(seed, trust.ours, trust.naive, TrustCode(trust.reason));
    CHECK(trust.on == (trust.reason == TrustReason::kBetter || trust.reason == TrustReason::kStillBetter));
    CHECK(trust.origins == 24);
    on += trust.on ? 1 : 0;
  }
  CHECK(on >= 7);
}

TEST_CASE("A random walk is not: its last value says all there is") {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    const Trust trust = JudgeTrust(RandomWalk(seed, 21 * 24), Hourly());
    CAPTURE(seed, trust.ours, trust.naive);
    CHECK_FALSE(trust.on);
    CHECK(trust.ours > 0);
    CHECK(trust.naive > 0);
  }
}

TEST_CASE("A pattern that breaks turns it off, and on again when it is back") {
  std::vector<double> values = Wandering(5, 21);
  values.resize(values.size() - 12);
  const int broken = static_cast<int>(values.size());
  // The night does not come, nor any other: it stays about where it is. Then the days are back.
  std::mt19937 random(5);
  std::normal_distribution<double> noise;
  for (int t = 0; t < 2 * 24; ++t) values.push_back(values.back() + noise(random));
  const std::vector<double> again = Wandering(6, 17);
  values.insert(values.end(), again.begin(), again.end());
  const int end = static_cast<int>(values.size());

  CHECK(AtHour(values, broken).on);
  std::optional<int> off;
  for (int hour = broken + 1; hour <= broken + 24 && !off; ++hour) {
    if (!AtHour(values, hour).on) off = hour - broken;
  }
  REQUIRE(off);
  CHECK(*off <= Hourly().refits);
  const Trust trust = AtHour(values, broken + *off);
  CHECK(trust.reason == TrustReason::kWorse);
  int on = 0;
  for (int hour = end - 3 * 24; hour < end; hour += 6) on += AtHour(values, hour).on ? 1 : 0;
  CHECK(on >= 9);  // of 12
}

TEST_CASE("The coverage is brought near to what the quantile states") {
  double as_forecast = 0;
  double corrected = 0;
  TrustOptions options = Hourly();
  options.quantile = 0.95;
  options.origins = 48;
  constexpr int kSeries = 20;
  for (unsigned seed = 1; seed <= kSeries; ++seed) {
    const Trust trust = JudgeTrust(testing::MakeLoad(seed, 14, {.noise = 0.1}), options);
    as_forecast += trust.coverage / kSeries;
    corrected += trust.corrected / kSeries;
  }
  CAPTURE(as_forecast, corrected);
  CHECK(std::abs(corrected - 0.95) < std::abs(as_forecast - 0.95));
  CHECK(corrected == Approx(0.95).margin(0.02));
}

TEST_CASE("The shift is what the quantile usually misses by") {
  const Trust trust = JudgeTrust(Wandering(1, 14), Hourly());
  // One that covers too much is lowered, one that covers too little is raised.
  CAPTURE(trust.coverage, trust.shift);
  CHECK((trust.coverage < 0.9) == (trust.shift > 0));
}

TEST_CASE("Trust is a function of the history alone, of what came before only") {
  const std::vector<double> values = Wandering(3, 21);
  std::vector<double> other = Wandering(4, 21);
  const int known = 20 * 24;
  std::copy_n(values.begin(), known, other.begin());
  CHECK(AtHour(values, known) == AtHour(other, known));
  CHECK_FALSE(AtHour(values, 21 * 24) == AtHour(other, 21 * 24));
}

// With what real histories have: unknown values and stretches, stretches of nothing, a beginning that is not known.
std::vector<double> Spoiled(unsigned seed, int days) {
  std::vector<double> values = Wandering(seed, days);
  std::mt19937 random(seed);
  const auto size = values.size();
  for (std::size_t i = 0; i < size / 100; ++i) values[random() % size] = kNan;
  for (const double what : {kNan, kNan, 0.0, 0.0}) {
    const std::size_t begin = random() % size;
    std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(begin), std::min<std::size_t>(random() % 20, size - begin),
                what);
  }
  std::fill_n(values.begin(), random() % (size / 2), kNan);
  return values;
}

TEST_CASE("What is remembered of earlier origins changes no judgement, and all but one are remembered") {
  const unsigned first = testing::SeedOfRun();
  TrustOptions options = Hourly();
  options.window = 9 * 24;
  const int asked = options.window + StepsJudged(options);
  int remembered = 0;
  for (unsigned seed = first; seed < first + 8; ++seed) {
    const std::vector<double> values = Spoiled(seed, 21);
    const int end = static_cast<int>(values.size());
    TrustMemo memo;
    // On from hour to hour; then the clock is set back, by less and by more than all that is judged.
    constexpr int kHours = 12;
    for (const int begin : {end - kHours, end - kHours - 5, asked}) {
      int judged_before = 0;
      for (int hour = begin; hour < begin + kHours; ++hour) {
        CAPTURE(first, seed, hour);
        const auto history = std::span(values).subspan(static_cast<std::size_t>(hour - asked), asked);
        const TrustMemo before = memo;
        const Trust trust = JudgeTrust(history, options, memo);
        CHECK(trust == JudgeTrust(history, options));
        if (trust.origins == options.origins && judged_before == options.origins) {
          CHECK(std::ranges::count_if(memo, [&](const auto& each) { return !before.contains(each.first); }) <= 1);
          ++remembered;
        }
        judged_before = trust.origins;
      }
    }
  }
  CAPTURE(first);
  CHECK(remembered > 0);
}

TEST_CASE("With a window an earlier forecast is made from as much as it says, whoever asks") {
  const std::vector<double> values = Wandering(3, 28);
  TrustOptions options = Hourly();
  options.window = 9 * 24;
  const int asked = options.window + StepsJudged(options);
  const Trust trust = JudgeTrust(std::span(values).last(static_cast<std::size_t>(asked)), options);
  Trust longer = JudgeTrust(values, options);
  // The unit of a loss is the usual change of all that is given.
  CHECK(longer.ours / longer.naive == Approx(trust.ours / trust.naive));
  CHECK(longer.shift == trust.shift);
  CHECK(longer.coverage == trust.coverage);
  options.window = 5 * 24;
  CHECK_FALSE(JudgeTrust(values, options).shift == trust.shift);
}

TEST_CASE("What cannot be judged is off, and says why") {
  const std::vector<double> whole = Wandering(1, 14);
  CHECK(JudgeTrust({}, Hourly()) == Trust{.reason = TrustReason::kShortHistory});
  CHECK(AtHour(whole, 48).reason == TrustReason::kShortHistory);
  CHECK(JudgeTrust(std::vector<double>(500, kNan), Hourly()).reason == TrustReason::kShortHistory);

  std::vector<double> silent = whole;
  std::fill(silent.end() - 3, silent.end(), kNan);
  CHECK(JudgeTrust(silent, Hourly()).reason == TrustReason::kOutage);
  std::vector<double> late = whole;
  late.back() = kNan;
  CHECK(JudgeTrust(late, Hourly()).reason != TrustReason::kOutage);
  std::vector<double> down = whole;
  std::fill(down.end() - 5, down.end(), 0);
  CHECK(JudgeTrust(down, Hourly()).reason == TrustReason::kOutage);

  std::vector<double> gaps = whole;
  for (std::size_t t = 1; t < gaps.size(); t += 4) gaps[t] = kNan;
  CHECK(JudgeTrust(gaps, Hourly()).reason == TrustReason::kGaps);
}

TEST_CASE("A constant needs no forecast") {
  const Trust trust = JudgeTrust(std::vector<double>(500, 7.0), Hourly());
  CHECK_FALSE(trust.on);
  CHECK(trust.reason == TrustReason::kNotBetter);
  CHECK(trust.coverage == 1);
}

TEST_CASE("Steps that are sooner than a decision looks are not judged") {
  TrustOptions options = Hourly();
  options.horizon = 6;
  const Trust all = JudgeTrust(Wandering(1, 21), options);
  options.ahead = 6;
  const Trust last = JudgeTrust(Wandering(1, 21), options);
  CHECK(last.ours > all.ours);  // further ahead is harder
}

TEST_CASE("A naive rule takes what was, and adds what it misses by") {
  std::vector<double> values;
  for (int t = 0; t < 400; ++t) values.push_back(t + 10 * (t % 24));
  NaiveRules rules(values, 300, 24, 0.9);
  // A day later it is 24 more, each time.
  CHECK(rules.Quantile(NaiveRule::kYesterday, 310, 300) == values[310 - 24] + 24);
  CHECK(rules.Quantile(NaiveRule::kYesterday, 330, 300) == values[330 - 48] + 48);
  CHECK(rules.Quantile(NaiveRule::kLastWeek, 310, 300) == values[310 - 168] + 168);
  CHECK(rules.Quantile(NaiveRule::kLastValue, 300, 300) == values[299] + 11);
  CHECK_FALSE(NaiveRules(values, 150, 24, 0.9).Quantile(NaiveRule::kLastWeek, 150, 150));
  CHECK_FALSE(NaiveRules(values, 300, 0, 0.9).Quantile(NaiveRule::kYesterday, 310, 300));
}

TEST_CASE("The conformal quantile holds for one more") {
  std::vector<double> values = {5, 1, 4, 2, 3};
  CHECK(ConformalQuantile(values, 0.5) == 3);
  CHECK(ConformalQuantile(values, 0.9) == 5);
  CHECK(ConformalQuantile(values, 0.01) == 1);
}

TEST_CASE("A reason's code can be read back") {
  for (int i = 0; i <= static_cast<int>(TrustReason::kClockJump); ++i) {
    const auto reason = static_cast<TrustReason>(i);
    CHECK(ParseTrustCode(TrustCode(reason)) == reason);
    CHECK_FALSE(TrustSentence(reason).empty());
  }
  CHECK_FALSE(ParseTrustCode("better"));
  CHECK(ParseNaiveRule("same time yesterday") == "same time yesterday");
  CHECK_FALSE(ParseNaiveRule("yesterday"));
}

}  // namespace
}  // namespace loadline
