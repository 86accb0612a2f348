// The one journal of all pods of a world, as several pods write into one database: in memory, or SQLite over a disk
// that fails.
#ifndef LOADLINE_TESTS_SIMULATION_SHARED_JOURNAL_H_
#define LOADLINE_TESTS_SIMULATION_SHARED_JOURNAL_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "journal/pending_batch.h"
#include "simulation/documents.h"
#include "simulation/fault_kinds.h"
#include "support/failing_vfs.h"
#include "support/temp_dir.h"

namespace loadline::simulation {

class SharedJournal {
 public:
  enum class Kind { kMemory, kSqliteOnFailingDisk };

  // `loses`: a deliberate bug.
  SharedJournal(Kind kind, bool loses, Chance& chance, FaultCounts& counts);
  ~SharedJournal();

  void Add(const std::string& pod, const MadeDecision& made, Timestamp now);
  // Writes what each pod has, unless that fails: then it is written later. `stormy`: it may. Returns what is wrong;
  // empty: nothing.
  std::string Write(bool stormy);
  // A pod that dies takes with it what was not written.
  void Lose(const std::string& pod) { pending_.erase(pod); }
  // At the end: all that it said to have stored is there, each with binding and policy, and decides again to the same.
  std::string CheckAll(std::uint64_t& checked);

 private:
  struct Pending {
    PendingBatch batch;
    std::set<std::pair<Uuid, Timestamp>> keys;
  };
  bool Open();

  const bool loses_;
  Chance& chance_;
  FaultCounts& counts_;
  std::unique_ptr<testing::TempDir> dir_;
  std::unique_ptr<testing::FailingVfs> disk_;
  std::string url_;
  std::unique_ptr<DecisionJournal> journal_;
  std::map<std::string, Pending> pending_;  // by pod
  std::set<std::pair<Uuid, Timestamp>> stored_;
};

}  // namespace loadline::simulation

#endif  // LOADLINE_TESTS_SIMULATION_SHARED_JOURNAL_H_
