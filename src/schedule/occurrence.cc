#include "schedule/occurrence.h"

namespace loadline {
namespace {

using std::chrono::floor;
using std::chrono::local_days;
using std::chrono::minutes;

// How many touching occurrences are followed, each way.
constexpr int kMostTouching = 64;

// A window that starts only on excepted dates is looked for so far, and no farther.
constexpr std::chrono::days kSight(8 * 366);

const DateRange* FindExcepted(const ExceptedDates& except, LocalMinute minute) {
  if (except.empty()) return nullptr;
  const Date date(floor<std::chrono::days>(minute));
  for (const auto* ranges : except) {
    if (const DateRange* range = FindDate(*ranges, date)) return range;
  }
  return nullptr;
}

// The starts of a window, without those on excepted dates: of each range of these, all at once.
class Starts {
 public:
  Starts(const Cron& cron, const ExceptedDates& except) : cron_(cron), except_(except) {}

  std::optional<LocalMinute> FirstFrom(LocalMinute from) const {
    const LocalMinute sight = from + kSight;
    auto start = cron_.FirstFrom(from);
    while (start && *start <= sight) {
      const DateRange* excepted = FindExcepted(except_, *start);
      if (excepted == nullptr) return start;
      start = cron_.FirstFrom(local_days(excepted->last) + std::chrono::days(1));
    }
    return std::nullopt;
  }

  // Not before `least`.
  std::optional<LocalMinute> LastUpTo(LocalMinute to, LocalMinute least) const {
    auto start = cron_.LastUpTo(to);
    while (start && *start >= least) {
      const DateRange* excepted = FindExcepted(except_, *start);
      if (excepted == nullptr) return start;
      start = cron_.LastUpTo(local_days(excepted->first) - minutes(1));
    }
    return std::nullopt;
  }

 private:
  const Cron& cron_;
  const ExceptedDates& except_;
};

// Windows of start and end. Starts and ends are ordered by the minutes that they name, which is also the order in which
// they come; two that a jump of the clocks brings to the same moment keep their order, so that 02:30 to 02:45 is not
// taken for 02:45 to 02:30 of the next day.
class StartAndEnd {
 public:
  StartAndEnd(const Cron& start, const Cron& end, const ExceptedDates& except, const Moment& moment)
      : starts_(start, except), ends_(end), moment_(moment) {}

  // Open if there is a start since the last end. The first one from that end on is then the beginning of the
  // occurrence, or else the next start of all: one search answers both.
  WindowEdges Edges() const {
    const auto end = ends_.LastUpTo(moment_.next - minutes(1));
    const auto start = starts_.FirstFrom(end ? *end : moment_.next - kSight);
    if (!start) return {};
    if (*start >= moment_.next) return {false, {}, Opening(*start)};
    return {true, moment_.zone.ToTime(end ? Beginning(*start, *end) : *start), Closing(moment_.next)};
  }

 private:
  // Whether `b`, which is not before `a`, comes at the same moment: the same minute, or both in a jump.
  bool SameMoment(LocalMinute a, LocalMinute b) const {
    return a == b || moment_.zone.ToTime(a) == moment_.zone.ToTime(b);
  }

  // The first start, of `start` and later ones, that is not ended at the moment at which it comes.
  std::optional<Timestamp> Opening(LocalMinute start) const {
    for (int i = 0; i < kMostTouching; ++i) {
      const Timestamp opens = moment_.zone.ToTime(start);
      const auto end = ends_.FirstFrom(start + minutes(1));
      if (!end || moment_.zone.ToTime(*end) != opens) return opens;
      const auto next = starts_.FirstFrom(*end);
      if (!next) return std::nullopt;
      start = *next;
    }
    return std::nullopt;
  }

  // The first end from `from` on at which no start opens the window again.
  std::optional<Timestamp> Closing(LocalMinute from) const {
    for (int i = 0; i < kMostTouching; ++i) {
      const auto end = ends_.FirstFrom(from);
      if (!end) return std::nullopt;
      const auto start = starts_.FirstFrom(*end);
      if (!start || !SameMoment(*end, *start)) return moment_.zone.ToTime(*end);
      from = *start + minutes(1);
    }
    return std::nullopt;
  }

  // Where the window opened that has been open since `start`, the first one from `end` on: if they come at the same
  // moment, and it was open before that, the occurrence before is the same one.
  LocalMinute Beginning(LocalMinute start, LocalMinute end) const {
    for (int i = 0; i < kMostTouching && SameMoment(end, start); ++i) {
      const LocalMinute moment = moment_.zone.FirstAfter(moment_.zone.ToTime(start) - Duration(1));  // its first minute
      const auto end_before = ends_.LastUpTo(moment - minutes(1));
      const auto start_before = starts_.FirstFrom(end_before ? *end_before : moment - kSight);
      if (!start_before || *start_before >= moment) break;
      start = *start_before;
      if (!end_before) break;
      end = *end_before;
    }
    return start;
  }

  Starts starts_;
  const Cron& ends_;
  const Moment& moment_;
};

class StartAndDuration {
 public:
  StartAndDuration(const Cron& start, Duration duration, const ExceptedDates& except, const Moment& moment)
      : starts_(start, except), duration_(duration), moment_(moment) {}

  // Open if there is a start within the last `duration`. The first one from then on is again either within the
  // occurrence or the next of all.
  WindowEdges Edges() const {
    const auto start = starts_.FirstFrom(moment_.zone.FirstAfter(moment_.now - duration_));
    if (!start) return {};
    if (*start >= moment_.next) return {false, {}, moment_.zone.ToTime(*start)};
    return {true, Beginning(*start), Closing(*start)};
  }

 private:
  std::optional<Timestamp> Closing(LocalMinute start) const {
    for (int i = 0; i < kMostTouching; ++i) {
      const Timestamp closes = moment_.zone.ToTime(start) + duration_;
      const auto next = starts_.FirstFrom(start + minutes(1));
      if (!next || moment_.zone.ToTime(*next) > closes) return closes;
      // The last one that touches: of a start at every minute, the 180 of three hours at once.
      const auto last = starts_.LastUpTo(moment_.zone.FirstAfter(closes) - minutes(1), *next);
      start = last ? *last : *next;
    }
    return std::nullopt;
  }

  Timestamp Beginning(LocalMinute start) const {
    Timestamp opened = moment_.zone.ToTime(start);
    for (int i = 0; i < kMostTouching; ++i) {
      // The first one within `duration` before; those between do not matter.
      const LocalMinute least = moment_.zone.FirstAfter(opened - duration_ - Duration(1));
      const auto before = starts_.FirstFrom(least);
      if (!before || *before >= start) break;
      start = *before;
      opened = moment_.zone.ToTime(start);
    }
    return opened;
  }

  Starts starts_;
  const Duration duration_;
  const Moment& moment_;
};

WindowEdges Once(LocalMinute from, LocalMinute to, const Moment& moment) {
  const Timestamp opens = moment.zone.ToTime(from);
  const Timestamp closes = moment.zone.ToTime(to);
  if (opens >= closes || moment.now >= closes) return {};
  if (moment.now < opens) return {false, {}, opens};
  return {true, opens, closes};
}

}  // namespace

WindowEdges EdgesOf(const ScheduleWindow& window, const ExceptedDates& except, const Moment& moment) {
  if (window.from && window.to) return Once(*window.from, *window.to, moment);
  if (window.start && window.end) return StartAndEnd(*window.start, *window.end, except, moment).Edges();
  if (window.start && window.duration) {
    return StartAndDuration(*window.start, *window.duration, except, moment).Edges();
  }
  return {};
}

}  // namespace loadline
