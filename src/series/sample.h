// Numbers over time.
#ifndef LOADLINE_SERIES_SAMPLE_H_
#define LOADLINE_SERIES_SAMPLE_H_

#include <vector>

#include "base/time.h"

namespace loadline {

struct Sample {
  Timestamp time;
  double value = 0;

  friend bool operator==(const Sample&, const Sample&) = default;
};

using Series = std::vector<Sample>;  // oldest first

}  // namespace loadline

#endif  // LOADLINE_SERIES_SAMPLE_H_
