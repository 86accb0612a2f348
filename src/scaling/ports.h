// All that the decision needs of the world, on one page, and where it goes.
#ifndef LOADLINE_SCALING_PORTS_H_
#define LOADLINE_SCALING_PORTS_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "document/problem.h"
#include "scaling/budget_yaml.h"
#include "scaling/decision_record.h"
#include "scaling/override.h"
#include "scaling/policy.h"
#include "scaling/reading.h"
#include "schedule/calendar.h"

namespace loadline {

// Asks for the value of `query` at `begin`, `begin` + `step`, ... `end`; an instant where begin == end.
struct Question {
  std::string query;
  Timestamp begin;
  Timestamp end;
  Duration step{0};  // > 0 where begin < end
};

struct Answer {
  std::vector<Reading> readings;  // one for each time that was asked for, oldest first
  std::string problem;            // the last reading's, in words, where it is no kValue
};

// Where numbers come from: Prometheus, a recording, a generator. Thread-safe.
class MetricSource {
 public:
  virtual ~MetricSource() = default;

  // Answers all questions, in their order, within `budget`. Never fails as a whole: what could not be had is a
  // reading that says why. A question that failed for a passing reason is asked once more while time is left.
  virtual std::vector<Answer> Ask(const std::vector<Question>& questions, Duration budget) = 0;
};

// A document that is not in force as it stands.
struct PolicyProblem {
  std::string file;
  Problem problem;
  std::string policy_namespace;  // of the document's policy, where it could be read
  std::string policy_name;       // likewise; empty: could not be read
  bool last_good_in_force = false;
  std::string kind = "ScalingPolicy";  // of the document, whose the two names above are
};

// Namespaces of which not all documents could be read: a policy of their own may be among them, so that a shared one of
// the same name must not stand in for it.
struct UnreadNamespaces {
  std::string pattern;  // a name, or with one "*" at the end
  std::string why;
};

// Every document that is in force, and what is wrong with those that are not.
struct PolicySet {
  std::vector<std::shared_ptr<const Policy>> policies;
  std::vector<PolicyProblem> problems;
  std::vector<std::shared_ptr<const Budget>> budgets = {};
  std::vector<std::shared_ptr<const Calendar>> calendars = {};
  std::vector<std::shared_ptr<const Override>> overrides = {};
  std::vector<UnreadNamespaces> unread = {};
  std::vector<std::shared_ptr<const Override>> kept_overrides =
      {};  // of `overrides`, those that an OverrideStore keeps
};

// Where policies come from.
class PolicySource {
 public:
  virtual ~PolicySource() = default;

  // Hands over the complete set, first as it is and then after every change, until `stop` is requested.
  virtual void Run(std::stop_token stop, const std::function<void(PolicySet)>& on_change) = 0;
};

// What is written into a journal at once: all of it, or nothing.
struct JournalBatch {
  std::vector<BindingRecord> bindings;
  std::vector<PolicyRevision> policies;
  std::vector<DecisionRecord> decisions;  // their bindings and policies are among these, or are there already
};

// Two that went by equal readings, an equal policy and an equal plan, and came to different answers.
struct Disagreement {
  DecisionRecord stored;
  DecisionRecord refused;
};
struct AppendOutcome {
  std::size_t stored = 0;     // decisions; the others were there already
  std::size_t differing = 0;  // of those, with other readings: a late sample, another version of the policy
  std::vector<Disagreement> disagreements;
};

struct JournalSize {
  std::int64_t bytes = 0;           // in use; what was deleted counts no more. PostgreSQL's is an estimate
  std::optional<Timestamp> oldest;  // the tick of the first decision; none where there is none
};

// The durable record of decisions. Thread-safe. All fail with kUnavailable where the store cannot be reached or
// written, with kResourceExhausted where it is full, and with kDataLoss where it is damaged; a later call may succeed.
class DecisionJournal {
 public:
  virtual ~DecisionJournal() = default;

  // Writes what is not there yet: of a binding and tick there is one decision, the first. When it returns, the batch
  // is as durable as the store makes it. Fails with kInvalidArgument where the store does not take what the batch
  // holds: it never will.
  virtual Result<AppendOutcome> Append(const JournalBatch& batch) = 0;

  // The bindings of an object (empty: of all), in the order of their ids.
  virtual Result<std::vector<BindingRecord>> FindBindings(const std::string& object_namespace,
                                                          const std::string& object) = 0;
  // Fails with kNotFound.
  virtual Result<PolicyRevision> FindPolicy(std::uint64_t hash) = 0;
  // All revisions, the first seen first.
  virtual Result<std::vector<PolicyRevision>> Policies() = 0;

  // The decisions of a binding up to a time, the latest first; `limit` at most.
  virtual Result<std::vector<DecisionRecord>> ReadBinding(const Uuid& binding, Timestamp until, std::size_t limit) = 0;
  // All decisions after a sequence number, in their order; `limit` at most.
  virtual Result<std::vector<DecisionRecord>> ReadAll(std::int64_t after, std::size_t limit) = 0;

  virtual Result<JournalSize> Size() = 0;
  // Looks at the `limit` decisions that were written first, and deletes those whose tick is before `before`; yields how
  // many.
  virtual Result<std::size_t> DeleteOldest(Timestamp before, std::size_t limit) = 0;

  // Makes a call that is running in another thread fail soon.
  virtual void Interrupt() = 0;
};

// How the way to the journal is doing.
struct JournalState {
  std::string where;    // "sqlite /var/lib/loadline/journal.db": no credentials
  bool ok = true;       // the latest write succeeded, or there was none yet
  std::string problem;  // why it is not ok
  std::size_t queued = 0;
  std::uint64_t stored = 0;
  std::uint64_t duplicates = 0;                               // were there already: another pod was first
  std::uint64_t differing = 0;                                // of those, with other readings
  std::uint64_t disagreements = 0;                            // of those, with equal readings and another answer
  std::uint64_t deleted = 0;                                  // by retention
  std::map<std::string, std::uint64_t, std::less<>> dropped;  // by reason: "queue_full", "refused", "stopped"
  std::uint64_t write_errors = 0;
  Timestamp last_write;  // 1970 where never
};

// Takes decisions and never makes whoever brings them wait. Thread-safe.
class DecisionSink {
 public:
  virtual ~DecisionSink() = default;

  virtual void Take(MadeDecision made) = 0;
  // The policies in force, after each change.
  virtual void TakePolicies(const std::vector<std::shared_ptr<const Policy>>& policies) = 0;
  virtual JournalState State() const = 0;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_PORTS_H_
