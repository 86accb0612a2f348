#include "schedule/schedule.h"

#include <fmt/format.h>

#include <algorithm>

#include "schedule/occurrence.h"

namespace loadline {
namespace {

ExceptedDates FindExceptedDates(const ScheduleExceptions& except, const CalendarLookup& calendars,
                                std::vector<std::string>& missing) {
  ExceptedDates found;
  if (!except.dates.empty()) found.push_back(&except.dates);
  for (const std::string& name : except.calendars) {
    const Calendar* calendar = calendars ? calendars(name) : nullptr;
    if (calendar != nullptr) {
      found.push_back(&calendar->ranges);
    } else {
      missing.push_back(name);
    }
  }
  return found;
}

// How much of the window counts: 0 at its edges, 1 where both ramps are over. Where they overlap, the lower.
double ShareOf(const ScheduleWindow& window, const OpenWindow& open, Timestamp now) {
  auto part = [](Duration passed, Duration ramp) {
    return passed >= ramp ? 1.0 : static_cast<double>(passed.count()) / static_cast<double>(ramp.count());
  };
  const double in = part(now - open.since, window.ramp_in);
  const double out = open.until ? part(*open.until - now, window.ramp_out) : 1.0;
  return std::min(in, out);
}

template <class Better>
void Offer(std::optional<ScheduleValue>& best, double value, std::size_t window, Better better) {
  if (!best || better(value, best->value)) best = ScheduleValue{value, window};
}

void Combine(const ScheduleWindow& window, std::size_t index, double share, ScheduleSays& says) {
  if (window.replicas) Offer(says.replicas, *window.replicas * share, index, std::greater<>());
  if (window.min) Offer(says.min, *window.min * share, index, std::greater<>());
  if (window.max) Offer(says.max, *window.max, index, std::less<>());
  if (window.factor) Offer(says.factor, 1 + (*window.factor - 1) * share, index, std::greater<>());
}

// At the earliest edge the windows that have it there change sides, and all others stay.
std::optional<ScheduleTransition> NextTransition(const Schedule& schedule, const std::vector<WindowEdges>& edges) {
  std::optional<ScheduleTransition> next;
  for (const WindowEdges& each : edges) {
    if (each.next && (!next || *each.next < next->at)) next = ScheduleTransition{*each.next, {}, {}, {}};
  }
  if (!next) return next;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const bool changes = edges[i].next == next->at;
    if (changes) (edges[i].open ? next->closes : next->opens).push_back(i);
    if (edges[i].open != changes) Combine(schedule.windows[i], i, 1, next->then);
  }
  return next;
}

}  // namespace

ScheduleState At(const Schedule& schedule, const CalendarLookup& calendars, Timestamp now) {
  ScheduleState state;
  const ExceptedDates except = FindExceptedDates(schedule.except, calendars, state.missing_calendars);
  const Moment moment{schedule.zone, now};
  std::vector<WindowEdges> edges;
  edges.reserve(schedule.windows.size());
  for (std::size_t i = 0; i < schedule.windows.size(); ++i) {
    const ScheduleWindow& window = schedule.windows[i];
    edges.push_back(EdgesOf(window, except, moment));
    if (!edges.back().open) continue;
    OpenWindow open{i, edges.back().since, edges.back().next, 1};
    open.share = ShareOf(window, open, now);
    Combine(window, i, open.share, state.says);
    state.open.push_back(open);
  }
  state.next = NextTransition(schedule, edges);
  return state;
}

std::string WindowName(const Schedule& schedule, std::size_t window) {
  const std::string& name = schedule.windows[window].name;
  return name.empty() ? fmt::format("windows[{}]", window) : name;
}

}  // namespace loadline
