// A finite number that may not be there, in the room of a number: half of a std::optional<double>. For what is kept by
// the ten thousand.
#ifndef LOADLINE_BASE_OPTIONAL_NUMBER_H_
#define LOADLINE_BASE_OPTIONAL_NUMBER_H_

#include <cassert>
#include <cmath>
#include <limits>
#include <optional>

namespace loadline {

class OptionalNumber {
 public:
  OptionalNumber() = default;
  OptionalNumber(std::nullopt_t) {}
  // REQUIRES: no NaN, which stands for none.
  OptionalNumber(double number) : number_(number) { assert(!std::isnan(number)); }
  OptionalNumber(std::optional<double> number) {
    if (number) *this = *number;
  }
  operator std::optional<double>() const { return has_value() ? std::optional(number_) : std::nullopt; }

  bool has_value() const { return !std::isnan(number_); }
  explicit operator bool() const { return has_value(); }
  // REQUIRES: has_value().
  double operator*() const {
    assert(has_value());
    return number_;
  }
  double value_or(double other) const { return has_value() ? number_ : other; }

 private:
  double number_ = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace loadline

#endif  // LOADLINE_BASE_OPTIONAL_NUMBER_H_
