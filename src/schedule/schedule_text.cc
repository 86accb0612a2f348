#include "schedule/schedule_text.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"

namespace loadline {
namespace {

// One of the values that windows say, with its words around the number.
struct Part {
  std::optional<ScheduleValue> ScheduleSays::*combined;
  std::optional<double> ScheduleWindow::*own;
  std::string_view before;
  std::string_view after;
};
constexpr std::array kParts = {Part{&ScheduleSays::replicas, &ScheduleWindow::replicas, "", " replicas"},
                               Part{&ScheduleSays::min, &ScheduleWindow::min, "at least ", ""},
                               Part{&ScheduleSays::max, &ScheduleWindow::max, "at most ", ""},
                               Part{&ScheduleSays::factor, &ScheduleWindow::factor, "", " times the demand"}};

// "(over night's 2)": what other open windows say of the same, ramps left out.
std::string Overlapped(const Schedule& schedule, const std::vector<OpenWindow>& open, const Part& part,
                       std::size_t decided) {
  std::vector<std::string> others;
  for (const OpenWindow& each : open) {
    const auto& own = schedule.windows[each.window].*part.own;
    if (each.window == decided || !own) continue;
    others.push_back(fmt::format("{}'s {}", WindowName(schedule, each.window), FormatNumber(*own)));
  }
  return others.empty() ? "" : fmt::format(" (over {})", JoinWords(others));
}

std::string Describe(const Schedule& schedule, const ScheduleSays& says, const std::vector<OpenWindow>& open) {
  std::vector<std::string> texts;
  for (const Part& part : kParts) {
    const auto& value = says.*part.combined;
    if (!value) continue;
    texts.push_back(fmt::format("{} says {}{}{}{}", WindowName(schedule, value->window), part.before,
                                FormatNumber(value->value), part.after,
                                Overlapped(schedule, open, part, value->window)));
  }
  return JoinWords(texts);
}

std::string Names(const Schedule& schedule, const std::vector<std::size_t>& windows) {
  std::vector<std::string> names;
  for (const std::size_t window : windows) names.push_back(WindowName(schedule, window));
  return JoinWords(names);
}

}  // namespace

std::string DescribeState(const Schedule& schedule, const ScheduleState& state) {
  std::string text = state.open.empty() ? "no window is open" : Describe(schedule, state.says, state.open);
  if (state.missing_calendars.empty()) return text;
  const bool one = state.missing_calendars.size() == 1;
  return text + fmt::format("; {} {} {} not known", one ? "calendar" : "calendars", JoinWords(state.missing_calendars),
                            one ? "is" : "are");
}

std::string DescribeNext(const Schedule& schedule, const ScheduleState& state) {
  if (!state.next) return "no change is in sight";
  const ScheduleTransition& next = *state.next;
  std::vector<std::string> changes;
  if (!next.opens.empty()) {
    changes.push_back(fmt::format("{} {}", Names(schedule, next.opens), next.opens.size() == 1 ? "opens" : "open"));
  }
  if (!next.closes.empty()) {
    changes.push_back(fmt::format("{} {}", Names(schedule, next.closes), next.closes.size() == 1 ? "closes" : "close"));
  }
  const std::string then = next.then == ScheduleSays{} ? "no window is open" : Describe(schedule, next.then, {});
  return fmt::format("at {} {} {}, then {}", FormatLocalMinute(schedule.zone.ToLocal(next.at)), schedule.zone.name(),
                     JoinWords(changes), then);
}

}  // namespace loadline
