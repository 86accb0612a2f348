// "10%"
#ifndef LOADLINE_SCALING_PERCENT_H_
#define LOADLINE_SCALING_PERCENT_H_

namespace loadline {

struct Percent {
  double value = 0;

  friend auto operator<=>(const Percent&, const Percent&) = default;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_PERCENT_H_
