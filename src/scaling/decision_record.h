// A decision as the journal keeps it: what was answered, and all that it was decided by, so that it can be decided
// again (redecide.h).
#ifndef LOADLINE_SCALING_DECISION_RECORD_H_
#define LOADLINE_SCALING_DECISION_RECORD_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/uuid.h"
#include "scaling/decide.h"
#include "scaling/fleet.h"
#include "scaling/recorded_observation.h"

namespace loadline {

// Why a decision is kept. kChange: KEDA and the HPA would notice a difference from the one before, or another signal,
// rule or policy decided it. kHeartbeat: nothing has changed, but it was time for one.
enum class RecordKind : std::uint8_t { kChange, kHeartbeat };
std::string_view RecordKindName(RecordKind kind);  // "change", "heartbeat"

// A trigger of an object, as it may be shown to anybody: `metadata` without secrets. Triggers that differ in a secret
// alone are told apart by the id.
struct BindingRecord {
  Uuid id;  // of all that follows, and 12 bits of a hash of what is hidden
  std::string object_namespace;
  std::string object;
  std::string policy;
  std::map<std::string, std::string> metadata;

  friend bool operator==(const BindingRecord&, const BindingRecord&) = default;
};
BindingRecord MakeBindingRecord(std::string object_namespace, std::string object, std::string policy,
                                std::map<std::string, std::string> metadata);  // all of it: what may be secret it hides

// A version of a policy's document. Its text is the document as it was read: enough to parse it again.
struct PolicyRevision {
  std::uint64_t hash = 0;
  std::string policy_namespace;
  std::string name;
  std::string text;
  Timestamp first_seen;

  friend bool operator==(const PolicyRevision&, const PolicyRevision&) = default;
};

// One decision. Texts are UTF-8 without zero bytes.
struct DecisionRecord {
  std::int64_t sequence = 0;  // the journal's own order; set by it
  Uuid binding;
  Timestamp tick;
  RecordKind kind = RecordKind::kChange;
  std::uint64_t policy_hash = 0;   // 0: no policy was found
  std::optional<double> replicas;  // this, wanted and active: none where there is an error
  std::optional<double> wanted;
  std::optional<bool> active;
  std::optional<Error> error;
  std::optional<double> observed;
  std::optional<double> confidence;
  std::string winner;   // the signal whose demand won; empty: none
  std::string summary;  // the reasons in words
  std::string steps;    // as JSON: [{"stage":"combine","reason":"HighestDemand","signal":"lag","before":0,"after":2}]
  std::string plan;     // which reading is whose, and what a fleet said (PlanAsJson); empty: nothing was decided
  std::string seen;     // the readings (ObservationAsJson); likewise
  Uuid inputs;          // a fingerprint of policy, plan and seen: equal where all that decides is equal
  std::string version;  // of Loadline

  friend bool operator==(const DecisionRecord&, const DecisionRecord&) = default;
};

// Whether KEDA gets the same of both: number, activity, the error's code.
bool SameAnswer(const DecisionRecord& a, const DecisionRecord& b);

// A decision on its way to the journal, cheap to make: the rest is done in the journal's own thread.
struct MadeDecision {
  RecordKind kind = RecordKind::kChange;
  Timestamp tick;
  std::function<BindingRecord()> binding;
  std::shared_ptr<const Policy> policy;      // null where none was found
  std::shared_ptr<const Decision> decision;  // never null; means nothing where the error is not its own
  std::optional<Error> error;
  std::shared_ptr<const QueryPlan> plan;  // null where nothing was decided
  RecordedObservation seen;
  FleetTerms terms;
};

struct RecordedDecision {
  BindingRecord binding;
  DecisionRecord record;
};
RecordedDecision RecordOf(const MadeDecision& made);

// Which window is whose, and the fleet's terms, without the queries' texts.
std::string PlanAsJson(const QueryPlan& plan, const FleetTerms& terms);
struct RecordedPlan {
  QueryPlan plan;
  FleetTerms terms;
};
// Fails with kInvalidArgument where the text is not what PlanAsJson writes.
Result<RecordedPlan> ParsePlan(std::string_view text);

// The text as a database takes it: what is no UTF-8, and zero bytes, as U+FFFD.
std::string Mended(std::string_view text);

}  // namespace loadline

#endif  // LOADLINE_SCALING_DECISION_RECORD_H_
