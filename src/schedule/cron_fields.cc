#include "schedule/cron_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/text.h"

namespace loadline {
namespace {

constexpr std::array<std::string_view, 13> kMonthNames = {"",    "JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                          "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kDayNames = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

struct FieldRule {
  std::string_view name;
  int least;
  int most;
  const std::string_view* names = nullptr;  // by value
  int name_count = 0;

  // What may stand there: "1 to 12 or JAN to DEC".
  std::string Values() const {
    std::string text = fmt::format("{} to {}", least, most);
    if (names != nullptr) text += fmt::format(" or {} to {}", names[least], names[name_count - 1]);
    return text;
  }
};

constexpr std::array kRules = {FieldRule{"minute", 0, 59}, FieldRule{"hour", 0, 23}, FieldRule{"day of month", 1, 31},
                               FieldRule{"month", 1, 12, kMonthNames.data(), 13},
                               FieldRule{"day of week", 0, 7, kDayNames.data(), 7}};

// Source: crontab(5).
struct Word {
  std::string_view word;
  std::string_view meaning;
};
constexpr std::array kWords = {Word{"@hourly", "0 * * * *"},   Word{"@daily", "0 0 * * *"},
                               Word{"@midnight", "0 0 * * *"}, Word{"@weekly", "0 0 * * 0"},
                               Word{"@monthly", "0 0 1 * *"},  Word{"@yearly", "0 0 1 1 *"},
                               Word{"@annually", "0 0 1 1 *"}};

std::vector<std::string_view> Split(std::string_view text, std::string_view separators, bool keep_empty) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find_first_of(separators);
    const std::string_view part = text.substr(0, end);
    if (keep_empty || !part.empty()) parts.push_back(part);
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

std::optional<int> Number(std::string_view text) {
  if (text.empty() || text.size() > 3) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

tl::unexpected<Error> Refuse(std::string_view field, std::string_view rule, std::string_view found,
                             std::string_view hint = "") {
  std::string message = fmt::format("{}: {}; found \"{}\"", field, rule, OneLine(found, 40));
  if (!hint.empty()) message += fmt::format(" ({})", hint);
  return Fail(Code::kInvalidArgument, std::move(message));
}

// A field between its spaces, as a set of bits.
class FieldParser {
 public:
  FieldParser(const FieldRule& rule, std::string_view text) : rule_(rule), text_(text) {}

  Result<std::uint64_t> Parse() const {
    std::uint64_t bits = 0;
    for (const std::string_view part : Split(text_, ",", true)) {
      const Result<std::uint64_t> more = ParsePart(part);
      if (!more) return more;
      bits |= *more;
    }
    return bits;
  }

 private:
  // "*", "a", "a-b", each with "/n" behind it or not.
  Result<std::uint64_t> ParsePart(std::string_view part) const {
    const std::size_t slash = part.find('/');
    const std::string_view base = part.substr(0, slash);
    const bool stepped = slash != std::string_view::npos;
    int first = rule_.least;
    int last = rule_.most;
    if (base != "*") {
      const std::size_t dash = base.find('-');
      const Result<int> from = ParseValue(base.substr(0, dash));
      if (!from) return Fail(from.error());
      first = *from;
      if (dash != std::string_view::npos) {
        const Result<int> to = ParseRangeEnd(first, base.substr(dash + 1), base);
        if (!to) return Fail(to.error());
        last = *to;
      } else {
        // 1/2 of the week is MON, WED and FRI: the week ends with SAT, 7 is only Sunday's other name.
        last = !stepped ? first : std::max(first, rule_.most == 7 ? 6 : rule_.most);
      }
    }
    int step = 1;
    if (stepped) {
      const Result<int> every = ParseStep(part.substr(slash + 1), part);
      if (!every) return Fail(every.error());
      step = *every;
    }
    std::uint64_t bits = 0;
    for (int value = first; value <= last; value += step) bits |= 1ULL << value;
    return bits;
  }

  Result<int> ParseValue(std::string_view text) const {
    if (const auto number = Number(text)) {
      if (*number >= rule_.least && *number <= rule_.most) return *number;
      return Refuse(rule_.name, "want " + rule_.Values(), text);
    }
    const std::string upper = Upper(text);
    for (int value = rule_.least; value < rule_.name_count; ++value) {
      if (rule_.names[value] == upper) return value;
    }
    return Refuse(rule_.name, fmt::format("want {}, *, a range a-b, a list a,b or a step */n", rule_.Values()), text,
                  HintOn(upper));
  }

  // FRI-SUN and 5-7 end with the Sunday after, FRI-0 too.
  Result<int> ParseRangeEnd(int first, std::string_view text, std::string_view range) const {
    const Result<int> last = ParseValue(text);
    if (!last) return last;
    if (*last >= first) return last;
    const bool weekday = rule_.most == 7;
    if (weekday && *last == 0) return 7;
    const std::size_t dash = range.find('-');
    const std::string_view begin = range.substr(0, dash);
    const std::string_view end = range.substr(dash + 1);
    const bool named = rule_.names != nullptr && !Number(begin);
    const int least = weekday ? 1 : rule_.least;  // a week that is counted to Sunday begins on Monday
    const std::string hint = fmt::format("write {},{}", Span(begin, first, NameOf(rule_.most, named), rule_.most),
                                         Span(NameOf(least, named), least, end, *last));
    return Refuse(rule_.name, "a range goes upwards", range, hint);
  }

  std::string NameOf(int value, bool named) const {
    return named ? std::string(rule_.names[value % rule_.name_count]) : std::to_string(value);
  }

  static std::string Span(std::string_view begin, int first, std::string_view end, int last) {
    return first == last ? std::string(begin) : fmt::format("{}-{}", begin, end);
  }

  Result<int> ParseStep(std::string_view text, std::string_view part) const {
    // A step as long as the field is a long way to say "the first"; a longer one was meant to be something else.
    const int most = rule_.most == 7 ? 7 : rule_.most - rule_.least + 1;
    const auto step = Number(text);
    if (step && *step >= 1 && *step <= most) return *step;
    return Refuse(rule_.name, fmt::format("want a step of 1 to {}", most), part);
  }

  std::string HintOn(const std::string& upper) const {
    if (upper.find_first_of("?LW#") != std::string::npos && upper.size() <= 3) return "?, L, W and # are Quartz's";
    if (rule_.names == nullptr || upper.size() < 3) return "";
    const std::vector<std::string> names(rule_.names + rule_.least, rule_.names + rule_.name_count);
    for (const std::string& name : names) {
      if (upper.starts_with(name)) return fmt::format("did you mean {}?", name);
    }
    return "";
  }

  const FieldRule& rule_;
  std::string_view text_;
};

// Whether any year has the date. Where only one of the day fields restricts, the other may still say */n, and every
// weekday falls on every date some time: only the length of the months matters.
bool EverComes(const CronFields& fields) {
  if (!fields.any_day && !fields.any_weekday) return true;
  const std::chrono::year leap(2024);
  CronFields on_any_weekday = fields;
  on_any_weekday.weekdays = 0x7F;
  for (unsigned month = 1; month <= 12; ++month) {
    if (DaysIn(on_any_weekday, leap / std::chrono::month(month)) != 0) return true;
  }
  return false;
}

Result<std::string_view> MeaningOf(std::string_view word) {
  std::vector<std::string> words;
  for (const Word& each : kWords) {
    if (each.word == word) return each.meaning;
    words.emplace_back(each.word);
  }
  const auto meant = DidYouMean(word, words);
  return Fail(Code::kInvalidArgument, fmt::format("want {}; found \"{}\"{}", JoinWords(words, "or"), OneLine(word, 40),
                                                  meant ? fmt::format(" (did you mean {}?)", *meant) : ""));
}

tl::unexpected<Error> NotFiveFields(std::string_view text, std::size_t count) {
  std::string hint;
  if (text.starts_with("TZ=") || text.starts_with("CRON_TZ=")) {
    hint = " (the zone has a field of its own)";
  } else if (count == 6 || count == 7) {
    hint = " (seconds and years are Quartz's)";
  }
  return Fail(Code::kInvalidArgument,
              fmt::format("want five fields: minute, hour, day of month, month, day of week; found {} in \"{}\"{}",
                          count, OneLine(text, 60), hint));
}

}  // namespace

Result<CronFields> ParseCronFields(std::string_view text) {
  std::vector<std::string_view> parts = Split(text, " \t", false);
  if (parts.size() == 1 && parts[0].starts_with('@')) {
    const Result<std::string_view> meaning = MeaningOf(parts[0]);
    if (!meaning) return Fail(meaning.error());
    parts = Split(*meaning, " ", false);
  }
  if (parts.size() != kRules.size()) return NotFiveFields(text, parts.size());

  std::array<std::uint64_t, kRules.size()> bits{};
  for (std::size_t i = 0; i < kRules.size(); ++i) {
    const Result<std::uint64_t> field = FieldParser(kRules[i], parts[i]).Parse();
    if (!field) return Fail(field.error());
    bits[i] = *field;
  }
  CronFields fields;
  fields.minutes = bits[0];
  fields.hours = static_cast<std::uint32_t>(bits[1]);
  fields.days = static_cast<std::uint32_t>(bits[2]);
  fields.months = static_cast<std::uint32_t>(bits[3]);
  fields.weekdays = static_cast<std::uint32_t>((bits[4] | bits[4] >> 7) & 0x7F);
  fields.any_day = parts[2].starts_with('*');
  fields.any_weekday = parts[4].starts_with('*');
  if (!EverComes(fields)) {
    return Refuse("day of month", fmt::format("the date never comes in month {}", OneLine(parts[3], 40)), parts[2]);
  }
  return fields;
}

}  // namespace loadline
