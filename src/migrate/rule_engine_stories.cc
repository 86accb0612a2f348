#include "migrate/rule_engine_stories.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "migrate/step_stories.h"

namespace loadline {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);
constexpr Timestamp kFrom{std::chrono::sys_days(std::chrono::year(2026) / 1 / 5)};

Story ScheduleStory(const StepEngine& engine, const std::vector<FiredSchedule>& schedules) {
  Story story;
  story.name = "schedules";
  story.title = "Each schedule sets its count, which holds until the next one fires.";
  const std::vector<Timestamp> firings = FiringsAfter(schedules, kFrom, 6);
  if (firings.empty()) return story;
  story.begin = firings.front() - kMinute;
  const bool needs_observed = engine.holds || !engine.rules.empty();
  std::vector<std::string> values;
  for (const double each : QuietValues(engine)) values.push_back(SeriesValue(each));
  story.keys = engine.signals;
  if (needs_observed) story.keys.emplace_back("observed");
  const double observed = std::max(1, engine.bounds.min);
  if (needs_observed) values.push_back(SeriesValue(observed));
  Timestamp time = *story.begin;
  const auto add = [&](Duration lasts) {
    StoryStep step;
    step.values = values;
    step.lasts = lasts;
    time += lasts;
    const double fired = FiredLast(schedules, time - kMinute).value_or(0);
    const double least = engine.rules.empty() ? 0 : observed;
    step.want = std::clamp<double>(std::max(fired, least), engine.bounds.min, *engine.bounds.max);
    if (engine.holds) step.want = observed;
    step.active = step.want > 0;
    step.why = fmt::format("the schedule that fired last says {}", FormatNumber(fired));
    story.steps.push_back(std::move(step));
  };
  add(kMinute);
  for (std::size_t i = 1; i < firings.size(); ++i) add(firings[i] - firings[i - 1]);
  return story;
}

}  // namespace

std::vector<Story> EngineStories(const StepEngine& engine, const std::vector<FiredSchedule>& schedules) {
  std::vector<Story> stories;
  if (!engine.rules.empty()) stories = StepStories(engine, "the engine");
  if (!schedules.empty()) stories.push_back(ScheduleStory(engine, schedules));
  std::erase_if(stories, [](const Story& story) { return story.steps.empty(); });
  return stories;
}

}  // namespace loadline
