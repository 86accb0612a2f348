// What a pod was ever told: the ground on which its decisions must stand.
#ifndef LOADLINE_TESTS_SIMULATION_HEARD_H_
#define LOADLINE_TESTS_SIMULATION_HEARD_H_

#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "scaling/reading.h"

namespace loadline::simulation {

// Keeps the last kTicks ticks of each query: more than any window.
class Heard {
 public:
  explicit Heard(Duration interval) : interval_(interval) {}

  void Note(const std::string& query, Timestamp time, const Reading& reading, bool is_true);

  // Whether exactly this was said of that time, now or earlier. A failure need not be said.
  bool Was(const std::string& query, Timestamp time, const Reading& reading) const;
  // Whether something else than the truth, and no failure, was said of a time in (since, until].
  bool AnyWrong(const std::string& query, Timestamp since, Timestamp until) const;

 private:
  static constexpr std::size_t kTicks = 512;
  struct Said {
    Reading reading;
    bool is_true = true;
  };
  struct Slot {
    Timestamp time;
    std::vector<Said> said;  // each once
  };
  const Slot* SlotOf(const std::string& query, Timestamp time) const;
  std::size_t Index(Timestamp time) const {
    return static_cast<std::size_t>(time.time_since_epoch() / interval_) % kTicks;
  }

  const Duration interval_;
  std::unordered_map<std::string, std::vector<Slot>> queries_;
};

}  // namespace loadline::simulation

#endif  // LOADLINE_TESTS_SIMULATION_HEARD_H_
