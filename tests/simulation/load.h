// What is true in a simulated world: the load, as a function of seed, query and time, and the replicas that there are.
#ifndef LOADLINE_TESTS_SIMULATION_LOAD_H_
#define LOADLINE_TESTS_SIMULATION_LOAD_H_

#include <string>
#include <vector>

#include "base/time.h"
#include "scaling/reading.h"

namespace loadline::simulation {

// One of 2^64 numbers, spread evenly.
std::uint64_t Mix(std::uint64_t number);
std::uint64_t HashOf(std::string_view text);

class Load {
 public:
  Load(std::uint64_t seed, Timestamp start, Duration interval, std::size_t objects)
      : seed_(seed), start_(start), interval_(interval), replicas_(objects) {}

  // What a source without faults answers at `now` about `time`. Of times to come it says what is true now, as a
  // Prometheus does for the time that it looks back, and then nothing.
  Reading Say(const std::string& query, Timestamp time, Timestamp now) const;

  // The replicas of an object from the tick `now` on. Ticks come in order.
  void SetReplicas(std::size_t object, Timestamp now, int replicas);

 private:
  Reading Number(std::uint64_t query, Timestamp time) const;
  int ReplicasOf(std::size_t object, Timestamp time) const;

  const std::uint64_t seed_;
  const Timestamp start_;
  const Duration interval_;
  std::vector<std::vector<int>> replicas_;  // of each object, by tick
};

}  // namespace loadline::simulation

#endif  // LOADLINE_TESTS_SIMULATION_LOAD_H_
