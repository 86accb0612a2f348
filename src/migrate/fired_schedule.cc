#include "migrate/fired_schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "document/yaml_text.h"
#include "migrate/reading.h"

namespace loadline {
namespace {

constexpr Timestamp kFrom{std::chrono::sys_days(std::chrono::year(2026) / 1 / 5)};
constexpr Duration kLongest = std::chrono::hours(24 * 366);
constexpr int kLookedAt = 60;  // firings of a schedule, to see what follows it

struct Follower {
  std::optional<std::size_t> schedule;  // the one that always follows
  Duration after{0};                    // the longest time until any does
};

Follower FollowerOf(const std::vector<FiredSchedule>& schedules, std::size_t of) {
  Follower follower;
  bool always = true;
  Timestamp time = kFrom;
  for (int i = 0; i < kLookedAt; ++i) {
    const auto fired = schedules[of].cron.Next(time, schedules[of].zone);
    if (!fired) break;
    std::optional<std::size_t> next;
    Timestamp earliest = *fired + kLongest;
    for (std::size_t other = 0; other < schedules.size(); ++other) {
      if (other == of) continue;
      const auto at = schedules[other].cron.Next(*fired, schedules[other].zone);
      if (at && *at <= earliest) {
        next = other;
        earliest = *at;
      }
    }
    follower.after = std::max(follower.after, earliest - *fired);
    if (next && follower.schedule && *follower.schedule != *next) always = false;
    if (next) follower.schedule = next;
    time = *fired;
  }
  if (!always) follower.schedule.reset();
  return follower;
}

Node WindowNode(const std::vector<FiredSchedule>& schedules, std::size_t of, Migration& migration) {
  const FiredSchedule& schedule = schedules[of];
  Node window = MapNode({{"start", TextNode(schedule.cron.text())}});
  const Follower follower = FollowerOf(schedules, of);
  if (schedules.size() == 1) {
    SetEntry(window, "end", TextNode(schedule.cron.text()));  // a start at the same minute wins: it goes on
    migration.Tell(Fate::kChanged, schedule.field, "is the only one: it holds from its first time on, for good");
  } else if (follower.schedule && schedules[*follower.schedule].zone == schedule.zone) {
    SetEntry(window, "end", TextNode(schedules[*follower.schedule].cron.text()));
  } else {
    SetEntry(window, "duration", PlainNode(FormatDuration(follower.after)));
    migration.Tell(Fate::kChanged, schedule.field,
                   fmt::format("is not always followed by the same one of its time zone: its window is open for {}, "
                               "the longest time until another fires; where windows overlap the higher one counts",
                               FormatDuration(follower.after)));
  }
  SetEntry(window, "replicas", NumberNode(schedule.replicas));
  return window;
}

}  // namespace

bool EndsAreExact(const std::vector<FiredSchedule>& schedules) {
  for (std::size_t i = 0; i < schedules.size() && schedules.size() > 1; ++i) {
    const Follower follower = FollowerOf(schedules, i);
    if (!follower.schedule || !(schedules[*follower.schedule].zone == schedules[i].zone)) return false;
  }
  return true;
}

std::optional<int> FiredLast(const std::vector<FiredSchedule>& schedules, Timestamp time) {
  std::optional<Timestamp> latest;
  std::optional<int> replicas;
  for (const FiredSchedule& each : schedules) {
    const auto fired = each.cron.Latest(time, each.zone);
    if (!fired || (latest && *fired <= *latest)) continue;
    latest = fired;
    replicas = each.replicas;
  }
  return replicas;
}

std::vector<Node> ScheduleSignals(const std::vector<FiredSchedule>& schedules, const std::string& role,
                                  std::vector<std::string>& taken, Migration& migration) {
  std::map<std::string, std::vector<Node>> windows;
  for (std::size_t i = 0; i < schedules.size(); ++i)
    windows[schedules[i].zone.name()].push_back(WindowNode(schedules, i, migration));
  std::vector<Node> signals;
  for (auto& [zone, of_zone] : windows) {
    Node signal = MapNode({{"name", TextNode(FreeName("schedule", taken))}});
    if (!role.empty()) SetEntry(signal, "role", TextNode(role));
    SetEntry(signal, "schedule", MapNode({{"timezone", TextNode(zone)}, {"windows", ListNode(std::move(of_zone))}}));
    signals.push_back(std::move(signal));
  }
  return signals;
}

std::vector<Timestamp> FiringsAfter(const std::vector<FiredSchedule>& schedules, Timestamp after, std::size_t most) {
  std::vector<Timestamp> firings;
  while (firings.size() < most) {
    std::optional<Timestamp> earliest;
    for (const FiredSchedule& each : schedules) {
      const auto next = each.cron.Next(after, each.zone);
      if (next && (!earliest || *next < *earliest)) earliest = next;
    }
    if (!earliest) break;
    firings.push_back(*earliest);
    after = *earliest;
  }
  return firings;
}

}  // namespace loadline
