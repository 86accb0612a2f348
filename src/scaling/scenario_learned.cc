#include "scaling/scenario_learned.h"

#include <fmt/format.h>

#include "base/text.h"
#include "scaling/scenario_series.h"

namespace loadline {
namespace {

// None: not known yet.
Result<std::optional<LearnedNumber>> ParseWord(std::string_view word) {
  LearnedNumber number;
  if (word == "_") return std::optional<LearnedNumber>();
  if (word == "few") return number;
  if (word == "failed") {
    number.problem = "the scenario says so";
    return number;
  }
  const Result<double> plain = ParseNumber(word);
  const Result<Duration> time = ParseDuration(word);
  if (!plain && !time) return Fail(time.error());
  number.value = number.low = number.high = plain ? *plain : ToSeconds(*time);
  if (*number.value < 0) return Fail(Code::kInvalidArgument, "below 0");
  return number;
}

}  // namespace

Result<std::vector<std::optional<LearnedNumber>>> ParseLearned(std::string_view text) {
  std::vector<std::optional<LearnedNumber>> numbers;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (word.empty()) continue;
    const std::size_t times = word.rfind('x');
    const Result<double> count =
        times == std::string_view::npos ? Result<double>(1) : ParseNumber(word.substr(times + 1));
    const auto number = ParseWord(word.substr(0, times));
    if (!number || !count || *count < 1 || *count > kMostSteps) {
      return Fail(
          Code::kInvalidArgument,
          fmt::format("want what was learned, such as 20x5, 2m15s, few, _ or failed; found \"{}\"", OneLine(word, 40)));
    }
    numbers.insert(numbers.end(), static_cast<std::size_t>(*count), *number);
    if (numbers.size() > kMostSteps)
      return Fail(Code::kInvalidArgument, fmt::format("want at most {} steps; found more", kMostSteps));
  }
  if (numbers.empty()) return Fail(Code::kInvalidArgument, "want at least one step; found none");
  return numbers;
}

std::shared_ptr<const LearnedNumber> ScenarioLearned::At(Timestamp begin, Duration now) const {
  LearnedNumber known;
  if (!values.empty()) {
    const auto index = static_cast<std::size_t>(now / step);
    if (index >= values.size() || !values[index]) return nullptr;
    known = *values[index];
  }
  known.fitted = begin;
  known.needed = needed;
  known.count = known.value ? needed : 0;
  return std::make_shared<const LearnedNumber>(std::move(known));
}

}  // namespace loadline
