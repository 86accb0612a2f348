#include "migrate/declared_load_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "migrate/measured.h"
#include "migrate/reading.h"

namespace loadline {
namespace {

constexpr int kHoursOfWeek = 7 * 24;
constexpr Duration kHour = std::chrono::hours(1);

// That are enabled, each of their counts once, with the keys under which a scenario has these.
struct Followed {
  std::vector<const FollowedService*> services;
  std::vector<std::string> keys;
};

Followed FollowedBy(const DeclaredLoad& service) {
  Followed followed;
  for (const FollowedService& each : service.follows) {
    if (!each.enabled) continue;
    std::string key = fmt::format("kube_deployment_status_replicas{{namespace=\"{}\",deployment=\"{}\"}}", each.space,
                                  NameFrom(each.source));
    if (std::find(followed.keys.begin(), followed.keys.end(), key) != followed.keys.end()) continue;
    followed.keys.push_back(std::move(key));
    followed.services.push_back(&each);
  }
  return followed;
}

double LoadAt(const DeclaredLoad& service, int hour) {
  const auto found = service.week.find(hour);
  return found != service.week.end() ? found->second : 0;
}

double Asks(const FollowedService& followed, double replicas) {
  if (followed.relation == "proportional") return replicas * followed.number;
  return replicas > 0 ? followed.number : 0;
}

StoryStep StepAt(int hour, const DeclaredLoad& service, const std::vector<const FollowedService*>& followed,
                 Duration lasts) {
  constexpr std::array kCounts = {0.0, 1.0, 4.0, 7.0, 12.0, 2.0};
  StoryStep step;
  step.lasts = lasts;
  std::map<std::string, double> counts;
  for (std::size_t i = 0; i < followed.size(); ++i) {
    counts[followed[i]->source] = kCounts[(static_cast<std::size_t>(hour) + i) % kCounts.size()];
    step.values.push_back(SeriesValue(counts[followed[i]->source]));
  }
  const double load = LoadAt(service, hour);
  double asked = load * service.peak();
  bool active = asked > 0;
  for (const FollowedService& each : service.follows) {
    if (!each.enabled) continue;
    const double asks = Asks(each, counts[each.source]);
    active = active || asks > 0;
    asked = std::max(asked, asks);
  }
  step.want = std::max(asked, service.least());
  if (service.max) step.want = std::min(step.want, *service.max);
  step.active = active || service.least() > 0;
  step.why = fmt::format("a load of {}", SeriesValue(load));
  for (const FollowedService* each : followed)
    step.why += fmt::format(", {} has {}", each->source, SeriesValue(counts[each->source]));
  return step;
}

}  // namespace

Story DeclaredLoadStory(const DeclaredLoad& service) {
  const Followed followed = FollowedBy(service);
  Story story;
  story.name = "as-declared";
  story.title = "What is declared of each hour, and what the services that it follows have.";
  story.keys = followed.keys;
  const int hours = service.week.empty() ? 6 : kHoursOfWeek;
  for (int hour = 0; hour < hours;) {
    int end = hour + 1;
    while (followed.keys.empty() && end < hours && LoadAt(service, end) == LoadAt(service, hour)) ++end;
    story.steps.push_back(StepAt(hour, service, followed.services, (end - hour) * kHour));
    hour = end;
  }
  return story;
}

}  // namespace loadline
