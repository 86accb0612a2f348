// What an objective costs a pod at 15 seconds: processor time to fit its law to 28 days, as a share of a core at one
// fit each six hours, and of a decision's levels right before the next fit; and what the fit holds. Processor time of
// this thread; figures, no verdicts. usage: build-release/tests/objective_bench
#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "scaling/fit_objective.h"
#include "scaling/policy_yaml.h"
#include "system/background.h"

namespace loadline::bench {
namespace {

constexpr Duration kTick = std::chrono::seconds(15);
constexpr int kDecisions = 50;
const std::string kHead = "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: {name: it, namespace: data}\n";

std::vector<double> MakeLoad(std::size_t ticks) {
  std::mt19937 random(1);
  std::normal_distribution<double> noise(0, 0.15);
  std::vector<double> load(ticks);
  for (std::size_t i = 0; i < ticks; ++i)
    load[i] = std::max(0.0, 15 + 8 * std::sin(2 * std::numbers::pi * static_cast<double>(i % 5760) / 5760)) *
              (1 + noise(random));
  return load;
}

void Run(const std::string& name, const std::string& spec) {
  const Policy policy = *ParsePolicy(DocumentText{kHead + spec}).content;
  const QueryPlan plan = *PlanQueries(policy, *BindParameters(policy, "data", "it", {}));
  const PlannedForecast planned = **PlanObjective(policy, plan, kTick);
  const auto history = static_cast<std::size_t>(TimesOf(planned, kTick, kTick).history);
  const auto since = static_cast<std::size_t>(kRefitEvery / kTick);
  const std::vector<double> load = MakeLoad(history + since);
  const Timestamp fitted{std::chrono::hours(24 * 365)};

  double begin = ThreadCpuSeconds();
  const auto fit = FitObjective(std::span(load).first(history), fitted, *planned.objective);
  const double fitting = ThreadCpuSeconds() - begin;

  std::vector<Reading> recent;
  for (std::size_t i = history; i < load.size(); ++i) recent.push_back({load[i], ReadingState::kValue});
  Observation seen;
  seen.now = fitted + kRefitEvery;
  const std::vector<Reading> twenty(100, {20, ReadingState::kValue});
  seen.windows.assign(plan.queries.size(), {twenty, ""});
  begin = ThreadCpuSeconds();
  for (int i = 0; i < kDecisions; ++i) LevelsOf(fit.get(), "", *planned.objective, policy, plan, seen, recent);
  const double levels = (ThreadCpuSeconds() - begin) / kDecisions;
  fmt::print("{:8} fit {:6.0f} ms of CPU ({:.4f} % of a core), levels {:5.0f} us, history {:.2f} MB\n", name,
             1e3 * fitting, 100 * fitting / ToSeconds(kRefitEvery), 1e6 * levels, 4e-6 * static_cast<double>(history));
}

}  // namespace
}  // namespace loadline::bench

int main() {
  using loadline::bench::Run;
  Run("service",
      "spec:\n  replicas: {min: 1, max: 60}\n  signals: [{name: r, query: r, perReplica: 1}]\n"
      "  objective: {violations: 1%, startDelay: 30s, scaleDownWindow: 1m}\n");
  Run("queue",
      "spec:\n  replicas: {min: 1, max: 60}\n  signals: [{name: j, backlog: {depth: d, arrivals: a, "
      "drainWithin: 2m, throughputPerReplica: 1}}]\n  objective: {deadline: 2m, late: 0.1%, startDelay: 2m}\n");
}
