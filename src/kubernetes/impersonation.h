// Asking as somebody else (Kubernetes' impersonation), as a kubeconfig's user may be told to.
#ifndef LOADLINE_KUBERNETES_IMPERSONATION_H_
#define LOADLINE_KUBERNETES_IMPERSONATION_H_

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "document/node.h"

namespace loadline {

// The headers for as, as-uid, as-groups and as-user-extra of `users[].user`, as kubectl sends them; none where they say
// nothing. Fails with kInvalidArgument, "as-groups: want a list; ...": to ask as oneself instead would be to ask for
// more than was meant.
Result<std::vector<std::pair<std::string, std::string>>> ImpersonationHeaders(const Node& user);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_IMPERSONATION_H_
