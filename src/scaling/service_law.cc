#include "scaling/service_law.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "base/text.h"
#include "forecast/load_model.h"
#include "scaling/load_clock.h"
#include "scaling/virtual_run.h"

namespace loadline {
namespace {

constexpr std::array<int, 3> kSecondsBeyondDelay = {0, 60, 120};
constexpr double kDownRatio = 1.5;
constexpr double kRiskiest = 0.3;
constexpr int kRisks = 26;  // each kDownRatio below the one before: the last is 0.00001
constexpr int kWeekMinutes = 7 * 24 * 60;
constexpr int kDayMinutes = 24 * 60;
// What is aimed at, of what is asked for: a week says only roughly what comes in the next six hours.
constexpr double kAim = 0.9;

// What the load ahead may be, seen from one tick.
class Ahead {
 public:
  Ahead(const LoadReadings& readings, const std::vector<LoadModel>& models, int tick) : models_(models) {
    const LoadFeatures features = FeaturesAt(readings, tick);
    for (const LoadModel& model : models) outlooks_.push_back(model.LookAhead(readings, tick, features));
  }

  // The probability that so many replicas are too few.
  double Risk(int replicas) const {
    const double root = std::sqrt(static_cast<double>(replicas));
    double sum = 0;
    for (std::size_t i = 0; i < models_.size(); ++i) sum += models_[i].Above(outlooks_[i], root);
    return sum / static_cast<double>(models_.size());
  }

  // The least number, from `low` to `high`, with no more than that risk; `high` where there is none.
  int Least(double risk, int low, int high) const {
    if (low >= high || Risk(low) <= risk) return std::min(low, high);
    int step = 1;
    while (low + step < high && Risk(low + step) > risk) {
      low += step;
      step *= 2;
    }
    high = std::min(low + step, high);
    while (high - low > 1) {
      const int middle = low + (high - low) / 2;
      (Risk(middle) > risk ? low : high) = middle;
    }
    return high;
  }

 private:
  const std::vector<LoadModel>& models_;
  std::vector<LoadModel::Outlook> outlooks_;
};

// What one risk would have done, and what came of it in each minute of the last week.
class Trial {
 public:
  Trial(double risk, const ObjectiveTerms& terms, Duration window, int replicas)
      : risk_(risk), run_(terms, window, replicas), minutes_(kWeekMinutes) {}

  void Step(const Levels& levels) {
    run_.Step(levels);
    ready_.push_back(run_.ready());
    replicas_ += run_.replicas();
  }
  int replicas() const { return run_.replicas(); }

  // A minute of the clock has ended: its load, in replicas, is known now; `skipped` where it is not.
  void EndMinute(double load, bool skipped) {
    Minute& minute = minutes_[count_ % kWeekMinutes];
    if (!skipped) {
      const auto too_few =
          std::count_if(ready_.begin(), ready_.end(), [&](int ready) { return load > ready + 1e-9; });
      Minute now{static_cast<int>(ready_.size()), static_cast<int>(too_few), replicas_};
      sum_.Add(now, 1);
      sum_.Add(minute, -1);
      minute = now;
      ++count_;
    }
    ready_.clear();
    replicas_ = 0;
  }

  bool HasADay() const { return count_ >= kDayMinutes; }
  RiskOutcome Outcome(int ticks_per_minute) const {
    // A minute of violations more than were seen: none in a short time is no proof of none.
    return {risk_, static_cast<double>(sum_.too_few + ticks_per_minute) / std::max(sum_.ticks, 1),
            static_cast<double>(sum_.replicas) / std::max(sum_.ticks, 1)};
  }

 private:
  struct Minute {
    int ticks = 0;
    int too_few = 0;
    std::int64_t replicas = 0;

    void Add(const Minute& other, int times) {
      ticks += times * other.ticks;
      too_few += times * other.too_few;
      replicas += times * other.replicas;
    }
  };

  double risk_;
  VirtualRun run_;
  std::vector<int> ready_;  // since the last whole minute
  std::int64_t replicas_ = 0;
  std::vector<Minute> minutes_;  // a ring
  std::size_t count_ = 0;
  Minute sum_;
};

class ServiceLaw : public ObjectiveLaw {
 public:
  ServiceLaw(const Objective& objective, const ObjectiveTerms& terms)
      : terms_(terms),
        window_(objective.scale_down_window),
        target_(objective.violations->value / 100),
        clock_(terms.tick, terms.capacity) {
    chosen_.risk = target_;
  }

  double Decide(const LoadRow& row) override {
    clock_.Advance(row, [&](bool known) { Tick(known); });
    if (!row.load) return row.replicas;
    return ValueForLevels(levels_, row.replicas, terms_);
  }

  std::string Explain() const override {
    std::string text = fmt::format("asked for {} % violations; ", FormatNumber(100 * target_));
    if (models_.empty()) return text + "two days of readings are needed: until then 80 % of the capacity is used\n";
    if (outcomes_.empty())
      return text + fmt::format("risk {} % until a day has been decided\n", FormatNumber(100 * chosen_.risk));
    text += fmt::format("risk {} %: {} % expected, with {} replicas in the mean\n", FormatNumber(100 * chosen_.risk),
                        FormatNumber(100 * chosen_.violations), FormatNumber(chosen_.replicas));
    for (const RiskOutcome& each : outcomes_) {
      if (each.risk > chosen_.risk * 2.5 || each.risk < chosen_.risk / 2.5) continue;
      text += fmt::format("  risk {} % had {} % in the last week, with {} replicas in the mean\n",
                          FormatNumber(100 * each.risk), FormatNumber(100 * each.violations),
                          FormatNumber(each.replicas));
    }
    return text;
  }

 private:
  void Tick(bool known) {
    const LoadReadings& readings = clock_.readings();
    if (clock_.TimeToFit()) Refit();
    EndMinute();
    if (models_.empty()) {
      const double wanted = std::ceil(readings.Reading(readings.newest()) / 0.8 - 1e-9);
      levels_.up = levels_.down = static_cast<int>(std::clamp<double>(wanted, Low(), terms_.max));
      return;
    }
    const Ahead ahead(readings, models_, readings.newest());
    levels_.up = ahead.Least(chosen_.risk, Low(), terms_.max);
    levels_.down = ahead.Least(chosen_.risk / kDownRatio, levels_.up, terms_.max);
    int up = Low();
    for (int i = 0; i < kRisks; ++i) {
      const int next = ahead.Least(kRiskiest * std::pow(kDownRatio, -i), up, terms_.max);
      if (i > 0) StepTrial(trials_[i - 1], {up, next}, known);
      up = next;
    }
  }

  static void StepTrial(Trial& trial, Levels levels, bool known) {
    trial.Step(known ? levels : Levels{trial.replicas(), trial.replicas()});
  }

  void EndMinute() {
    const LoadReadings& readings = clock_.readings();
    const int now = readings.newest();
    if (!readings.EndsMinute(now)) return;
    for (Trial& trial : trials_) trial.EndMinute(readings.Reading(now), readings.AnyMissing(now, now + 1));
  }

  void Refit() {
    const int delay = static_cast<int>(terms_.start_delay / terms_.tick);
    std::vector<LoadModel> models;
    for (const int seconds : kSecondsBeyondDelay) {
      const int begin = delay + static_cast<int>(std::chrono::seconds(seconds) / terms_.tick);
      auto model = LoadModel::Fit(clock_.readings(), {begin, begin + 1});
      if (!model) return;
      models.push_back(*std::move(model));
    }
    models_ = std::move(models);
    if (trials_.empty()) {
      for (int i = 0; i + 1 < kRisks; ++i)
        trials_.emplace_back(kRiskiest * std::pow(kDownRatio, -i), terms_, window_, levels_.up);
    }
    if (!trials_.front().HasADay()) return;
    outcomes_.clear();
    for (const Trial& trial : trials_) outcomes_.push_back(trial.Outcome(clock_.readings().ticks_per_minute()));
    chosen_ = RiskForTarget(outcomes_, kAim * target_);
  }

  int Low() const { return std::max(terms_.min, 1); }

  const ObjectiveTerms terms_;
  const Duration window_;
  const double target_;
  LoadClock clock_;
  std::vector<LoadModel> models_;
  std::vector<Trial> trials_;
  std::vector<RiskOutcome> outcomes_;
  RiskOutcome chosen_;
  Levels levels_;
};

}  // namespace

RiskOutcome RiskForTarget(std::span<const RiskOutcome> outcomes, double target) {
  RiskOutcome before = outcomes.front();
  for (const RiskOutcome& each : outcomes) {
    RiskOutcome next = each;
    next.violations = std::min(next.violations, before.violations);  // less risk is never worse, but for chance
    if (next.violations <= target) {
      if (next.violations >= before.violations) return next;
      const double part = std::log(before.violations / target) / std::log(before.violations / next.violations);
      if (part <= 0) return before;
      const auto between = [part](double from, double to) { return from * std::pow(to / from, part); };
      return {between(before.risk, next.risk), target, before.replicas + part * (next.replicas - before.replicas)};
    }
    before = next;
  }
  return before;
}

std::unique_ptr<ObjectiveLaw> MakeServiceLaw(const Objective& objective, const ObjectiveTerms& terms) {
  return std::make_unique<ServiceLaw>(objective, terms);
}

}  // namespace loadline
