// What a source said about a query at a tick: a number, or why there is none.
#ifndef LOADLINE_SCALING_READING_H_
#define LOADLINE_SCALING_READING_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace loadline {

enum class ReadingState : std::uint8_t {
  kValue,      // a number
  kPartial,    // a number, but the source says that data is missing from it
  kEmpty,      // the source answered: there is no such series
  kSeveral,    // more than one series where one is needed
  kNotFinite,  // NaN or infinite
  kFailed,     // the source did not answer, or not in time, or not sensibly
  kRefused,    // the source understood the query and refused it
};

// Packed: a window of them is most of what a decision reads, and half as long without the padding.
struct [[gnu::packed]] Reading {
  double value = 0;  // of kValue and kPartial only
  ReadingState state = ReadingState::kFailed;

  friend bool operator==(const Reading&, const Reading&) = default;
};

// The readings of one query at consecutive ticks, oldest first; the last is at the time of the decision.
struct ReadingWindow {
  std::span<const Reading> ticks;
  std::string_view problem;  // of the last reading, in words, where it is no kValue: "prom:9090: connection refused"
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_READING_H_
