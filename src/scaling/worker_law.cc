#include "scaling/worker_law.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "forecast/load_model.h"
#include "scaling/load_clock.h"
#include "scaling/virtual_run.h"
#include "scaling/week_tally.h"

namespace loadline {
namespace {

constexpr Duration kDoubted = std::chrono::seconds(120);
constexpr double kRiskiest = 0.7;
constexpr double kRatio = 1.5;
constexpr int kRisks = 15;
// What is aimed at, of what is asked for: a week says only roughly what comes in the next six hours.
constexpr double kAim = 0.9;

int InTicks(Duration duration, Duration tick) { return static_cast<int>(duration / tick); }

int DoubtFrom(const WorkerPlan& plan) { return plan.delay - plan.doubted; }
// What arrives before so many ticks from now must be served at the end of the drain.
int DueBefore(const WorkerPlan& plan, std::size_t drain) { return plan.delay + plan.drains[drain] - plan.kept; }

// The residuals, for each drain, of the share of arrivals that is not counted on.
using Residuals = std::vector<double>;

// What is known of arrivals at a tick, for any risk.
struct Seen {
  double until_start = 0;
  double until_doubt = 0;
  std::vector<std::optional<LoadModel::Outlook>> ahead;  // for each drain; none where nothing that is to come falls due
  std::vector<double> fixed;                             // what falls due then

  ExpectedArrivals With(const WorkerPlan& plan, const Residuals& residuals) const {
    ExpectedArrivals arrivals{until_start, until_doubt, fixed};
    for (std::size_t i = 0; i < ahead.size(); ++i) {
      if (!ahead[i]) continue;
      const double root = std::max(ahead[i]->root + residuals[i] * ahead[i]->scale, 0.0);
      arrivals.falling[i] = root * root * (DueBefore(plan, i) - DoubtFrom(plan)) + until_doubt * DoubtFrom(plan);
    }
    return arrivals;
  }
};

// The models of what may arrive.
class ArrivalModels {
 public:
  // None where too little is known.
  static std::optional<ArrivalModels> Fit(const LoadReadings& readings, const WorkerPlan& plan) {
    ArrivalModels models;
    const int from = DoubtFrom(plan);
    models.until_start_ = LoadModel::Fit(readings, {0, plan.delay});
    if (!models.until_start_) return std::nullopt;
    if (from > 0) models.until_doubt_ = LoadModel::Fit(readings, {0, from});
    if (from > 0 && !models.until_doubt_) return std::nullopt;
    for (std::size_t i = 0; i < plan.drains.size(); ++i) {
      const int due = DueBefore(plan, i);
      models.ahead_.push_back(due > from ? LoadModel::Fit(readings, {from, due}) : std::nullopt);
      if (due > from && !models.ahead_.back()) return std::nullopt;
    }
    return models;
  }

  Residuals ResidualsAt(double risk) const {
    Residuals residuals;
    for (const auto& model : ahead_) residuals.push_back(model ? model->Residual(1 - risk) : 0);
    return residuals;
  }

  Seen Look(const LoadReadings& readings, const WorkerPlan& plan) const {
    const int now = readings.newest();
    const LoadFeatures features = FeaturesAt(readings, now);
    const auto ahead = [&](const LoadModel& model) { return model.LookAhead(readings, now, features); };
    Seen seen;
    seen.until_start = ahead(*until_start_).MeanLoad();
    if (until_doubt_) seen.until_doubt = ahead(*until_doubt_).MeanLoad();
    for (std::size_t i = 0; i < ahead_.size(); ++i) {
      const int due = DueBefore(plan, i);
      seen.ahead.push_back(ahead_[i] ? std::optional(ahead(*ahead_[i])) : std::nullopt);
      seen.fixed.push_back(due >= 0 ? seen.until_start * due : RecentMean(readings, -due + 1) * due);
    }
    return seen;
  }

 private:
  static double RecentMean(const LoadReadings& readings, int ticks) {
    const int count = std::min(ticks, readings.size());
    double sum = 0;
    for (int i = 0; i < count; ++i) sum += readings.Reading(readings.newest() - i);
    return sum / count;
  }

  std::optional<LoadModel> until_start_;
  std::optional<LoadModel> until_doubt_;  // none where all of the delay is in doubt
  std::vector<std::optional<LoadModel>> ahead_;
};

// How many are ready at each tick of the next start delay: the fewest since one delay before it.
std::vector<int> ReadyAfter(std::span<const int> counts, int delay) {
  std::vector<int> ready(static_cast<std::size_t>(delay));
  int fewest = counts.back();
  auto each = counts.rbegin();
  for (auto tick = ready.rbegin(); tick != ready.rend(); ++tick) {
    if (each != counts.rend()) fewest = std::min(fewest, *each++);
    *tick = fewest;
  }
  return ready;
}

// The replicas at the last ticks of a start delay, newest last.
class RecentCounts {
 public:
  explicit RecentCounts(int delay) : delay_(static_cast<std::size_t>(delay)) {}

  void Add(int replicas) {
    if (counts_.size() == delay_) counts_.erase(counts_.begin());
    counts_.push_back(replicas);
  }
  std::span<const int> all() const { return counts_; }

 private:
  std::size_t delay_;
  std::vector<int> counts_;
};

// What one risk would have done, with a queue of its own.
class QueueTrial {
 public:
  QueueTrial(double risk, const ObjectiveTerms& terms, Duration window, int replicas, const WorkerPlan& plan)
      : risk_(risk), run_(terms, window, replicas), counts_(plan.delay) {}

  void Fitted(const ArrivalModels& models) { residuals_ = models.ResidualsAt(risk_); }

  // `recent`: what arrived within the deadline.
  void Step(const WorkerPlan& plan, const ObjectiveTerms& terms, const Seen& seen, double arrives, double recent) {
    counts_.Add(run_.replicas());
    const int wanted =
        WantedWorkers(plan, backlog_, ReadyAfter(counts_.all(), plan.delay), seen.With(plan, residuals_));
    const int level = std::clamp(wanted, std::max(terms.min, 1), terms.max);
    run_.Step({level, level});
    const double waiting = backlog_ + arrives;
    const double served = std::min(waiting, static_cast<double>(run_.ready()));
    backlog_ = waiting - served;
    minute_.all += arrives;
    minute_.missed += std::clamp(waiting - recent, 0.0, served);
    minute_.replicas += run_.replicas();
  }
  void EndMinute(int ticks) {
    minute_.replicas /= ticks;
    week_.Add(minute_);
    minute_ = {};
  }

  bool HasADay() const { return week_.HasADay(); }
  RiskOutcome Outcome() const { return week_.Outcome(risk_); }

 private:
  double risk_;
  VirtualRun run_;
  RecentCounts counts_;
  Residuals residuals_;
  double backlog_ = 0;
  WeekTally::Minute minute_;
  WeekTally week_;
};

class WorkerModel : public ObjectiveModel {
 public:
  WorkerModel(const ObjectiveTerms& terms, const WorkerPlan& plan, std::optional<ArrivalModels> models,
              ObjectiveReport report)
      : ObjectiveModel(std::move(report)), terms_(terms), plan_(plan), models_(std::move(models)) {
    if (models_) residuals_ = models_->ResidualsAt(this->report()->chosen.risk);
  }

  const std::optional<ArrivalModels>& models() const { return models_; }

  Levels LevelsAt(const LoadReadings& readings, const QueueState& queue) const override {
    const double backlog = queue.backlog / (terms_.capacity * ToSeconds(terms_.tick));
    const int low = std::max(terms_.min, 1);
    const int level = std::clamp(Wanted(readings, backlog, queue.counts), low, std::max(terms_.max, low));
    return {level, level};
  }

 private:
  // `backlog` in what one replica serves in a tick.
  int Wanted(const LoadReadings& readings, double backlog, std::span<const int> counts) const {
    if (!models_) {
      const double load = readings.Reading(readings.newest());
      return static_cast<int>(std::min(std::ceil((load + backlog / (plan_.delay + plan_.drains.front())) / 0.8), 1e5));
    }
    return WantedWorkers(plan_, backlog, ReadyAfter(counts, plan_.delay),
                         models_->Look(readings, plan_).With(plan_, residuals_));
  }

  const ObjectiveTerms terms_;
  const WorkerPlan plan_;
  const std::optional<ArrivalModels> models_;
  Residuals residuals_;
};

class WorkerLaw : public ObjectiveLaw {
 public:
  WorkerLaw(const Objective& objective, const ObjectiveTerms& terms)
      : objective_(objective),
        terms_(terms),
        plan_(PlanWorkers(terms.start_delay, *objective.deadline, terms.tick)),
        clock_(terms.tick, terms.capacity),
        counts_(plan_.delay) {
    ObjectiveReport report;
    report.asked = objective.late->value / 100;
    report.problem = "two days of readings are needed: until then 80 % of the capacity is used";
    model_ = std::make_shared<const WorkerModel>(terms_, plan_, std::nullopt, report);
  }

  double Decide(const LoadRow& row) override {
    clock_.Advance(row, [&](bool) {
      counts_.Add(row.replicas);
      Tick();
    });
    if (!row.load) return row.replicas;
    return ValueForLevels(model_->LevelsAt(clock_.readings(), {row.backlog, counts_.all()}), row.replicas, terms_);
  }

  std::shared_ptr<const ObjectiveModel> Model() const override { return model_; }
  const LoadReadings& Readings() const override { return clock_.readings(); }

 private:
  void Tick() {
    EndMinute();
    if (clock_.TimeToFit()) Refit();
    if (const auto& models = model_->models()) pending_.push_back(models->Look(clock_.readings(), plan_));
  }

  // What arrived at the ticks of a minute is known at its end: only then the trials can go on.
  void EndMinute() {
    const LoadReadings& readings = clock_.readings();
    if (!readings.EndsMinute(readings.newest()) || pending_.empty()) return;
    const auto ticks = static_cast<int>(pending_.size());
    const int deadline = InTicks(*objective_.deadline, terms_.tick);
    for (int i = 0; i < ticks; ++i) {
      const int tick = readings.known() - ticks + i;
      const int begin = std::max(tick + 1 - std::max(deadline, 1), 0);  // who waits about as long counts as late
      const double recent = readings.MeanLoad(begin, tick + 1) * (tick + 1 - begin);
      const double arrives = readings.MeanLoad(tick, tick + 1);
      for (QueueTrial& trial : trials_) trial.Step(plan_, terms_, pending_[i], arrives, recent);
    }
    for (QueueTrial& trial : trials_) trial.EndMinute(ticks);
    pending_.clear();
  }

  void Refit() {
    auto models = ArrivalModels::Fit(clock_.readings(), plan_);
    if (!models) return;
    if (trials_.empty() && plan_.finds_risk) {
      // With as many as would be there by the load alone.
      const int replicas = model_->LevelsAt(clock_.readings(), {}).up;
      for (int i = 0; i < kRisks; ++i)
        trials_.emplace_back(kRiskiest * std::pow(kRatio, -i), terms_, objective_.scale_down_window, replicas, plan_);
    }
    ObjectiveReport report;
    report.fitted = clock_.now();
    report.asked = objective_.late->value / 100;
    report.has_model = true;
    report.chosen.risk = 1 - plan_.quantile;
    if (!plan_.finds_risk) {
      report.problem = "replicas start later than the deadline: it is stated, whatever is asked for";
    } else if (!trials_.front().HasADay()) {
      report.problem = "until a day has been tried";
    } else {
      for (const QueueTrial& trial : trials_) report.outcomes.push_back(trial.Outcome());
      report.chosen = RiskForTarget(report.outcomes, kAim * report.asked);
    }
    for (QueueTrial& trial : trials_) trial.Fitted(*models);
    model_ = std::make_shared<const WorkerModel>(terms_, plan_, std::move(models), std::move(report));
  }

  const Objective objective_;
  const ObjectiveTerms terms_;
  const WorkerPlan plan_;
  LoadClock clock_;
  RecentCounts counts_;
  std::shared_ptr<const WorkerModel> model_;
  std::vector<Seen> pending_;  // at the ticks since the last whole minute
  std::vector<QueueTrial> trials_;
};

}  // namespace

WorkerPlan PlanWorkers(Duration start_delay, Duration deadline, Duration tick) {
  const bool can_save = start_delay <= deadline;
  WorkerPlan plan;
  plan.delay = std::max(DelayInTicks(start_delay, tick), 1);
  for (const int seconds : can_save ? std::vector{60, 120} : std::vector{300})
    plan.drains.push_back(std::max(InTicks(std::chrono::seconds(seconds), tick), 1));
  plan.kept = InTicks(can_save ? deadline * 3 / 4 : deadline / 4, tick);
  plan.doubted = std::min(InTicks(kDoubted, tick), plan.delay);
  plan.quantile = can_save ? 0.8 : 0.99;
  // Where nothing can be saved any more, all that is late comes from the few jumps of weeks, and a week says nothing of
  // them: on recorded load trying made it dearer and no less late.
  plan.finds_risk = can_save;
  return plan;
}

int WantedWorkers(const WorkerPlan& plan, double backlog, std::span<const int> ready,
                  const ExpectedArrivals& arrivals) {
  for (int tick = 0; tick < plan.delay; ++tick) backlog = std::max(backlog + arrivals.until_start - ready[tick], 0.0);
  double wanted = 1;
  for (std::size_t i = 0; i < plan.drains.size(); ++i) {
    // What is left of the backlog then holds all that arrived until then, but only what falls due counts.
    const double due = backlog - arrivals.until_start * plan.delay + arrivals.falling[i];
    wanted = std::max(wanted, due / plan.drains[i]);
  }
  return static_cast<int>(std::min(std::ceil(wanted - 1e-9), 1e5));
}

std::unique_ptr<ObjectiveLaw> MakeWorkerLaw(const Objective& objective, const ObjectiveTerms& terms) {
  return std::make_unique<WorkerLaw>(objective, terms);
}

}  // namespace loadline
