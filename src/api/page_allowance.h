// How much of the journal one answer may take.
#ifndef LOADLINE_API_PAGE_ALLOWANCE_H_
#define LOADLINE_API_PAGE_ALLOWANCE_H_

#include <algorithm>
#include <cstddef>

#include "system/clock.h"

namespace loadline {

struct PageLimits {
  std::size_t records_of_one = 0;  // of a binding
  std::size_t records = 0;         // of all
  Duration time{0};
};

// What is left is shared evenly by the bindings that are left: one with a long past takes nothing from the others, and
// what one does not need the next ones have.
class PageAllowance {
 public:
  // `clock` must outlive it.
  PageAllowance(const Clock& clock, PageLimits limits, std::size_t bindings)
      : clock_(clock), limits_(limits), bindings_(bindings), end_(clock.Running() + limits.time) {}

  // Begins the share of the next binding, and is to be called for each. At least one record may be read of it.
  void Next() {
    const auto sharing = std::max<std::size_t>(bindings_, 1);
    records_ = std::clamp<std::size_t>(limits_.records / sharing, 1, limits_.records_of_one);
    const Duration now = clock_.Running();
    const Duration share = std::max(Duration(0), end_ - now) / static_cast<Duration::rep>(sharing);
    // What was read is decided again for the points: that needs time, too.
    reading_end_ = now + share / 2;
    telling_end_ = now + share;
    bindings_ = sharing - 1;
  }

  std::size_t records() const { return records_; }  // that may still be read of this binding
  void Read(std::size_t records) {
    records_ -= std::min(records, records_);
    limits_.records -= std::min(records, limits_.records);
  }
  bool HasTimeToRead() const { return clock_.Running() < reading_end_; }
  bool HasTimeToTell() const { return clock_.Running() < telling_end_; }

 private:
  const Clock& clock_;
  PageLimits limits_;     // records: what is left of them
  std::size_t bindings_;  // that are left
  const Duration end_;
  std::size_t records_ = 0;
  Duration reading_end_{0};
  Duration telling_end_{0};
};

}  // namespace loadline

#endif  // LOADLINE_API_PAGE_ALLOWANCE_H_
