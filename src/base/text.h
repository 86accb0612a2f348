// Text for people: numbers as one would write them, and suggestions for what was probably meant.
// Text is made with fmt (std::format to come).
#ifndef LOADLINE_BASE_TEXT_H_
#define LOADLINE_BASE_TEXT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace loadline {

// At most three decimals, none that say nothing: 7 -> "7", 7.25 -> "7.25", 0.0004 -> "0.0004", 1e9 -> "1e+09".
std::string FormatNumber(double value);

// Reads a decimal number as a whole. Fails with kInvalidArgument, also for NaN and infinities.
Result<double> ParseNumber(std::string_view text);

// `text` cut to `most` bytes at a UTF-8 boundary, with "..." where something was cut, and control characters
// replaced by spaces: what others say goes into one line of ours.
std::string OneLine(std::string_view text, std::size_t most);

// Runs of blanks and line breaks as one blank, none at the ends: what a YAML document spreads over lines, on one.
std::string FoldBlanks(std::string_view text);

// Whether all of it is UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool IsUtf8(std::string_view text);

// The candidate that was probably meant by `word`: the nearest by edit distance, if at most a third of the
// word's letters differ. Of equally near ones the first.
std::optional<std::string> DidYouMean(std::string_view word, const std::vector<std::string>& candidates);

// "a, b and c"
std::string JoinWords(const std::vector<std::string>& words, std::string_view last = "and");

}  // namespace loadline

#endif  // LOADLINE_BASE_TEXT_H_
