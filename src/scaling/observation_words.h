// The words of an observation's text.
#ifndef LOADLINE_SCALING_OBSERVATION_WORDS_H_
#define LOADLINE_SCALING_OBSERVATION_WORDS_H_

#include <array>
#include <utility>

#include "scaling/override.h"
#include "scaling/reading.h"

namespace loadline {

inline constexpr std::array kReadingWords = {
    std::pair{ReadingState::kValue, "value"},         std::pair{ReadingState::kPartial, "partial"},
    std::pair{ReadingState::kEmpty, "empty"},         std::pair{ReadingState::kSeveral, "several"},
    std::pair{ReadingState::kNotFinite, "notFinite"}, std::pair{ReadingState::kFailed, "failed"},
    std::pair{ReadingState::kRefused, "refused"},
};
inline constexpr std::array kOverrideWords = {
    std::pair{Override::Kind::kPin, "pin"},
    std::pair{Override::Kind::kFloor, "floor"},
    std::pair{Override::Kind::kCeiling, "ceiling"},
    std::pair{Override::Kind::kHold, "hold"},
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_OBSERVATION_WORDS_H_
