// Records of the journal, decided again: what no column of a record says, such as which signals had no reading.
#ifndef LOADLINE_API_DECIDED_AGAIN_H_
#define LOADLINE_API_DECIDED_AGAIN_H_

#include <memory>
#include <optional>
#include <unordered_map>

#include "base/result.h"
#include "scaling/decision_record.h"
#include "scaling/ports.h"

namespace loadline {

// Whether a signal may have been without a reading of its own in what the record was decided by, `policy` being that of
// its hash: a cheap look at both. False: none was.
bool MayLackReadings(const Policy& policy, const DecisionRecord& record);

struct DecidedAgain {
  std::shared_ptr<const Policy> policy;
  Decision decision;
};

// Policies of the journal, each read once.
class Redecider {
 public:
  explicit Redecider(DecisionJournal& journal) : journal_(journal) {}

  // None where the record has nothing to decide by, or its policy is not known any more or could not be read.
  std::optional<DecidedAgain> Decide(const DecisionRecord& record);

  // Likewise, and none where the record lacks no reading, which is told without deciding.
  std::optional<DecidedAgain> DecideWhatMayLackReadings(const DecisionRecord& record);

  // Why a policy could not be read: then none of the above means nothing. None: all could be.
  const std::optional<Error>& problem() const { return problem_; }

 private:
  std::shared_ptr<const Policy> Find(std::uint64_t hash);  // null where it is not known

  DecisionJournal& journal_;
  std::unordered_map<std::uint64_t, std::shared_ptr<const Policy>> known_;
  std::optional<Error> problem_;
};

}  // namespace loadline

#endif  // LOADLINE_API_DECIDED_AGAIN_H_
