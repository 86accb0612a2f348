#include "sources/policy_log.h"

#include <utility>

namespace loadline {

void PolicyLog::Write(const PolicySet& set, std::size_t files) {
  constexpr std::size_t kMostLines = 1000;
  std::unordered_set<std::string> logged;
  std::size_t lines = 0;
  std::size_t not_logged = 0;
  for (const PolicyProblem& each : set.problems) {
    std::string line = FormatProblem(each.file, each.problem);
    if (!logged_.contains(line) && !logged.contains(line)) {
      if (lines == kMostLines) {
        ++not_logged;
        continue;
      }
      ++lines;
      const bool warning = each.problem.severity == Severity::kWarning;
      log_.Write("sources", warning ? LogLevel::kWarn : LogLevel::kError, warning ? "policy_warning" : "policy_refused",
                 {{"policy", PolicyId(each.policy_namespace, each.policy_name)},
                  {"problem", line},
                  {"last_good_in_force", each.last_good_in_force}});
    }
    logged.insert(std::move(line));
  }
  if (not_logged > 0) {
    log_.Write("sources", LogLevel::kError, "policy_problems_not_logged", {{"count", not_logged}});
  }
  log_.Write("sources", LogLevel::kInfo, "policies_read",
             {{"in_force", set.policies.size()},
              {"overrides", set.overrides.size()},
              {"problems", set.problems.size()},
              {"files", files}});
  logged_ = std::move(logged);
}

}  // namespace loadline
