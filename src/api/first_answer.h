// Waiting for a binding's first decision without holding a thread.
#ifndef LOADLINE_API_FIRST_ANSWER_H_
#define LOADLINE_API_FIRST_ANSWER_H_

#include <functional>
#include <memory>

#include "controller/binding.h"

namespace loadline {

// Calls `done` once: at once if `binding` has an answer, else when the first one comes, or when `wait` has passed.
// From this thread or one of gRPC's.
void WhenAnsweredOrLate(std::shared_ptr<Binding> binding, Duration wait, std::function<void()> done);

}  // namespace loadline

#endif  // LOADLINE_API_FIRST_ANSWER_H_
