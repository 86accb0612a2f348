#include "scaling/service_law.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "forecast/load_model.h"
#include "scaling/load_clock.h"
#include "scaling/virtual_run.h"
#include "scaling/week_tally.h"

namespace loadline {
namespace {

constexpr std::array<int, 3> kSecondsBeyondDelay = {0, 60, 120};
constexpr double kDownRatio = 1.5;
constexpr double kRiskiest = 0.3;
constexpr int kRisks = 26;  // each kDownRatio below the one before: the last is 0.00001
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

// What one risk would have done, and what came of it.
class Trial {
 public:
  Trial(double risk, const ObjectiveTerms& terms, Duration window, int replicas)
      : risk_(risk), run_(terms, window, replicas) {}

  void Step(const Levels& levels) {
    run_.Step(levels);
    ready_.push_back(run_.ready());
    replicas_ += run_.replicas();
  }
  int replicas() const { return run_.replicas(); }

  // A minute of the clock has ended: its load, in replicas, is known now; none where it is missing.
  void EndMinute(std::optional<double> load) {
    if (load && !ready_.empty()) {
      const auto ticks = static_cast<double>(ready_.size());
      const auto too_few = std::count_if(ready_.begin(), ready_.end(), [&](int ready) { return *load > ready + 1e-9; });
      week_.Add({ticks, static_cast<double>(too_few), replicas_ / ticks});
    }
    ready_.clear();
    replicas_ = 0;
  }

  bool HasADay() const { return week_.HasADay(); }
  RiskOutcome Outcome() const { return week_.Outcome(risk_); }

 private:
  double risk_;
  VirtualRun run_;
  std::vector<int> ready_;  // since the last whole minute
  double replicas_ = 0;
  WeekTally week_;
};

int LeastReplicas(const ObjectiveTerms& terms) { return std::max(terms.min, 1); }

class ServiceModel : public ObjectiveModel {
 public:
  ServiceModel(const ObjectiveTerms& terms, std::vector<LoadModel> models, ObjectiveReport report)
      : ObjectiveModel(std::move(report)), terms_(terms), models_(std::move(models)) {}

  bool HasModels() const { return !models_.empty(); }
  Ahead Look(const LoadReadings& readings) const { return {readings, models_, readings.newest()}; }

  Levels LevelsAt(const LoadReadings& readings, const QueueState&) const override {
    const int low = LeastReplicas(terms_);
    if (!HasModels()) {
      const double wanted = std::ceil(readings.Reading(readings.newest()) / 0.8 - 1e-9);
      const auto level = static_cast<int>(std::clamp<double>(wanted, low, std::max(terms_.max, low)));
      return {level, level};
    }
    return LevelsBy(Look(readings));
  }
  Levels LevelsBy(const Ahead& ahead) const {
    const double risk = report()->chosen.risk;
    const int up = ahead.Least(risk, LeastReplicas(terms_), terms_.max);
    return {up, ahead.Least(risk / kDownRatio, up, terms_.max)};
  }

 private:
  const ObjectiveTerms terms_;
  const std::vector<LoadModel> models_;
};

class ServiceLaw : public ObjectiveLaw {
 public:
  ServiceLaw(const Objective& objective, const ObjectiveTerms& terms)
      : terms_(terms),
        window_(objective.scale_down_window),
        target_(objective.violations->value / 100),
        clock_(terms.tick, terms.capacity) {
    ObjectiveReport report;
    report.asked = target_;
    report.problem = "two days of readings are needed: until then 80 % of the capacity is used";
    model_ = std::make_shared<const ServiceModel>(terms_, std::vector<LoadModel>(), report);
  }

  double Decide(const LoadRow& row) override {
    clock_.Advance(row, [&](bool known) { Tick(known); });
    if (!row.load) return row.replicas;
    return ValueForLevels(levels_, row.replicas, terms_);
  }

  std::shared_ptr<const ObjectiveModel> Model() const override { return model_; }
  const LoadReadings& Readings() const override { return clock_.readings(); }

 private:
  void Tick(bool known) {
    const LoadReadings& readings = clock_.readings();
    if (clock_.TimeToFit()) Refit();
    EndMinute();
    if (!model_->HasModels()) {
      levels_ = model_->LevelsAt(readings, {});
      return;
    }
    const Ahead ahead = model_->Look(readings);
    levels_ = model_->LevelsBy(ahead);
    int up = LeastReplicas(terms_);
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
    const bool missing = readings.AnyMissing(now, now + 1);
    for (Trial& trial : trials_) trial.EndMinute(missing ? std::nullopt : std::optional(readings.Reading(now)));
  }

  void Refit() {
    const int delay = DelayInTicks(terms_.start_delay, terms_.tick);
    std::vector<LoadModel> models;
    for (const int seconds : kSecondsBeyondDelay) {
      const int begin = delay + static_cast<int>(std::chrono::seconds(seconds) / terms_.tick);
      auto model = LoadModel::Fit(clock_.readings(), {begin, begin + 1});
      if (!model) return;
      models.push_back(*std::move(model));
    }
    if (trials_.empty()) {
      for (int i = 0; i + 1 < kRisks; ++i)
        trials_.emplace_back(kRiskiest * std::pow(kDownRatio, -i), terms_, window_, levels_.up);
    }
    ObjectiveReport report;
    report.fitted = clock_.now();
    report.asked = target_;
    report.has_model = true;
    report.chosen.risk = target_;
    if (trials_.front().HasADay()) {
      for (const Trial& trial : trials_) report.outcomes.push_back(trial.Outcome());
      report.chosen = RiskForTarget(report.outcomes, kAim * target_);
    } else {
      report.problem = "until a day has been tried";
    }
    model_ = std::make_shared<const ServiceModel>(terms_, std::move(models), std::move(report));
  }

  const ObjectiveTerms terms_;
  const Duration window_;
  const double target_;
  LoadClock clock_;
  std::shared_ptr<const ServiceModel> model_;
  std::vector<Trial> trials_;
  Levels levels_;
};

}  // namespace

std::unique_ptr<ObjectiveLaw> MakeServiceLaw(const Objective& objective, const ObjectiveTerms& terms) {
  return std::make_unique<ServiceLaw>(objective, terms);
}

}  // namespace loadline
