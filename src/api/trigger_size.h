// How large a trigger may be: each makes a binding, which is kept.
#ifndef LOADLINE_API_TRIGGER_SIZE_H_
#define LOADLINE_API_TRIGGER_SIZE_H_

#include <cstddef>

#include "base/result.h"
#include "controller/binding.h"

namespace loadline {

// Triggers have some ten entries, and certificates of KEDA's authentication may be among them.
inline constexpr std::size_t kMostMetadataEntries = 256;
inline constexpr std::size_t kMostMetadataBytes = 64 * 1024;

// Fails with kInvalidArgument where one is larger, or its names are longer than Kubernetes has them.
Status CheckTriggerSize(const BindingView& trigger);

}  // namespace loadline

#endif  // LOADLINE_API_TRIGGER_SIZE_H_
