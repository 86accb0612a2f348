#include "migrate/keda_stories.h"

#include <fmt/format.h>

#include <algorithm>

#include "scaling/scenario.h"
#include "schedule/cron.h"
#include "schedule/zone.h"

namespace loadline {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);

struct Hours {
  Hours(const CronSignal& cron)
      : start(*Cron::Parse(cron.start)), end(*Cron::Parse(cron.end)), zone(*TimeZone::Load(cron.timezone)) {}

  // Source: keda pkg/scalers/cron_scaler.go: within, from the latest start until the end after it.
  bool Within(Timestamp time) const {
    const auto started = start.Latest(time, zone);
    const auto ended = end.Latest(time, zone);
    return started && (!ended || *started >= *ended);
  }

  Cron start;
  Cron end;
  TimeZone zone;
};

// What the cron triggers say beside the others.
void AddSchedules(const std::vector<CronSignal>& crons, const CountBounds& bounds, Timestamp begin, Story& story) {
  Timestamp time = begin;
  for (StoryStep& step : story.steps) {
    const Timestamp looked_at = time + step.lasts - kMinute;
    for (const CronSignal& cron : crons) {
      if (!Hours(cron).Within(looked_at)) continue;
      step.active = true;
      const double replicas = std::min<double>(cron.replicas, bounds.max.value_or(cron.replicas));
      if (replicas <= step.want) continue;
      step.want = replicas;
      step.why = fmt::format("KEDA: cron {} to {}: {}", cron.start, cron.end, cron.replicas);
    }
    time += step.lasts;
  }
}

std::optional<Story> CronStory(const CronSignal& cron, const ReadTriggers& triggers, const CountBounds& bounds) {
  const Hours hours(cron);
  const auto start = hours.start.Next(Scenario{}.begin, hours.zone);
  const auto end = start ? hours.end.Next(*start, hours.zone) : std::nullopt;
  if (!end) return std::nullopt;

  Story story;
  story.name = cron.name;
  story.title = fmt::format("{} replicas from {} to {} ({}).", cron.replicas, cron.start, cron.end, cron.timezone);
  story.begin = *start - kMinute;
  StoryStep quiet;
  const std::vector<std::size_t> first = FirstWithQuery(triggers.measured);
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] != i) continue;
    story.keys.push_back(triggers.measured[i].name);
    quiet.values.emplace_back("0");
  }
  for (const auto& each : triggers.measured) {
    if (each.kind != TargetKind::kValue) continue;
    story.keys.emplace_back("observed");
    quiet.values.emplace_back("4");
    break;
  }
  quiet.want = bounds.min;
  quiet.active = bounds.min > 0;
  quiet.why = "KEDA: outside of the hours";
  StoryStep open = quiet;
  open.lasts = *end - *start;
  story.steps = {quiet, open, quiet};
  AddSchedules(triggers.crons, bounds, *story.begin, story);
  return story;
}

}  // namespace

std::vector<Story> KedaStories(const ReadTriggers& triggers, const CountBounds& bounds) {
  std::vector<Story> stories;
  if (!triggers.measured.empty()) {
    stories.push_back(MeasuredStory(triggers.measured, bounds, "KEDA"));
    AddSchedules(triggers.crons, bounds, Scenario{}.begin, stories.back());
  }
  for (const CronSignal& cron : triggers.crons) {
    if (auto story = CronStory(cron, triggers, bounds)) stories.push_back(std::move(*story));
  }
  return stories;
}

}  // namespace loadline
