// Policies, bound to the object that a recording is of.
#ifndef LOADLINE_REPLAY_BOUND_POLICIES_H_
#define LOADLINE_REPLAY_BOUND_POLICIES_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "replay/replay_input.h"

namespace loadline {

// The names of all parameters that one of them has.
std::set<std::string> DeclaredParameters(const std::vector<LoadedPolicy>& policies);

// With the parameters of `recording`, and instead of them those that are `given`, which it has then, too. A parameter
// that no policy declares may be given only where a journal `hides` to what a trigger sets it. Fails with
// kInvalidArgument: the parameter or the file, and what is wrong.
Result<std::vector<std::unique_ptr<const LoadedPolicy>>> BindPolicies(
    std::vector<LoadedPolicy> policies, const std::map<std::string, std::string>& given,
    const std::function<bool(const std::string& parameter)>& hides, Recording& recording);

}  // namespace loadline

#endif  // LOADLINE_REPLAY_BOUND_POLICIES_H_
