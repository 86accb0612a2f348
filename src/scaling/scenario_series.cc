#include "scaling/scenario_series.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "base/text.h"

namespace loadline {
namespace {

constexpr std::array kWords = {
    std::pair{std::string_view("_"), ReadingState::kEmpty},
    std::pair{std::string_view("failed"), ReadingState::kFailed},
    std::pair{std::string_view("nan"), ReadingState::kNotFinite},
    std::pair{std::string_view("many"), ReadingState::kSeveral},
    std::pair{std::string_view("refused"), ReadingState::kRefused},
};

std::optional<std::size_t> ParseCount(std::string_view text) {
  const Result<double> number = ParseNumber(text);
  if (!number || *number < 0 || *number > kMostSteps || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  return static_cast<std::size_t>(*number);
}

// "_x3": the state, three times.
bool AddWord(std::string_view word, std::vector<Reading>& readings) {
  for (const auto& [name, state] : kWords) {
    if (!word.starts_with(name)) continue;
    const std::string_view rest = word.substr(name.size());
    std::optional<std::size_t> count = 1;
    if (!rest.empty()) count = rest.front() == 'x' ? ParseCount(rest.substr(1)) : std::nullopt;
    if (!count) continue;
    readings.insert(readings.end(), *count, {0, state});
    return true;
  }
  return false;
}

// "1+2x3" and its shorter forms.
bool AddNumbers(std::string_view word, std::vector<Reading>& readings) {
  const bool partial = word.starts_with('~');
  if (partial) word.remove_prefix(1);
  std::size_t more = 0;
  double slope = 0;
  if (const std::size_t x = word.find('x'); x != std::string_view::npos) {
    const auto count = ParseCount(word.substr(x + 1));
    if (!count) return false;
    more = *count;
    word = word.substr(0, x);
    // A sign at the front is the number's, one after an e its exponent's.
    std::size_t sign = word.find_first_of("+-", 1);
    while (sign != std::string_view::npos && (word[sign - 1] == 'e' || word[sign - 1] == 'E'))
      sign = word.find_first_of("+-", sign + 1);
    if (sign != std::string_view::npos) {
      const Result<double> change = ParseNumber(word.substr(sign + 1));
      if (!change) return false;
      slope = word[sign] == '-' ? -*change : *change;
      word = word.substr(0, sign);
    }
  }
  const Result<double> first = ParseNumber(word);
  if (!first) return false;
  for (std::size_t i = 0; i <= more; ++i) {
    readings.push_back(
        {*first + slope * static_cast<double>(i), partial ? ReadingState::kPartial : ReadingState::kValue});
  }
  return true;
}

}  // namespace

Result<std::vector<Reading>> ParseSeries(std::string_view text) {
  std::vector<Reading> readings;
  constexpr std::string_view kBlanks = " \t";
  while (true) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
    text.remove_prefix(word.size());
    if (!AddWord(word, readings) && !AddNumbers(word, readings)) {
      return Fail(Code::kInvalidArgument,
                  fmt::format("want steps such as 5, 100x10, 1+2x3, _x3, failed, nan, many, refused or ~5; found "
                              "\"{}\"",
                              OneLine(word, 40)));
    }
    if (readings.size() > kMostSteps)
      return Fail(Code::kInvalidArgument, fmt::format("want at most {} steps; found more", kMostSteps));
  }
  if (readings.empty()) return Fail(Code::kInvalidArgument, "want at least one step; found none");
  return readings;
}

std::string_view ProblemOf(const Reading& reading) {
  switch (reading.state) {
    case ReadingState::kValue: return "";
    case ReadingState::kPartial: return "partial data";
    case ReadingState::kEmpty: return "the query's result is empty";
    case ReadingState::kSeveral: return "several series where one is needed";
    case ReadingState::kNotFinite: return "the value is not a number";
    case ReadingState::kFailed: return "no answer";
    case ReadingState::kRefused: return "refused the query";
  }
  return "";
}

}  // namespace loadline
