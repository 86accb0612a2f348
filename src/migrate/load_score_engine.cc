#include "migrate/load_score_engine.h"

#include <algorithm>
#include <cmath>

namespace loadline {
namespace {

StepRule RuleOf(const LoadScore::Step& step, double sum, int by) {
  using Is = StepCondition::Is;
  return {by > 0 ? "up" : "down",
          {{"score", by > 0 ? Is::kAbove : Is::kBelow, step.threshold / sum}},
          true,
          Duration::zero(),
          by,
          step.cooldown};
}

// What floating point makes of a score at its threshold is no story.
void LeaveOutEdges(StepEngine& engine) {
  std::erase_if(engine.rows, [&](const std::vector<double>& row) {
    return std::any_of(engine.rules.begin(), engine.rules.end(), [&](const StepRule& rule) {
      return std::abs(engine.score(row) - rule.conditions.front().threshold) < 1e-4;
    });
  });
}

}  // namespace

StepEngine LoadScoreEngine(const LoadScore& score) {
  const std::vector<ScorePart> parts = score.Weighed();
  StepEngine engine;
  engine.bounds = score.bounds;
  engine.holds = score.holds;
  for (const ScorePart& part : parts) engine.signals.emplace_back(part.signal);
  engine.score = [parts, sum = score.sum](const std::vector<double>& values) {
    double total = 0;
    for (std::size_t i = 0; i < parts.size(); ++i)
      total += parts[i].weight * std::min(100.0, 100 * values[i] / parts[i].full);
    return total / sum;
  };
  if (score.up.threshold / score.sum < 100) engine.rules.push_back(RuleOf(score.up, score.sum, 1));
  engine.rules.push_back(RuleOf(score.down, score.sum, -1));
  for (const double share : {1.5, 0.9, 0.83, 0.77, 0.5, 0.31, 0.28, 0.1, 0.0}) {
    std::vector<double> row;
    for (const ScorePart& part : parts) row.push_back(part.full * share);
    engine.rows.push_back(std::move(row));
  }
  LeaveOutEdges(engine);
  engine.quiet = engine.rows[engine.rows.size() / 2];
  for (std::size_t i = 0; i < parts.size(); ++i) {
    engine.rows.push_back(engine.quiet);
    engine.rows.back()[i] = parts[i].full * 2;
  }
  LeaveOutEdges(engine);
  return engine;
}

}  // namespace loadline
