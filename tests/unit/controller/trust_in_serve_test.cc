// Each way in which trust in a forecast comes and goes, in a pod that fetches, judges and decides.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "scaling/explain.h"
#include "unit/controller/pod.h"

namespace loadline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::Await;
using testing::Eventually;
using testing::kStart;
using testing::Pod;
using testing::Value;

constexpr std::string_view kPolicy =
    "signals:\n"
    "  - { name: load, query: load, perReplica: 10 }\n"
    "  - { name: soon, forecast: { of: load, ahead: 2h, history: 14d, quantile: 0.9, mode: active },\n"
    "      onMissing: { then: ignore } }\n"
    "onMissing: { hold: 12h, then: ignore }";
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kHistory = 14 * 24;

// Days on a level that wanders: neither the last value nor yesterday's says both.
std::vector<double> Wandering(unsigned seed, int size) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise;
  std::vector<double> values;
  double level = 0;
  for (int t = 0; t < size; ++t) {
    level = 0.99 * level + 0.03 * noise(random);
    values.push_back(100 * std::exp(level) * (1 + 0.6 * std::sin(2 * M_PI * t / 24)));
  }
  return values;
}

// A pod that ticks and fits each hour, from the hour kHistory of the load on.
class Hourly {
 public:
  explicit Hourly(std::vector<double> load) : load_(std::move(load)), pod_(Said(), kStart - hours(1)) {
    pod_.options.interval = hours(1);
    pod_.options.forget_after = hours(24 * 365);
    pod_.options.forecasts.refit = hours(1);
    pod_.Start();
    pod_.Give(kPolicy);
    binding_ = pod_.Find();
    Await(binding_);
    Tick(2);  // the forecast before the latest, too
    Tick();
  }

  // An hour passes. What is decided by the forecast of the hour before is in `reason()` and `why()` then.
  void Tick(int fits = 1) {
    pod_.RunTick();
    AwaitFits(fits);
  }
  // Sets the clock, of which `fits` forecasts come at once.
  void Jump(Duration by, int fits) {
    pod_.clock.Jump(pod_.clock.Now() + by);
    pod_.clock.AwaitWaiter(pod_.NextTick() + pod_.options.delay);
    AwaitFits(fits);
  }

  const PublishedAnswer& answer() {
    answer_ = binding_->Latest();
    return *answer_;
  }
  std::optional<TrustReason> reason() {
    const auto& forecasts = answer().forecasts;
    if (forecasts.empty() || forecasts[1] == nullptr) return std::nullopt;
    CHECK(answer_->time - forecasts[1]->forecast.fitted == hours(1));
    return forecasts[1]->forecast.trust.reason;
  }
  // Whether the decision says of a forecast that is off, and only of such, that its signal decides alone, and why.
  bool Explains() {
    const PublishedAnswer& now = answer();
    const Trust& trust = now.forecasts[1]->forecast.trust;
    const std::string summary = Summary(*now.policy, now.decision);
    CAPTURE(summary);
    const std::string why = "not used: " + std::string(TrustSentence(trust.reason));
    const bool says = summary.find(why) != std::string::npos;
    CHECK(says == !trust.on);
    if (!trust.on) CHECK(WinningSignal(*now.policy, now.decision) == "load");
    return says == !trust.on;
  }
  // Ticks on until trust has that reason, at most `most` times.
  bool TicksTo(TrustReason wanted, int most) {
    for (int i = 0; i < most && reason() != wanted; ++i) Tick();
    CAPTURE(TrustCode(wanted), TrustCode(reason().value_or(TrustReason::kShortHistory)));
    CHECK(reason() == wanted);
    return reason() == wanted && Explains();
  }
  // Hours of the longest question since it was asked last.
  int MostAsked() {
    Duration longest{0};
    for (const Question& each : pod_.source->TakeQuestions()) longest = std::max(longest, each.end - each.begin);
    return static_cast<int>(longest / hours(1));
  }
  const testing::RecordingLog& log() const { return pod_.log; }

 private:
  void AwaitFits(int fits) {
    fits_ += fits;
    const std::string line = "loadline_forecast_refits_total{outcome=\"fitted\"} " + std::to_string(fits_) + "\n";
    REQUIRE(Eventually([&] { return pod_.instruments.Text().find(line) != std::string::npos; }));
  }

  testing::FakeMetricSource::Said Said() {
    return [this](const std::string&, Timestamp time) {
      const auto hour = kHistory + (time - kStart) / hours(1);
      const bool known = hour >= 0 && hour < static_cast<std::int64_t>(load_.size());
      if (!known || std::isnan(load_[static_cast<std::size_t>(hour)])) return Reading{0, ReadingState::kEmpty};
      return Value(load_[static_cast<std::size_t>(hour)]);
    };
  }

  std::vector<double> load_;
  Pod pod_;
  std::shared_ptr<Binding> binding_;
  std::shared_ptr<const PublishedAnswer> answer_;
  int fits_ = 0;
};

TEST_CASE("A forecast is trusted, still trusted, distrusted when the days stop, and trusted again when they are back") {
  std::vector<double> load = Wandering(5, kHistory + 36);
  std::mt19937 random(5);
  std::normal_distribution<double> noise;
  for (int t = 0; t < 2 * 24; ++t) load.push_back(load.back() + noise(random));
  const std::vector<double> again = Wandering(6, 20 * 24);
  load.insert(load.end(), again.begin(), again.end());
  Hourly pod(load);
  CHECK(pod.TicksTo(TrustReason::kBetter, 24));
  CHECK(pod.TicksTo(TrustReason::kWorse, 60));
  CHECK(pod.TicksTo(TrustReason::kNotBetter, 60));
  CHECK(pod.TicksTo(TrustReason::kBetter, 10 * 24));
  CHECK(pod.TicksTo(TrustReason::kStillBetter, 10 * 24));
}

TEST_CASE("A history that is too short is, until it is long enough") {
  std::vector<double> load = Wandering(1, kHistory + 100);
  std::fill_n(load.begin(), kHistory - 60, kNan);
  Hourly pod(load);
  CHECK(pod.TicksTo(TrustReason::kShortHistory, 1));
  for (int i = 0; i < 40 && pod.reason() == TrustReason::kShortHistory; ++i) {
    pod.Tick();
    CHECK(pod.Explains());
  }
  CHECK(pod.reason() != TrustReason::kShortHistory);
}

TEST_CASE("An outage at the end of the history takes trust away at the next refit, and no longer") {
  const double value = GENERATE(kNan, 0.0);
  CAPTURE(value);
  std::vector<double> load = Wandering(5, kHistory + 100);
  std::fill_n(load.begin() + kHistory + 10, 5, value);
  Hourly pod(load);
  CHECK(pod.TicksTo(TrustReason::kBetter, 9));
  CHECK(pod.TicksTo(TrustReason::kOutage, 20));
  CHECK(pod.TicksTo(TrustReason::kBetter, 4));
}

TEST_CASE("Gaps take trust away until they have gone by") {
  std::vector<double> load = Wandering(5, kHistory + 200);
  for (int t = kHistory + 10; t < kHistory + 34; t += 2) load[static_cast<std::size_t>(t)] = kNan;
  Hourly pod(load);
  CHECK(pod.TicksTo(TrustReason::kBetter, 9));
  CHECK(pod.TicksTo(TrustReason::kGaps, 30));
  CHECK(pod.TicksTo(TrustReason::kBetter, 60));
}

TEST_CASE("A clock that jumps takes trust away until the next refit, for which all of the history is fetched anew") {
  // Ahead it is noticed at the next tick; back, at once, and those that are to be used then are made.
  const auto [by, fits] = GENERATE(table<Duration, int>({{minutes(30), 0}, {-hours(2), 2}}));
  CAPTURE(FormatDuration(by));
  Hourly pod(Wandering(5, kHistory + 100));
  for (int i = 0; i < 4; ++i) pod.Tick();
  CHECK(pod.TicksTo(TrustReason::kBetter, 9));
  CHECK(pod.MostAsked() > kHistory);
  pod.Jump(by, fits);
  CHECK(pod.TicksTo(TrustReason::kClockJump, 3));
  CHECK(pod.log().Count("clock_jumped") == 1);
  CHECK(pod.MostAsked() > kHistory);
  CHECK(pod.TicksTo(TrustReason::kBetter, 4));
}

}  // namespace
}  // namespace loadline
