#include "migrate/keda_stories.h"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/keda_hours.h"
#include "scaling/scenario.h"
#include "schedule/cron.h"
#include "schedule/zone.h"

namespace loadline {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);

struct Hours {
  explicit Hours(const CronSignal& cron)
      : start(*Cron::Parse(cron.start)), end(*Cron::Parse(cron.end)), zone(*TimeZone::Load(cron.timezone)) {}

  bool Within(Timestamp time) const { return KedaHours(start, end, zone).Within(time); }

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

Story LostDataStory(const ReadTriggers& triggers, const CountBounds& bounds, Duration hold, int fallback) {
  const std::vector<std::size_t> first = FirstWithQuery(triggers.measured);
  Story story;
  story.name = "lost-data";
  story.title = "What KEDA's fallback says for a query that fails, onMissing says for its signal; the others go on.";
  StoryStep good;
  good.want = 1;
  good.why = "KEDA: 1 by each";
  StoryStep lost = good;
  lost.lasts = (hold / kMinute + 3) * kMinute;
  lost.want = fallback;
  lost.active = fallback > 0 || bounds.min > 0;
  lost.why = fmt::format("KEDA: the fallback of the first: {}", fallback);
  for (std::size_t i = 0; i < first.size(); ++i) {
    const MeasuredSignal& signal = triggers.measured[i];
    if (first[i] == i) {
      story.keys.push_back(signal.name);
      good.values.push_back(SeriesValue(signal.target));
      lost.values.push_back(i == 0 ? "failed" : SeriesValue(signal.target * 2.5));
      lost.active = lost.active || (i > 0 && signal.target * 2.5 > signal.activation);
    }
    if (first[i] > 0) lost.want = std::max(lost.want, triggers.measured[first[i]].target * 2.5 / signal.target);
    if (first[i] != i) good.want = std::max(good.want, triggers.measured[first[i]].target / signal.target);
  }
  for (StoryStep* each : {&good, &lost})
    each->want = std::max<double>(std::min<double>(each->want, bounds.max.value_or(100'000)), bounds.min);
  good.active = bounds.min > 0 ||
                std::any_of(triggers.measured.begin(), triggers.measured.end(), [&](const MeasuredSignal& each) {
                  const std::size_t at = first[static_cast<std::size_t>(&each - triggers.measured.data())];
                  return triggers.measured[at].target > each.activation;
                });
  story.steps = {good, lost, good};
  return story;
}

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
