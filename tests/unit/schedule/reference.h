// What schedules are compared with: slow, obvious, minute by minute. And what is compared: random expressions, at times
// around which clocks change.
#ifndef LOADLINE_TESTS_UNIT_SCHEDULE_REFERENCE_H_
#define LOADLINE_TESTS_UNIT_SCHEDULE_REFERENCE_H_

#include <cstdlib>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "schedule/cron.h"
#include "schedule/zone.h"

namespace loadline {

// Of this run; LOADLINE_SEED repeats one.
inline unsigned TestSeed() {
  const char* wanted = std::getenv("LOADLINE_SEED");
  return wanted != nullptr ? static_cast<unsigned>(std::strtoul(wanted, nullptr, 10)) : std::random_device{}();
}

inline LocalMinute Local(std::string_view text) { return ParseLocalMinute(text).value(); }
inline Timestamp Utc(std::string_view text) { return Timestamp(Local(text).time_since_epoch()); }
inline TimeZone Zone(std::string_view name) { return TimeZone::Load(name).value(); }

// Goes through the minutes of real time and says which local minutes come at each: a clock whose hand never goes back.
// Where the clocks jump, it passes over all that is between; where they are set back, it waits.
template <class Visit>
void WalkMinutes(const TimeZone& zone, Timestamp from, Timestamp to, Visit visit) {
  LocalMinute hand = zone.ToLocal(from - std::chrono::minutes(1));
  for (Timestamp time = from; time < to; time += std::chrono::minutes(1)) {
    std::vector<LocalMinute> come;
    while (hand < zone.ToLocal(time)) come.push_back(hand += std::chrono::minutes(1));
    visit(time, come);
  }
}

// A cron expression, and by other means what it says.
struct RandomCron {
  std::string text;
  std::vector<bool> minute = std::vector<bool>(60);
  std::vector<bool> hour = std::vector<bool>(24);
  std::vector<bool> day = std::vector<bool>(32);
  std::vector<bool> month = std::vector<bool>(13);
  std::vector<bool> weekday = std::vector<bool>(8);
  bool star_day = false;
  bool star_weekday = false;

  bool Matches(LocalMinute at) const {
    const auto midnight = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(midnight);
    const auto of_day = static_cast<std::size_t>((at - midnight).count());
    const std::size_t number = std::chrono::weekday(midnight).c_encoding();
    const bool by_weekday = weekday[number] || (number == 0 && weekday[7]);
    const bool by_day = day[static_cast<unsigned>(date.day())];
    return minute[of_day % 60] && hour[of_day / 60] && month[static_cast<unsigned>(date.month())] &&
           (star_day || star_weekday ? by_day && by_weekday : by_day || by_weekday);
  }
};

// Times near which the clocks of a zone change, or do not.
struct ClockChange {
  std::string_view zone;
  std::string_view around;
};
inline constexpr ClockChange kClockChanges[] = {
    {"Europe/Berlin", "2026-03-29T01:00"},
    {"Europe/Berlin", "2026-10-25T01:00"},
    {"America/New_York", "2026-03-08T07:00"},
    {"America/New_York", "2026-11-01T06:00"},
    {"Australia/Lord_Howe", "2026-04-04T15:00"},
    {"Australia/Lord_Howe", "2026-10-03T15:30"},
    {"Africa/Cairo", "2026-04-23T22:00"},  // from 00:00 to 01:00
    {"Africa/Cairo", "2026-10-29T21:00"},  // from 00:00 to 23:00 of the day before
    {"Antarctica/Troll", "2026-03-29T01:00"},
    {"Antarctica/Troll", "2026-10-25T01:00"},  // two hours
    {"Pacific/Apia", "2011-12-30T10:00"},      // a whole day is left out
    {"America/Santiago", "2026-04-05T03:00"},
    {"Asia/Kolkata", "2026-06-01T00:00"},
    {"UTC", "2026-02-28T00:00"},
};

class RandomCrons {
 public:
  explicit RandomCrons(unsigned seed) : random_(seed) {}

  int Below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  // Mostly frequent ones, about the hours at which clocks change.
  RandomCron Next(int most_values = 4) {
    RandomCron cron;
    const int all = Below(3);
    AddField(cron, cron.minute, 0, 59, 59, false, most_values);
    AddField(cron, cron.hour, 0, 23, 23, all != 0, most_values);
    cron.star_day = AddField(cron, cron.day, 1, 31, 31, all != 1 || Below(2) == 0, most_values);
    AddField(cron, cron.month, 1, 12, 12, Below(4) != 0, most_values);
    cron.star_weekday = AddField(cron, cron.weekday, 0, 7, 6, all != 2 || Below(2) == 0, most_values);
    return cron;
  }

 private:
  // Returns whether the field begins with *.
  bool AddField(RandomCron& cron, std::vector<bool>& values, int least, int most, int open_end, bool any, int count) {
    std::string field = any ? "*" : "";
    if (any) Set(values, least, most, 1);
    for (int parts = any ? 0 : 1 + Below(count); parts > 0; --parts) {
      if (!field.empty()) field += ",";
      const int from = least + Below(most - least + 1);
      const int to = from + Below(most - from + 1);
      const int step = 1 + Below(std::min(7, most - least));
      switch (Below(6)) {
        case 0: field += std::to_string(from) + "-" + std::to_string(to), Set(values, from, to, 1); break;
        case 1:
          field += std::to_string(from) + "-" + std::to_string(to) + "/" + std::to_string(step);
          Set(values, from, to, step);
          break;
        case 2:
          field += std::to_string(from) + "/" + std::to_string(step);
          Set(values, from, std::max(from, open_end), step);
          break;
        case 3: field += "*/" + std::to_string(step), Set(values, least, most, step); break;
        default: field += std::to_string(from), Set(values, from, from, 1);
      }
    }
    cron.text += (cron.text.empty() ? "" : " ") + field;
    return field.front() == '*';
  }

  static void Set(std::vector<bool>& values, int from, int to, int step) {
    for (int value = from; value <= to; value += step) values[static_cast<std::size_t>(value)] = true;
  }

  std::mt19937 random_;
};

}  // namespace loadline

#endif  // LOADLINE_TESTS_UNIT_SCHEDULE_REFERENCE_H_
