#include "scaling/recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/text.h"

namespace loadline {
namespace {

constexpr std::string_view kFirstLine = "# loadline recording 1";
constexpr std::string_view kPartial = "partial:";
constexpr std::size_t kMostReadings = 200'000'000;  // 2 GB

struct StateWord {
  ReadingState state;
  std::string_view word;
};
constexpr std::array kWords = {StateWord{ReadingState::kEmpty, "empty"}, StateWord{ReadingState::kSeveral, "several"},
                               StateWord{ReadingState::kNotFinite, "notFinite"},
                               StateWord{ReadingState::kFailed, "failed"},
                               StateWord{ReadingState::kRefused, "refused"}};

std::string CellOf(const Reading& reading) {
  const double value = reading.value;
  if (reading.state == ReadingState::kValue) return std::isfinite(value) ? fmt::format("{}", value) : "notFinite";
  if (reading.state == ReadingState::kPartial) return fmt::format("{}{}", kPartial, value);
  if (reading.state == ReadingState::kFailed) return "";
  for (const StateWord& each : kWords) {
    if (each.state == reading.state) return std::string(each.word);
  }
  return "";
}

std::optional<double> NumberIn(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<Reading> ReadingIn(std::string_view cell) {
  if (cell.empty()) return Reading{0, ReadingState::kFailed};
  if (const auto value = NumberIn(cell)) return Reading{*value, ReadingState::kValue};
  if (cell.starts_with(kPartial)) {
    const auto value = NumberIn(cell.substr(kPartial.size()));
    return value ? std::optional(Reading{*value, ReadingState::kPartial}) : std::nullopt;
  }
  for (const StateWord& each : kWords) {
    if (each.word == cell) return Reading{0, each.state};
  }
  return std::nullopt;
}

// What has four digits for a year.
bool IsWritable(Timestamp time) {
  return time >= Timestamp() && time < Timestamp(std::chrono::sys_days(std::chrono::year(9999) / 1 / 1));
}

std::string ShortTime(Timestamp time) {
  std::string text = FormatTimestamp(time);
  if (text.ends_with(".000Z")) text.replace(text.size() - 5, 5, "Z");
  return text;
}

// The word before the first blank; `text` is what comes after it.
std::string_view TakeWord(std::string_view& text) {
  const std::size_t blank = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, blank);
  text.remove_prefix(std::min(blank + 1, text.size()));
  return word;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  Result<Recording> Run() {
    if (!NextLine() || line_ != kFirstLine) return Bad(fmt::format("want \"{}\"", kFirstLine));
    while (NextLine()) {
      Status read;
      if (line_.starts_with("# ")) {
        read = columns_.empty() ? ReadHeader() : Status();
      } else if (!line_.empty() && !line_.starts_with("#")) {
        read = columns_.empty() ? ReadColumns() : ReadRow();
      }
      if (!read) return Fail(read.error());
    }
    if (columns_.empty()) return Bad("want a line such as time,q1, and rows");
    if (recording_.ticks == 0) return Bad("want rows");
    if (!has_from_) recording_.from = recording_.begin;
    for (RecordedQuery& query : recording_.queries) query.readings.resize(recording_.ticks);
    return std::move(recording_);
  }

 private:
  bool NextLine() {
    if (rest_.empty()) {
      line_ = {};
      return false;
    }
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    while (line_.ends_with('\r')) line_.remove_suffix(1);
    ++number_;
    return true;
  }

  tl::unexpected<Error> Bad(std::string_view rule) const {
    return Fail(Code::kInvalidArgument, fmt::format("line {}: {}; found \"{}\"", number_, rule, OneLine(line_, 80)));
  }

  Status ReadHeader() {
    std::string_view said = line_.substr(2);
    const std::string_view key = TakeWord(said);
    if (key == "object") {
      const std::size_t slash = said.find('/');
      if (slash == 0 || slash == std::string_view::npos || slash + 1 == said.size())
        return Bad("want # object NAMESPACE/NAME");
      recording_.object_namespace = said.substr(0, slash);
      recording_.object = said.substr(slash + 1);
    } else if (key == "parameter") {
      const std::size_t equals = said.find('=');
      if (equals == 0 || equals == std::string_view::npos) return Bad("want # parameter KEY=VALUE");
      recording_.parameters[std::string(said.substr(0, equals))] = said.substr(equals + 1);
    } else if (key == "interval") {
      const Result<Duration> interval = ParseDuration(said);
      if (!interval || *interval <= Duration::zero()) return Bad("want # interval DURATION, such as 15s");
      recording_.interval = *interval;
    } else if (key == "from") {
      const Result<Timestamp> from = ParseTimestamp(said);
      if (!from || !IsWritable(*from)) return Bad("want # from TIME, such as 2026-11-24T06:00:00Z");
      recording_.from = *from;
      has_from_ = true;
    } else if (key == "query") {
      const std::string name(TakeWord(said));
      const std::string source(TakeWord(said));
      if (name.empty() || source.empty() || FoldBlanks(said).empty()) return Bad("want # query NAME SOURCE PROMQL");
      if (std::ranges::find(names_, name) != names_.end()) return Bad("each name of a query stands once");
      names_.push_back(name);
      recording_.queries.push_back({source, std::string(said), {}});
    }
    return {};  // any other line is a comment
  }

  Status ReadColumns() {
    std::vector<std::string_view> cells = Cells();
    if (cells.front() != "time") return Bad("want time, and the names of the queries");
    for (const std::string_view cell : cells) {
      if (cell == "time" && columns_.empty()) {
        columns_.push_back(-1);
        continue;
      }
      const auto name = std::ranges::find(names_, cell);
      if (name == names_.end()) return Bad(fmt::format("no # query is called {}", OneLine(cell, 40)));
      const auto column = static_cast<int>(name - names_.begin());
      if (std::ranges::find(columns_, column) != columns_.end()) return Bad("each column stands once");
      columns_.push_back(column);
    }
    return {};
  }

  Status ReadRow() {
    const std::vector<std::string_view> cells = Cells();
    if (cells.size() != columns_.size()) return Bad(fmt::format("want {} cells, as the header", columns_.size()));
    const auto time = TimeIn(cells.front());
    if (!time || !IsWritable(*time)) return Bad("want a time such as 2026-11-24T06:00:00Z, or seconds since 1970");
    if (*time != AlignDown(*time, recording_.interval))
      return Bad(fmt::format("want times that are multiples of {}", FormatDuration(recording_.interval)));
    if (recording_.ticks == 0) recording_.begin = *time;
    if (*time < recording_.begin) return Bad("rows are in the order of time");
    const auto tick = static_cast<std::size_t>((*time - recording_.begin) / recording_.interval);
    const std::size_t queries = std::max<std::size_t>(recording_.queries.size(), 1);
    if (tick >= std::min(kMostRecordedTicks, kMostReadings / queries)) return Bad("the gap before it is too long");
    if (tick < recording_.ticks) return Bad("rows are in the order of time, each time once");
    recording_.ticks = tick + 1;
    for (std::size_t i = 1; i < cells.size(); ++i) {
      const auto reading = ReadingIn(cells[i]);
      if (!reading) {
        return Bad("want a number, empty, several, notFinite, failed, refused or partial:NUMBER in a cell");
      }
      auto& readings = recording_.queries[static_cast<std::size_t>(columns_[i])].readings;
      readings.resize(tick);
      readings.push_back(*reading);
    }
    return {};
  }

  static std::optional<Timestamp> TimeIn(std::string_view cell) {
    if (cell.find('T') != std::string_view::npos) {
      const Result<Timestamp> time = ParseTimestamp(cell);
      return time ? std::optional(*time) : std::nullopt;
    }
    const auto seconds = NumberIn(cell);
    return seconds && std::abs(*seconds) < 1e11 ? std::optional(FromSeconds(*seconds)) : std::nullopt;
  }

  std::vector<std::string_view> Cells() const {
    std::vector<std::string_view> cells;
    std::string_view rest = line_;
    for (;;) {
      const std::size_t comma = rest.find(',');
      cells.push_back(rest.substr(0, comma));
      if (comma == std::string_view::npos) return cells;
      rest.remove_prefix(comma + 1);
    }
  }

  std::string_view rest_;
  std::string_view line_;
  int number_ = 0;
  Recording recording_;
  bool has_from_ = false;
  std::vector<std::string> names_;
  std::vector<int> columns_;  // of each cell: which query; -1: the time
};

}  // namespace

std::size_t Recording::TickAt(Timestamp time) const {
  if (time <= begin) return 0;
  return std::min(ticks, static_cast<std::size_t>((time - begin + interval - Duration(1)) / interval));
}

int Recording::Find(std::string_view source, std::string_view text) const {
  const std::string folded = FoldBlanks(text);
  for (std::size_t i = 0; i < queries.size(); ++i) {
    if (queries[i].source == source && FoldBlanks(queries[i].text) == folded) return static_cast<int>(i);
  }
  return -1;
}

Recording Recording::Until(Timestamp end) const {
  Recording part = *this;
  part.ticks = TickAt(end);
  for (RecordedQuery& query : part.queries) query.readings.resize(part.ticks);
  return part;
}

std::string FormatRecording(const Recording& recording) {
  std::string text = fmt::format("{}\n# object {}/{}\n", kFirstLine, recording.object_namespace, recording.object);
  for (const auto& [key, value] : recording.parameters) text += fmt::format("# parameter {}={}\n", key, value);
  text += fmt::format("# interval {}\n# from {}\n", FormatDuration(recording.interval), ShortTime(recording.from));
  std::string columns = "time";
  for (std::size_t i = 0; i < recording.queries.size(); ++i) {
    const RecordedQuery& query = recording.queries[i];
    text += fmt::format("# query q{} {} {}\n", i + 1, query.source, FoldBlanks(query.text));
    columns += fmt::format(",q{}", i + 1);
  }
  text += columns + "\n";
  for (std::size_t tick = 0; tick < recording.ticks; ++tick) {
    text += ShortTime(recording.TimeAt(tick));
    for (const RecordedQuery& query : recording.queries) text += "," + CellOf(query.readings[tick]);
    text += "\n";
  }
  return text;
}

Result<Recording> ParseRecording(std::string_view text) { return Reader(text).Run(); }

}  // namespace loadline
