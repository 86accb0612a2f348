// The policies in force, and who may use which.
#ifndef LOADLINE_CONTROLLER_POLICY_BOARD_H_
#define LOADLINE_CONTROLLER_POLICY_BOARD_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scaling/ports.h"
#include "scaling/query_plan.h"
#include "schedule/schedule.h"
#include "system/mutex.h"

namespace loadline {

// What decisions go by beside their policies. Immutable once it is set.
struct SharedDocuments {
  std::vector<Budget> budgets;
  std::map<std::string, std::shared_ptr<const Calendar>> calendars;
  std::vector<Override> overrides;  // in the order of their names

  // Refers to this.
  CalendarLookup Lookup() const;
  std::vector<Override> OverridesFor(const BindingName& binding) const;
};

// Thread-safe.
class PolicyBoard {
 public:
  void Set(PolicySet set);

  // Whether a set has been read at all.
  bool HasRead() const;
  // Raised by each Set.
  std::uint64_t generation() const;

  // The policy that the objects of a namespace get by this name: their namespace's own, else one that admits them.
  // Fails with kUnavailable (none read yet, or not all of the namespace's), kInvalidArgument (no name), kNotFound (with
  // what was probably meant, and the document that may hold it, where one is too broken to say its name),
  // kPermissionDenied, or kFailedPrecondition (its document is bad, and there is no last good version).
  Result<std::shared_ptr<const Policy>> Find(const std::string& object_namespace, const std::string& name) const;

  // Never null.
  std::shared_ptr<const SharedDocuments> documents() const;

  std::size_t size() const;
  std::vector<PolicyProblem> problems() const;

 private:
  using Key = std::pair<std::string, std::string>;  // namespace and name
  struct State {
    std::map<Key, std::shared_ptr<const Policy>> policies;
    std::shared_ptr<const SharedDocuments> documents;
    std::vector<PolicyProblem> problems;
    std::map<Key, const PolicyProblem*> broken;  // the first error of each document that is not in force at all
    std::string unread;                          // what could not be read, for messages; empty: nothing
    std::vector<UnreadNamespaces> unread_namespaces;
    std::uint64_t generation = 0;
  };
  std::shared_ptr<const State> Current() const;

  mutable Mutex mutex_;
  std::shared_ptr<const State> state_ LOADLINE_GUARDED_BY(mutex_);
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_POLICY_BOARD_H_
