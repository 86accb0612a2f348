#include "scaling/learned_law.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace loadline {
namespace {

bool IsThere(const LearnedNumber* number) { return number != nullptr && number->problem.empty(); }

Duration FromSecondsOf(double seconds) { return Duration(static_cast<Duration::rep>(std::llround(seconds * 1000))); }

template <class Format>
std::string SentenceOf(const LearnedNumber& number, std::string_view of, const Format& format) {
  if (number.value) {
    return fmt::format("learned from {} {}, {} {}", number.count, of, format(number.low),
                       std::isfinite(number.high) ? "to " + format(number.high) : "or more");
  }
  if (number.count < number.needed) return fmt::format("assumed: {} of {} {} known", number.count, number.needed, of);
  return fmt::format("assumed: {} {} say too little", number.count, of);
}

}  // namespace

std::optional<Duration> AheadBy(const Ahead& ahead, const LearnedNumber* number) {
  if (const auto* stated = std::get_if<Duration>(&ahead)) return *stated;
  if (!IsThere(number)) return std::nullopt;
  const auto& learned = std::get<LearnedAhead>(ahead);
  // Whatever a record says of it: a duration has its bounds.
  if (!number->value || !(*number->value >= 0)) return learned.assume;
  return FromSecondsOf(std::min(*number->value, ToSeconds(learned.at_most)));
}

std::optional<double> ThroughputBy(const LearnedThroughput& throughput, const LearnedNumber* number) {
  if (!IsThere(number)) return std::nullopt;
  return number->value.value_or(throughput.assume);
}

std::string WhyNotLearned(const LearnedNumber* number) {
  if (number == nullptr) return "it is not learned yet";
  return "its history is not there: " + number->problem;
}

Duration FarthestOf(const Ahead& ahead) {
  const auto* stated = std::get_if<Duration>(&ahead);
  return stated != nullptr ? *stated : std::get<LearnedAhead>(ahead).at_most;
}

Duration AssumedOf(const Ahead& ahead) {
  const auto* stated = std::get_if<Duration>(&ahead);
  return stated != nullptr ? *stated : std::get<LearnedAhead>(ahead).assume;
}

std::string LearnedSentence(const LearnedAhead& ahead, const LearnedNumber& number) {
  const auto format = [](double seconds) { return FormatDuration(FromSecondsOf(std::clamp(seconds, 0.0, 1e9))); };
  const bool cut = number.value && *number.value > ToSeconds(ahead.at_most);
  return SentenceOf(number, "rises", format) + (cut ? ", cut to atMost" : "");
}

std::string LearnedSentence(const LearnedNumber& throughput) {
  return SentenceOf(throughput, "stretches", [](double number) { return FormatNumber(number); });
}

}  // namespace loadline
