// POST /api/v1/validate: what `loadline validate` says of a file, of the text that is posted.
#ifndef LOADLINE_API_VALIDATE_PAGE_H_
#define LOADLINE_API_VALIDATE_PAGE_H_

#include <atomic>

#include "system/clock.h"
#include "system/http_server.h"

namespace loadline {

// Bounded in size, documents and time, and one at a time: others are told to come again. Thread-safe.
class ValidatePage {
 public:
  explicit ValidatePage(Clock& clock) : clock_(clock) {}

  ServerResponse Answer(const ServerRequest& request);

 private:
  Clock& clock_;
  std::atomic<bool> busy_{false};
};

}  // namespace loadline

#endif  // LOADLINE_API_VALIDATE_PAGE_H_
