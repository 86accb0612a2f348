// The ScaledObjects that benches are about, their policies, and the series that these ask for.
#ifndef LOADLINE_TESTS_BENCH_FLEET_H_
#define LOADLINE_TESTS_BENCH_FLEET_H_

#include <string>

#include "base/time.h"
#include "support/temp_dir.h"

namespace loadline::bench {

// Object i is app-i, or what the prefix says, of the namespace data. Its trigger names policy p-(i mod policies), and
// one of the groups, all of whose objects ask the same.
struct Fleet {
  int objects = 10'000;
  int policies = 100;
  int groups = 1;  // of each policy
  int signals = 4;
  int limit = 40;               // replicas.max
  std::string prefix = "app-";  // of the objects' names

  int DistinctQueries() const { return policies * groups * signals; }
  std::string ObjectName(int object) const { return prefix + std::to_string(object); }
  std::string PolicyName(int object) const { return "p-" + std::to_string(object % policies); }
  std::string GroupName(int object) const { return "g-" + std::to_string(object / policies % groups); }

  // All in one file of the folder `policies`.
  void WritePolicies(const testing::TempDir& dir) const;
  // One for each distinct query, as OpenMetrics: each has another value every four minutes, not all at the same time.
  std::string Series(Timestamp begin, Timestamp end) const;
};

}  // namespace loadline::bench

#endif  // LOADLINE_TESTS_BENCH_FLEET_H_
