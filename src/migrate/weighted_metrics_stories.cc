#include "migrate/weighted_metrics_stories.h"

#include "migrate/measured.h"
#include "migrate/step_stories.h"

namespace loadline {

std::vector<Story> WeightedStories(const StepEngine& engine, double least_memory) {
  std::vector<Story> stories = StepStories(engine, "the service");
  if (least_memory == 0) return stories;
  for (Story& story : stories) {
    story.keys.emplace_back("free-memory");
    for (StoryStep& step : story.steps) step.values.push_back(SeriesValue(least_memory * 4));
  }
  return stories;
}

}  // namespace loadline
