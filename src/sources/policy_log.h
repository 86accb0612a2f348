// What is wrong with documents, in the log.
#ifndef LOADLINE_SOURCES_POLICY_LOG_H_
#define LOADLINE_SOURCES_POLICY_LOG_H_

#include <string>
#include <unordered_set>

#include "scaling/ports.h"
#include "system/log.h"

namespace loadline {

// One thread's.
class PolicyLog {
 public:
  // `log` must outlive it.
  explicit PolicyLog(Log& log) : log_(log) {}

  // Each problem once while it lasts. Of a flood a part; the others have their turn with the next set.
  void Write(const PolicySet& set, std::size_t files);

 private:
  Log& log_;
  std::unordered_set<std::string> logged_;
};

}  // namespace loadline

#endif  // LOADLINE_SOURCES_POLICY_LOG_H_
