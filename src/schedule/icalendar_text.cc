#include "schedule/icalendar_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace loadline {
namespace {

// VCALENDAR, VTIMEZONE, STANDARD is as deep as RFC 5545 goes.
constexpr std::size_t kDepth = 6;

constexpr int kMostLines = 5000;

tl::unexpected<Error> NotWhole(std::string message) { return Fail(Code::kInvalidArgument, std::move(message)); }

// RFC 5545, 3.1: a line that begins with a space or a tab continues the one before.
std::string Unfold(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  std::string joined;
  joined.reserve(text.size() + 1);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool continues = !line.empty() && (line.front() == ' ' || line.front() == '\t');
    if (continues && !joined.empty()) {
      joined.pop_back();
      line.remove_prefix(1);
    }
    const std::size_t begin = joined.size();
    joined.append(line);
    for (std::size_t i = begin; i < joined.size(); ++i) {
      if (static_cast<unsigned char>(joined[i]) < 0x20) joined[i] = ' ';
    }
    joined.push_back('\n');
  }
  return joined;
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
  return upper;
}

// The name of a line's property, in capitals: what stands before the first colon or semicolon.
std::string NameOf(std::string_view line) {
  std::string name = Upper(line.substr(0, std::min<std::size_t>(line.find_first_of(":;"), 40)));
  while (name.ends_with(' ')) name.pop_back();
  return name;
}

bool MattersForDates(std::string_view name) {
  constexpr std::array<std::string_view, 11> kNames = {"DTSTART",       "DTEND",  "DURATION", "RRULE",
                                                       "RDATE",         "EXDATE", "EXRULE",   "STATUS",
                                                       "RECURRENCE-ID", "UID",    "SUMMARY"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

// Reads line by line, and knows which parts are open.
class Splitter {
 public:
  Status Read(std::string_view line) {
    const std::string name = NameOf(line);
    if (name == "BEGIN" || name == "END") {
      const Result<std::string> part = PartOf(line, name);
      if (!part) return Fail(part.error());
      return name == "BEGIN" ? Begin(*part) : End(*part);
    }
    if (open_.empty()) return line.find_first_not_of(' ') == std::string_view::npos ? Status() : NoCalendar();
    if (open_.size() == 1 && name == "X-WR-TIMEZONE") calendars_.back().home = line.substr(line.find(':') + 1);
    return InEvent() && MattersForDates(name) ? Keep(line) : Status();
  }

  Result<std::vector<CalendarText>> Finish() {
    if (!open_.empty()) return NotWhole(fmt::format("want END:{}; found the end of the text", open_.back()));
    if (calendars_.empty()) return Fail(NoCalendar().error());
    return std::move(calendars_);
  }

 private:
  static Status NoCalendar() { return NotWhole("want an iCalendar text (BEGIN:VCALENDAR ... END:VCALENDAR)"); }

  static Result<std::string> PartOf(std::string_view line, std::string_view name) {
    constexpr std::string_view kInNames = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    std::string part = Upper(line.substr(std::min(line.size(), name.size() + 1)));
    while (part.ends_with(' ')) part.pop_back();
    const bool colon = line.size() > name.size() && line[name.size()] == ':';
    if (colon && !part.empty() && part.find_first_not_of(kInNames) == std::string::npos) return part;
    return NotWhole(fmt::format("want {}:NAME; found \"{}\"", name, OneLine(line, 40)));
  }

  bool InEvent() const { return open_.size() == 2 && open_.back() == "VEVENT"; }

  Status Keep(std::string_view line) {
    if (++lines_ > kMostLines)
      return NotWhole(fmt::format("want at most {} lines in an event; found more", kMostLines));
    calendars_.back().events.back().append(line).push_back('\n');
    return {};
  }

  Status Begin(const std::string& part) {
    if (open_.empty() && part != "VCALENDAR") return NoCalendar();
    if (open_.size() == kDepth) {
      return NotWhole(fmt::format("parts nest at most {} deep; found BEGIN:{}", kDepth, OneLine(part, 40)));
    }
    open_.push_back(part);
    if (open_.size() == 1) calendars_.emplace_back();
    if (InEvent()) {
      lines_ = 0;
      calendars_.back().events.emplace_back("BEGIN:VEVENT\n");
    }
    return {};
  }

  Status End(const std::string& part) {
    if (open_.empty()) {
      return NotWhole(fmt::format("want a BEGIN for each END; found END:{} without one", OneLine(part, 40)));
    }
    if (open_.back() != part) {
      return NotWhole(fmt::format("want END:{}; found END:{}", open_.back(), OneLine(part, 40)));
    }
    if (InEvent()) calendars_.back().events.back() += "END:VEVENT\n";
    open_.pop_back();
    return {};
  }

  std::vector<CalendarText> calendars_;
  std::vector<std::string> open_;
  int lines_ = 0;
};

}  // namespace

Result<std::vector<CalendarText>> SplitICalendar(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return NotWhole("want an iCalendar text; found a zero byte");
  const std::string joined = Unfold(text);
  Splitter splitter;
  for (std::string_view rest = joined; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    if (Status status = splitter.Read(line); !status) return Fail(status.error());
  }
  return splitter.Finish();
}

}  // namespace loadline
