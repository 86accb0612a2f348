#include "schedule/icalendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "schedule/icalendar_events.h"
#include "schedule/icalendar_text.h"
#include "schedule/recurrence.h"

namespace loadline {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::local_days;
using std::chrono::minutes;

// A rule may cost libical milliseconds; holidays have few.
constexpr int kMostRules = 1000;

Date DateOf(LocalMinute minute) { return Date(floor<days>(minute)); }

tl::unexpected<Error> Refuse(std::string message) { return Fail(Code::kInvalidArgument, std::move(message)); }

// The zone that a TZID names: itself, or the end of what other programs put before it, "/citadel.org/x/Europe/Berlin".
Result<TimeZone> ZoneOf(const std::string& id) {
  if (!id.starts_with('/')) return TimeZone::Load(id);
  const std::size_t city = id.rfind('/');
  const std::size_t region = city == 0 ? std::string::npos : id.rfind('/', city - 1);
  return TimeZone::Load(std::string_view(id).substr(region == std::string::npos ? city + 1 : region + 1));
}

// Gathers the dates of events.
class Expansion {
 public:
  explicit Expansion(const ICalendarOptions& options) : options_(options) {}

  Status Add(const CalendarText& calendar) {
    home_ = options_.zone;
    if (!calendar.home.empty()) {
      Result<TimeZone> home = ZoneOf(calendar.home);
      if (!home) return Refuse("X-WR-TIMEZONE: " + home.error().message);
      home_ = std::move(*home);
    }
    std::vector<CalendarEvent> events;
    for (const std::string& text : calendar.events) {
      Result<CalendarEvent> event = ReadEvent(text);
      if (!event) return Fail(event.error());
      events.push_back(std::move(*event));
    }
    MoveExceptions(events);
    for (const CalendarEvent& event : events) {
      if (event.cancelled) continue;
      if (Status status = AddEvent(event); !status) {
        return Fail(status.error().code, event.label + ": " + status.error().message);
      }
    }
    return {};
  }

  std::vector<DateRange> Take() { return MergeRanges(std::move(ranges_)); }

 private:
  // An event while it is expanded.
  struct Span {
    const CalendarEvent& event;
    minutes length;
    std::set<LocalMinute> not_at;
    std::set<local_days> not_on;
  };

  // An event with RECURRENCE-ID stands for one occurrence of the event with its UID, which then is none of that.
  static void MoveExceptions(std::vector<CalendarEvent>& events) {
    std::map<std::string, CalendarEvent*> whole;
    for (CalendarEvent& event : events) {
      if (!event.stands_for) whole[event.uid] = &event;
    }
    for (const CalendarEvent& event : events) {
      const auto found = event.stands_for ? whole.find(event.uid) : whole.end();
      if (found != whole.end()) found->second->except.push_back(*event.stands_for);
    }
  }

  Status AddEvent(const CalendarEvent& event) {
    const Result<minutes> length = LengthOf(event);
    if (!length) return Fail(length.error());
    Span span{event, *length, {}, {}};
    if (Status status = ReadExceptions(span); !status) return status;
    if (event.rules.empty()) {
      if (Status status = AddOccurrence(span, event.start.at); !status) return status;
    }
    for (const std::string& rule : event.rules) {
      if (Status status = AddRule(span, rule); !status) return status;
    }
    for (const WrittenTime& date : event.also) {
      const Result<LocalMinute> at = InFrame(date, event.start);
      if (!at) return Fail(at.error());
      if (Status status = AddOccurrence(span, *at); !status) return status;
    }
    return {};
  }

  Result<minutes> LengthOf(const CalendarEvent& event) const {
    minutes length = event.start.date_only ? minutes(24 * 60) : minutes(0);
    if (event.duration) length = *event.duration;
    if (event.end) {
      const Result<LocalMinute> end = InFrame(*event.end, event.start);
      if (!end) return Fail(end.error());
      if (*end < event.start.at) return Refuse("DTEND: want a time not before DTSTART; found one before it");
      // "DTEND of the same date" is written by some for one day.
      if (*end > event.start.at || !event.start.date_only) length = *end - event.start.at;
    }
    if (length > days(366 * 200)) return Refuse("want an event of at most 200 years; found a longer one");
    return length;
  }

  Status ReadExceptions(Span& span) const {
    for (const WrittenTime& except : span.event.except) {
      if (except.date_only || span.event.start.date_only) {
        span.not_on.insert(floor<days>(except.at));
        continue;
      }
      const Result<LocalMinute> at = InFrame(except, span.event.start);
      if (!at) return Fail(at.error());
      span.not_at.insert(*at);
    }
    return {};
  }

  Status AddRule(const Span& span, const std::string& rule) {
    if (++rules_ > kMostRules) {
      return Fail(Code::kResourceExhausted, fmt::format("want at most {} rules (RRULE); found more", kMostRules));
    }
    const WrittenTime& start = span.event.start;
    Result<std::optional<WrittenTime>> until = UntilOf(rule);
    if (!until) return Fail(until.error());
    Recurrence recurrence{rule, start.at, start.date_only, {}, local_days(options_.horizon.last) + days(1)};
    if (WrittenTime* end = *until ? &**until : nullptr) {
      if (!end->utc) {
        end->utc = start.utc;
        end->zone = start.zone;
      }
      if (end->date_only) end->at += days(1) - minutes(1);  // the whole of its day
      const Result<LocalMinute> at = InFrame(*end, start);
      if (!at) return Fail(at.error());
      recurrence.until = *at;
    }
    return VisitOccurrences(recurrence, [&](LocalMinute at) { return AddOccurrence(span, at); });
  }

  // What the clock that shows `frame` shows at `written`.
  Result<LocalMinute> InFrame(const WrittenTime& written, const WrittenTime& frame) const {
    if (frame.date_only) return std::chrono::time_point_cast<minutes>(floor<days>(written.at));
    const bool same = written.utc == frame.utc && written.zone == frame.zone;
    if (same || written.date_only) return written.at;
    const Result<TimeZone> from = ClockOf(written);
    if (!from) return Fail(from.error());
    const Result<TimeZone> to = ClockOf(frame);
    if (!to) return Fail(to.error());
    return to->ToLocal(from->ToTime(written.at));
  }

  Result<TimeZone> ClockOf(const WrittenTime& written) const {
    if (written.utc) return TimeZone();
    if (written.zone.empty()) return home_;
    Result<TimeZone> zone = ZoneOf(written.zone);
    if (!zone) return Refuse("TZID, which here is compared with another: " + zone.error().message);
    return zone;
  }

  Status AddOccurrence(const Span& span, LocalMinute at) {
    if (++occurrences_ > options_.occurrences) {
      return Fail(Code::kResourceExhausted,
                  fmt::format("want at most {} occurrences of all events; found more", options_.occurrences));
    }
    if (span.not_at.contains(at) || span.not_on.contains(floor<days>(at))) return {};
    LocalMinute begin = at;
    LocalMinute end = at + span.length;
    if (span.event.start.utc) {
      begin = home_.ToLocal(Timestamp(begin.time_since_epoch()));
      end = home_.ToLocal(Timestamp(end.time_since_epoch()));
    }
    const Date first = std::max(DateOf(begin), options_.horizon.first);
    const Date last = std::min(DateOf(end > begin ? end - minutes(1) : begin), options_.horizon.last);
    if (first <= last) ranges_.push_back({first, last});
    return {};
  }

  const ICalendarOptions& options_;
  TimeZone home_;
  std::vector<DateRange> ranges_;
  int occurrences_ = 0;
  int rules_ = 0;
};

}  // namespace

Result<Calendar> ParseICalendar(std::string name, std::string_view text, const ICalendarOptions& options) {
  if (text.size() > options.bytes) {
    return Fail(Code::kResourceExhausted,
                fmt::format("an iCalendar text has at most {} bytes; found {}", options.bytes, text.size()));
  }
  const Result<std::vector<CalendarText>> calendars = SplitICalendar(text);
  if (!calendars) return Fail(calendars.error());
  Expansion expansion(options);
  for (const CalendarText& calendar : *calendars) {
    if (Status status = expansion.Add(calendar); !status) return Fail(status.error());
  }
  return Calendar{std::move(name), expansion.Take()};
}

}  // namespace loadline
