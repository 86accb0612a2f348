#include "scaling/schedule_check.h"

#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "schedule/icalendar.h"

namespace loadline {
namespace {

// What one decision has to look through.
constexpr std::size_t kMostWindows = 100;

constexpr std::string_view kForms = "a window has start with end or duration, or from with to";

// Reads the value of a key again: none where it is not there, or is no such value, which has then been reported.
template <class T>
std::optional<T> Written(const Node& map, std::string_view key, Result<T> (*parse)(std::string_view)) {
  const Node* node = map.Find(key);
  if (node == nullptr || node->kind != Node::Kind::kScalar) return std::nullopt;
  const Result<T> value = parse(node->text);
  return value ? std::optional<T>(*value) : std::nullopt;
}

// From the node alone, so that a value that could not be read is not judged by what stands in its place.
class WindowChecker {
 public:
  WindowChecker(const Node& node, std::string path, Problems& problems)
      : node_(node), path_(std::move(path)), problems_(problems) {}

  void Run() {
    CheckForm();
    CheckValues();
    CheckRamps();
  }

 private:
  bool Has(std::string_view key) const { return node_.Find(key) != nullptr; }

  // At the value of `key` where there is one, else at the window.
  void Add(std::string_view key, std::string rule, std::string found = "", std::string hint = "") {
    const Node* at = node_.Find(key);
    const std::string field = key.empty() ? path_ : fmt::format("{}.{}", path_, key);
    problems_.push_back({at != nullptr ? at->at : node_.at, field, std::move(rule), std::move(found), std::move(hint),
                         Severity::kError});
  }

  void CheckForm() {
    const bool recurring = Has("start") || Has("end") || Has("duration");
    const bool once = Has("from") || Has("to");
    if (recurring == once)
      return Add("", std::string(kForms), once ? "both" : "none of them",
                 "such as start: \"0 8 * * MON-FRI\", duration: 9h");
    if (once) return CheckOnce();
    if (!Has("start")) Add("start", fmt::format("is required with {}", Has("end") ? "end" : "duration"), "nothing");
    if (Has("end") && Has("duration")) Add("duration", "stands instead of end", "both", "leave out one");
    if (!Has("end") && !Has("duration")) Add("start", "wants an end or a duration", "neither", "such as duration: 9h");
  }

  void CheckOnce() {
    if (!Has("from")) Add("from", "is required with to", "nothing");
    if (!Has("to")) Add("to", "is required with from", "nothing");
    const auto from = Written(node_, "from", &ParseLocalMinute);
    const auto to = Written(node_, "to", &ParseLocalMinute);
    if (from && to && *to <= *from) Add("to", "want a time after from", FormatLocalMinute(*to));
  }

  void CheckValues() {
    if (!Has("replicas") && !Has("min") && !Has("max") && !Has("factor")) {
      Add("", "a window says at least one of replicas, min, max and factor", "none of them", "such as min: 6");
    }
    if (Has("replicas") && (Has("min") || Has("max"))) {
      Add("replicas", "stands without min and max", Has("min") ? (Has("max") ? "both" : "min") : "max",
          "min: 6 keeps at least 6, replicas: 6 asks for 6 beside the other signals");
    }
    const auto min = Written(node_, "min", &ParseNumber);
    const auto max = Written(node_, "max", &ParseNumber);
    if (min && max && *min > *max) {
      Add("min", fmt::format("want at most max, which is {}", FormatNumber(*max)), FormatNumber(*min));
    }
  }

  void CheckRamps() {
    if (Has("ramp") && (Has("rampIn") || Has("rampOut"))) {
      Add("ramp", "stands for rampIn and rampOut", fmt::format("{} beside it", Has("rampIn") ? "rampIn" : "rampOut"));
    }
    const auto length = Length();
    if (!length) return;
    for (const std::string_view key : {"ramp", "rampIn", "rampOut"}) {
      const auto ramp = Written(node_, key, &ParseDuration);
      if (ramp && *ramp > *length) {
        Add(key, fmt::format("want at most the window's length, which is {}", FormatDuration(*length)),
            FormatDuration(*ramp));
      }
    }
  }

  // Where that is known, the changes of the clocks left aside.
  std::optional<Duration> Length() const {
    const auto duration = Written(node_, "duration", &ParseDuration);
    if (duration) return *duration > Duration(0) ? duration : std::nullopt;
    const auto from = Written(node_, "from", &ParseLocalMinute);
    const auto to = Written(node_, "to", &ParseLocalMinute);
    return from && to && *from < *to ? std::optional<Duration>(*to - *from) : std::nullopt;
  }

  const Node& node_;
  const std::string path_;
  Problems& problems_;
};

void WarnOfNoEnd(const Schedule& schedule, const Node& node, const std::string& path, Problems& problems) {
  const bool excepted = !schedule.except.dates.empty() || !schedule.except.calendars.empty();
  const auto start = Written(node, "start", &Cron::Parse);
  const auto end = Written(node, "end", &Cron::Parse);
  if (!start || !end || !(*start == *end) || excepted || node.Find("duration") != nullptr) return;
  problems.push_back({node.Find("end")->at, path + ".end", "a window that ends when it starts is always open",
                      "\"" + OneLine(node.Find("end")->text, 60) + "\"", "for at all times write spec.replicas.min",
                      Severity::kWarning});
}

}  // namespace

void CheckSchedule(const Schedule& schedule, const Node& node, const std::string& path, Problems& problems) {
  const Node* windows = node.Find("windows");
  if (windows == nullptr || windows->kind != Node::Kind::kList) return;
  const std::string list = path + ".windows";
  if (windows->items.empty())
    problems.push_back({windows->at, list, "want at least one window", "none", "", Severity::kError});
  if (windows->items.size() > kMostWindows) {
    problems.push_back({windows->at, list, fmt::format("want at most {} windows", kMostWindows),
                        std::to_string(windows->items.size()), "", Severity::kError});
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < windows->items.size() && i < schedule.windows.size(); ++i) {
    const Node& item = windows->items[i];
    if (item.kind != Node::Kind::kMap) continue;
    const ScheduleWindow& window = schedule.windows[i];
    const std::string at = fmt::format("{}[{}]", list, i);
    if (!window.name.empty() && !names.insert(window.name).second) {
      AddProblem(problems, *item.Find("name"), at + ".name", "want a name that no other window has");
    }
    WindowChecker(item, at, problems).Run();
    WarnOfNoEnd(schedule, item, at, problems);
  }
}

Calendar MakeCalendar(std::string name, const CalendarSpec& spec, const Node& node, const std::string& path,
                      Problems& problems) {
  Calendar calendar{std::move(name), {}};
  const Node* dates = node.Find("dates");
  const Node* ical = node.Find("ical");
  if ((dates == nullptr) == (ical == nullptr)) {
    problems.push_back({node.at, path, "a calendar has dates or ical", dates == nullptr ? "neither" : "both",
                        "such as dates: [2026-12-24]", Severity::kError});
    return calendar;
  }
  if (dates != nullptr) {
    calendar.ranges = MergeRanges(spec.dates);
  } else if (spec.ical && ical->kind == Node::Kind::kScalar) {
    Result<Calendar> parsed = ParseICalendar(calendar.name, *spec.ical);
    if (parsed) return std::move(*parsed);
    problems.push_back({ical->at, path + ".ical", parsed.error().message, "", "", Severity::kError});
  }
  return calendar;
}

}  // namespace loadline
