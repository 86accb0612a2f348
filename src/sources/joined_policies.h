// Policies from several places at once.
#ifndef LOADLINE_SOURCES_JOINED_POLICIES_H_
#define LOADLINE_SOURCES_JOINED_POLICIES_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scaling/ports.h"

namespace loadline {

struct NamedPolicies {
  std::string name;  // "the policy folder", for messages
  std::shared_ptr<PolicySource> source;
  std::function<std::string()> obstacle = nullptr;  // why it has not handed over anything yet; may be empty
  bool needed = false;                              // without it nothing is handed over, however long that takes
};

// Of a document that comes from two places the first place's counts, and the other is a problem. Nothing is handed over
// before all places have handed over theirs, or `patience` has passed: then of those that have, and all namespaces
// count as unread. While none has, nothing is.
std::unique_ptr<PolicySource> JoinPolicies(std::vector<NamedPolicies> places, Duration patience);

}  // namespace loadline

#endif  // LOADLINE_SOURCES_JOINED_POLICIES_H_
