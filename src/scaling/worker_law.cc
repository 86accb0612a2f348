#include "scaling/worker_law.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>

#include "base/text.h"
#include "forecast/load_model.h"
#include "scaling/load_clock.h"
#include "scaling/virtual_run.h"

namespace loadline {
namespace {

constexpr Duration kDoubted = std::chrono::seconds(120);

int InTicks(Duration duration, Duration tick) { return static_cast<int>(duration / tick); }

// The models of what may arrive.
struct ArrivalModels {
  LoadModel until_start;
  std::optional<LoadModel> until_doubt;         // none where all of the delay is in doubt
  std::vector<std::optional<LoadModel>> ahead;  // for each drain; none where nothing that is to come falls due
  std::vector<double> residuals;                // of the plan's quantile, likewise
};

class WorkerLaw : public ObjectiveLaw {
 public:
  WorkerLaw(const Objective& objective, const ObjectiveTerms& terms)
      : objective_(objective),
        terms_(terms),
        plan_(PlanWorkers(terms.start_delay, *objective.deadline, terms.tick)),
        clock_(terms.tick, terms.capacity) {}

  double Decide(const LoadRow& row) override {
    clock_.Advance(row, [&](bool) {
      if (clock_.TimeToFit()) Refit();
      Observe(row.replicas);
    });
    if (!row.load) return row.replicas;
    const double backlog = row.backlog / (terms_.capacity * ToSeconds(terms_.tick));
    const int wanted = std::clamp(Wanted(backlog), std::max(terms_.min, 1), terms_.max);
    return ValueForLevels({wanted, wanted}, row.replicas, terms_);
  }

  std::string Explain() const override {
    return fmt::format("asked for {} % later than {}; quantile {} of the arrivals\n",
                       FormatNumber(objective_.late->value), FormatDuration(*objective_.deadline),
                       FormatNumber(plan_.quantile));
  }

 private:
  void Observe(int replicas) {
    observed_.push_back(replicas);
    if (observed_.size() > static_cast<std::size_t>(plan_.delay)) observed_.pop_front();
  }

  int Wanted(double backlog) const {
    const LoadReadings& readings = clock_.readings();
    if (!models_) {
      const double load = readings.Reading(readings.newest());
      return static_cast<int>(
          std::min(std::ceil((load + backlog / (plan_.delay + plan_.drains.front())) / 0.8), 1e5));
    }
    return WantedWorkers(plan_, backlog, Ready(), Expected());
  }

  // The fewest observed since one start delay before each of the next ticks.
  std::vector<int> Ready() const {
    std::vector<int> ready(plan_.delay, observed_.back());
    int fewest = observed_.back();
    int at = plan_.delay;
    for (auto each = observed_.rbegin(); each != observed_.rend(); ++each)
      ready[--at] = fewest = std::min(fewest, *each);
    for (; at > 0; --at) ready[at - 1] = fewest;
    return ready;
  }

  ExpectedArrivals Expected() const {
    const LoadReadings& readings = clock_.readings();
    const int now = readings.newest();
    const LoadFeatures features = FeaturesAt(readings, now);
    ExpectedArrivals arrivals;
    arrivals.until_start = models_->until_start.LookAhead(readings, now, features).MeanLoad();
    if (models_->until_doubt)
      arrivals.until_doubt = models_->until_doubt->LookAhead(readings, now, features).MeanLoad();
    for (std::size_t i = 0; i < plan_.drains.size(); ++i) {
      const int due = DueBefore(plan_, i);
      if (models_->ahead[i]) {
        const LoadModel::Outlook outlook = models_->ahead[i]->LookAhead(readings, now, features);
        const double root = std::max(outlook.root + models_->residuals[i] * outlook.scale, 0.0);
        arrivals.falling.push_back(root * root * (due - DoubtFrom(plan_)) + arrivals.until_doubt * DoubtFrom(plan_));
      } else if (due >= 0) {
        arrivals.falling.push_back(arrivals.until_start * due);
      } else {
        arrivals.falling.push_back(RecentMean(-due + 1) * due);
      }
    }
    return arrivals;
  }

  double RecentMean(int ticks) const {
    const LoadReadings& readings = clock_.readings();
    const int count = std::min(ticks, readings.size());
    double sum = 0;
    for (int i = 0; i < count; ++i) sum += readings.Reading(readings.newest() - i);
    return sum / count;
  }

  void Refit() {
    auto until_start = LoadModel::Fit(clock_.readings(), {0, plan_.delay});
    if (!until_start) return;
    ArrivalModels models{*std::move(until_start), std::nullopt, {}, {}};
    const int from = DoubtFrom(plan_);
    if (from > 0) models.until_doubt = LoadModel::Fit(clock_.readings(), {0, from});
    if (from > 0 && !models.until_doubt) return;
    for (std::size_t i = 0; i < plan_.drains.size(); ++i) {
      const int due = DueBefore(plan_, i);
      models.ahead.push_back(due > from ? LoadModel::Fit(clock_.readings(), {from, due}) : std::nullopt);
      if (due > from && !models.ahead.back()) return;
      models.residuals.push_back(due > from ? models.ahead.back()->Residual(plan_.quantile) : 0);
    }
    models_ = std::move(models);
  }

  static int DoubtFrom(const WorkerPlan& plan) { return plan.delay - plan.doubted; }
  // What arrives before so many ticks from now must be served at the end of the drain.
  static int DueBefore(const WorkerPlan& plan, std::size_t drain) {
    return plan.delay + plan.drains[drain] - plan.kept;
  }

  const Objective objective_;
  const ObjectiveTerms terms_;
  const WorkerPlan plan_;
  LoadClock clock_;
  std::deque<int> observed_;  // at the last plan_.delay ticks
  std::optional<ArrivalModels> models_;
};

}  // namespace

WorkerPlan PlanWorkers(Duration start_delay, Duration deadline, Duration tick) {
  const bool can_save = start_delay <= deadline;
  WorkerPlan plan;
  plan.delay = std::max(InTicks(start_delay, tick), 1);
  for (const int seconds : can_save ? std::vector{60, 120} : std::vector{300})
    plan.drains.push_back(std::max(InTicks(std::chrono::seconds(seconds), tick), 1));
  plan.kept = InTicks(can_save ? deadline * 3 / 4 : deadline / 4, tick);
  plan.doubted = std::min(InTicks(kDoubted, tick), plan.delay);
  plan.quantile = can_save ? 0.8 : 0.99;
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
