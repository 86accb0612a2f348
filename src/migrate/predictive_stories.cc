#include "migrate/predictive_stories.h"

#include <algorithm>
#include <cmath>

#include "migrate/new_object.h"

namespace loadline {
namespace {

// One signal at half of its target and a forecast of it at one and a half: their maximum counts; then no forecast.
Story ForecastStory(const PredictiveScaler& scaler) {
  Story story;
  story.name = "the-forecast-counts-where-it-is-higher";
  story.title = "As with decisionType maximum: the higher of what is measured and what is expected.";
  const MeasuredSignal& first = scaler.measured.front();
  const PredictiveForecast& forecast = scaler.forecasts.front();
  const bool by_observed = NeedsObserved(scaler.measured);
  const double one = first.kind == TargetKind::kValue ? first.target / kObserved : first.target;
  for (const MeasuredSignal& each : scaler.measured) story.keys.push_back(each.name);
  story.keys.push_back(forecast.name + ".forecast");
  if (by_observed) story.keys.emplace_back("observed");
  StoryStep expected;
  for (std::size_t i = 0; i < scaler.measured.size(); ++i)
    expected.values.push_back(i == 0 ? SeriesValue(one * 1.5) : "0");
  expected.values.push_back(SeriesValue(one * 2.5));
  if (by_observed) expected.values.push_back(SeriesValue(kObserved));
  StoryStep measured = expected;
  expected.want = std::clamp<double>(2.5, scaler.bounds.min, *scaler.bounds.max);
  expected.why = "the model says 2.5, the metrics 1.5: the higher";
  measured.want = std::clamp<double>(1.5, scaler.bounds.min, *scaler.bounds.max);
  measured.why = "nothing is expected of that time: the metrics";
  measured.lasts = std::chrono::ceil<std::chrono::minutes>(forecast.ahead) + std::chrono::minutes(1);
  story.steps = {expected, measured};
  return story;
}

// What an HPA of that tolerance does not go to, it is told otherwise.
void LeaveOutWhatStays(Story& story, double tolerance) {
  if (story.keys.back() != "observed") return;
  std::erase_if(story.steps, [&](const StoryStep& step) {
    return !HpaFollows(kObserved, step.want, tolerance) || !HpaFollows(kObserved, std::ceil(step.want), tolerance);
  });
}

// Whether no two signals are of one query, so that each can have a value of its own.
bool EachAsks(const std::vector<MeasuredSignal>& signals) {
  const std::vector<std::size_t> first = FirstWithQuery(signals);
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] != i) return false;
  }
  return true;
}

}  // namespace

std::vector<Story> PredictiveStories(const PredictiveScaler& scaler) {
  std::vector<Story> stories = {MeasuredStory(scaler.measured, scaler.bounds, "the autoscaler")};
  if (scaler.forecasts_count && !scaler.forecasts.empty() && EachAsks(scaler.measured))
    stories.push_back(ForecastStory(scaler));
  for (Story& story : stories) LeaveOutWhatStays(story, scaler.tolerance.value_or(0.1));
  std::erase_if(stories, [](const Story& story) { return story.steps.empty(); });
  return stories;
}

}  // namespace loadline
