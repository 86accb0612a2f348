// Whether a migration holds: its documents are good, and its stories come out as they did before.
#ifndef LOADLINE_MIGRATE_PROOF_H_
#define LOADLINE_MIGRATE_PROOF_H_

#include <string>
#include <vector>

#include "document/problem.h"
#include "migrate/migration.h"

namespace loadline {

// The documents, as a file of policies has them; with mode: yield where Loadline is to stand beside.
std::string DocumentsText(const Migration& migration);
// A scenario (scaling/scenario.h) of a policy in that file.
std::string ScenarioText(const Migration& migration, const Story& story, const std::string& policy_file);

struct Proof {
  Problems problems;                   // of the documents, warnings too
  int answers = 0;                     // that were compared
  int left_out = 0;                    // that are known not to be as before
  std::vector<std::string> different;  // those that are not as before: "as-before at 3m: want 2, got 1.5 because ..."

  bool holds() const { return !HasErrors(problems) && different.empty(); }
};

Proof Prove(const Migration& migration);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_PROOF_H_
