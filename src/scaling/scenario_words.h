// Words that stand for one step of a scenario's line or several: WORD, or WORDxN for N times.
#ifndef LOADLINE_SCALING_SCENARIO_WORDS_H_
#define LOADLINE_SCALING_SCENARIO_WORDS_H_

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "scaling/scenario_series.h"

namespace loadline {

// `parse`: an optional T of a word. `rule`: what is wanted, for the message. Fails with kInvalidArgument; the message
// shows the word.
template <class T, class Parse>
Result<std::vector<T>> ParseSteps(std::string_view text, const Parse& parse, std::string_view rule) {
  std::vector<T> steps;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (word.empty()) continue;
    const std::size_t times = word.rfind('x');
    const Result<double> count =
        times == std::string_view::npos ? Result<double>(1) : ParseNumber(word.substr(times + 1));
    const std::optional<T> step = parse(count ? word.substr(0, times) : word);
    if (!step || (count && (*count < 1 || *count > kMostSteps)))
      return Fail(Code::kInvalidArgument, fmt::format("want {}; found \"{}\"", rule, OneLine(word, 40)));
    steps.insert(steps.end(), count ? static_cast<std::size_t>(*count) : 1, *step);
    if (steps.size() > kMostSteps)
      return Fail(Code::kInvalidArgument, fmt::format("want at most {} steps; found more", kMostSteps));
  }
  if (steps.empty()) return Fail(Code::kInvalidArgument, "want at least one step; found none");
  return steps;
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_SCENARIO_WORDS_H_
