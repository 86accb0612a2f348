// Whole schedules against windows that are opened and closed minute by minute.
#include <algorithm>
#include <catch2/catch.hpp>

#include "reference.h"
#include "schedule/schedule.h"

namespace loadline {
namespace {

using namespace std::chrono_literals;

// Before the story: a window that opened then may have been open earlier still.
constexpr Timestamp kLongAgo = Timestamp::min();

// A window, as someone with a clock would open and close it.
struct Played {
  ScheduleWindow window;
  RandomCron start;
  RandomCron end;
  Timestamp from;
  Timestamp to;

  bool open = false;
  Timestamp since;
  bool known = false;  // has started or ended: before, it may have been open
  int minutes_closed = 0;
  std::optional<Timestamp> last;  // start
  int touched = 0;                // how often an occurrence met another

  void Play(Timestamp time, const std::vector<LocalMinute>& come, const std::vector<DateRange>& except) {
    const bool was_open = open;
    const bool was_known = known;
    // None here lasts three days: what is closed after that has not been open since before the story.
    if (window.duration && !open && ++minutes_closed > 3 * 24 * 60) known = true;
    if (window.from) {
      known = true;
      open = time >= from && time < to;
    } else {
      for (const LocalMinute minute : come) PlayMinute(time, minute, except);
      if (window.duration) open = last && time - *last < *window.duration;
    }
    if (open && !was_open) since = was_known ? time : kLongAgo;
  }

 private:
  void PlayMinute(Timestamp time, LocalMinute minute, const std::vector<DateRange>& except) {
    if (window.end && end.Matches(minute)) open = false, known = true;
    const Date date(std::chrono::floor<std::chrono::days>(minute));
    if (!start.Matches(minute) || FindDate(except, date) != nullptr) return;
    open = true;
    if (window.end) known = true;
    last = time;
    ++touched;
  }
};

struct Story {
  Schedule schedule;
  std::vector<Played> windows;
  Timestamp middle;
};

Story MakeStory(unsigned seed, const ClockChange& change) {
  RandomCrons random(seed);
  Story story{{Zone(change.zone), {}, {}}, {}, Utc(change.around)};
  // One that comes.
  auto parsed = [&](std::optional<Cron>& cron) {
    for (;;) {
      RandomCron next = random.Next(2);
      const Result<Cron> read = Cron::Parse(next.text);
      if (!read) continue;
      cron = *read;
      return next;
    }
  };
  for (int i = 0; i < 3; ++i) {
    Played& played = story.windows.emplace_back();
    if (const int form = random.Below(3); form == 2) {
      played.window.from = story.schedule.zone.ToLocal(story.middle) + std::chrono::minutes(random.Below(3000) - 2000);
      played.window.to = *played.window.from + std::chrono::minutes(1 + random.Below(3000));
      played.from = story.schedule.zone.ToTime(*played.window.from);
      played.to = story.schedule.zone.ToTime(*played.window.to);
    } else {
      played.start = parsed(played.window.start);
      if (form == 0) played.end = parsed(played.window.end);
      if (form == 1) played.window.duration = std::chrono::minutes(1 + random.Below(40) * random.Below(80));
    }
    story.schedule.windows.push_back(played.window);
  }
  const auto today = std::chrono::floor<std::chrono::days>(story.schedule.zone.ToLocal(story.middle));
  std::vector<DateRange> except;
  for (int i = random.Below(4); i > 0; --i) {
    const auto first = today + std::chrono::days(random.Below(8) - 4);
    except.push_back({Date(first), Date(first + std::chrono::days(random.Below(3)))});
  }
  story.schedule.except.dates = MergeRanges(std::move(except));
  return story;
}

std::string Describe(const Story& story) {
  std::string text = story.schedule.zone.name();
  for (const Played& each : story.windows) {
    text += "\n  " + each.start.text + " | " + each.end.text + " | ";
    if (each.window.duration) text += FormatDuration(*each.window.duration);
    if (each.window.from) text += FormatLocalMinute(*each.window.from) + ".." + FormatLocalMinute(*each.window.to);
  }
  for (const DateRange& range : story.schedule.except.dates) text += "\n  except " + FormatDateRange(range);
  return text;
}

// What was so at a minute: of each window whether, and since when, it was open.
struct Scene {
  Timestamp time;
  std::vector<std::optional<Timestamp>> open;

  bool SameWindows(const Scene& other) const {
    return std::equal(open.begin(), open.end(), other.open.begin(), other.open.end(),
                      [](const auto& a, const auto& b) { return a.has_value() == b.has_value(); });
  }
};

// Plays twenty days before the change, so that windows have come to be known, and two days after it.
std::vector<Scene> Play(Story& story, bool& known) {
  std::vector<Scene> scenes;
  WalkMinutes(story.schedule.zone, story.middle - 24h * 20, story.middle + 48h,
              [&](Timestamp time, const std::vector<LocalMinute>& come) {
                Scene scene{time, {}};
                for (Played& each : story.windows) {
                  each.Play(time, come, story.schedule.except.dates);
                  scene.open.push_back(each.open ? std::optional(each.since) : std::nullopt);
                }
                if (time < story.middle - 36h) return;
                if (scenes.empty()) {
                  known = std::all_of(story.windows.begin(), story.windows.end(),
                                      [](const Played& each) { return each.known || each.window.duration; });
                }
                scenes.push_back(std::move(scene));
              });
  return scenes;
}

void Compare(const Story& story, const Scene& scene, const Scene* next) {
  const ScheduleState state = At(story.schedule, {}, scene.time + 31s);
  Scene found{scene.time, std::vector<std::optional<Timestamp>>(scene.open.size())};
  for (const OpenWindow& each : state.open) found.open[each.window] = each.since;
  INFO(FormatTimestamp(scene.time));
  // A window that so often goes on into another is not followed to its ends.
  const bool followed =
      std::all_of(story.windows.begin(), story.windows.end(), [](const Played& each) { return each.touched < 60; });
  REQUIRE(found.SameWindows(scene));
  if (!followed) return;
  for (std::size_t i = 0; i < scene.open.size(); ++i) {
    if (scene.open[i] != kLongAgo) REQUIRE(found.open[i] == scene.open[i]);
  }
  if (next == nullptr) {
    REQUIRE((!state.next || state.next->at >= story.middle + 48h));
    return;
  }
  REQUIRE(state.next.has_value());
  REQUIRE(FormatTimestamp(state.next->at) == FormatTimestamp(next->time));
  for (const std::size_t each : state.next->opens) found.open[each] = next->time;
  for (const std::size_t each : state.next->closes) found.open[each] = std::nullopt;
  REQUIRE(found.SameWindows(*next));
}

TEST_CASE("At agrees with windows that are opened and closed minute by minute") {
  const unsigned seed = TestSeed();
  CAPTURE(seed);
  unsigned number = seed;
  int compared = 0;
  for (const ClockChange& change : kClockChanges) {
    for (int round = 0; round < 12; ++round) {
      Story story = MakeStory(++number, change);
      bool known = false;
      const std::vector<Scene> scenes = Play(story, known);
      if (!known) continue;
      INFO(Describe(story));
      const Scene* next = nullptr;  // the next scene in which a window has changed: so backwards
      for (std::size_t i = scenes.size(); i-- > 0;) {
        const bool changes = i + 1 < scenes.size() && !scenes[i].SameWindows(scenes[i + 1]);
        if (changes) next = &scenes[i + 1];
        if (!changes && i % 13 != 0) continue;
        Compare(story, scenes[i], next);
        ++compared;
      }
    }
  }
  CHECK(compared > 5'000);
}

}  // namespace
}  // namespace loadline
