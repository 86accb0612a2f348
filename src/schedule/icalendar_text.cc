#include "schedule/icalendar_text.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"

namespace loadline {
namespace {

// VCALENDAR, VTIMEZONE, STANDARD is as deep as RFC 5545 goes.
constexpr std::size_t kDepth = 6;

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

// What follows "BEGIN:" or "END:" in any case, and parameters between, which libical lets pass.
bool IsMark(std::string_view line, std::string_view mark, std::string& part) {
  if (line.size() <= mark.size()) return false;
  for (std::size_t i = 0; i < mark.size(); ++i) {
    if ((line[i] & ~0x20) != mark[i]) return false;
  }
  if (line[mark.size()] != ':' && line[mark.size()] != ';') return false;
  part = OneLine(line.substr(line.rfind(':') + 1), 40);
  for (char& c : part) c = c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
  while (part.ends_with(' ')) part.pop_back();
  return true;
}

}  // namespace

Result<std::string> CleanICalendar(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return NotWhole("want an iCalendar text; found a zero byte");
  std::string clean = Unfold(text);
  std::vector<std::string> open;
  bool begun = false;
  std::string part;
  for (std::string_view rest = clean; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    if (IsMark(line, "BEGIN", part)) {
      if (open.size() == kDepth)
        return NotWhole(fmt::format("parts nest at most {} deep; found BEGIN:{}", kDepth, part));
      if (open.empty() && part != "VCALENDAR") break;
      open.push_back(part);
      begun = true;
    } else if (IsMark(line, "END", part)) {
      if (open.empty()) return NotWhole(fmt::format("want a BEGIN for each END; found END:{} without one", part));
      if (open.back() != part) return NotWhole(fmt::format("want END:{}; found END:{}", open.back(), part));
      open.pop_back();
    } else if (open.empty() && line.find_first_not_of(' ') != std::string_view::npos) {
      begun = false;
      break;
    }
  }
  if (!open.empty()) return NotWhole(fmt::format("want END:{}; found the end of the text", open.back()));
  if (!begun) return NotWhole("want an iCalendar text (BEGIN:VCALENDAR ... END:VCALENDAR)");
  return clean;
}

}  // namespace loadline
