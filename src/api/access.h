// Who may ask what over HTTP, and how often.
#ifndef LOADLINE_API_ACCESS_H_
#define LOADLINE_API_ACCESS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "api/client_rates.h"
#include "system/access_tokens.h"
#include "system/clock.h"
#include "system/http_server.h"
#include "system/log.h"
#include "system/mutex.h"

namespace loadline {

struct AccessOptions {
  AccessTokens* tokens = nullptr;  // null: everybody may read, and nobody may change anything
  bool protect_metrics = false;    // /metrics needs a token, too
  int rate_limit = 0;              // requests a second of a token, or of an address that shows no good one; 0: any
};

// A request of somebody with a token that would change something, and what came of it.
struct ApiChange {
  Timestamp time;
  std::string caller;
  std::string method;
  std::string path;
  std::string outcome;  // done, refused, failed
  std::string change;   // as JSON; empty: nothing was changed
};

// What is not open is closed: a path that nobody thought of needs a token like every other. Thread-safe.
class Access : public HttpGate {
 public:
  Access(AccessOptions options, Clock& clock, Log& log)
      : options_(options), clock_(clock), log_(log), rates_(options.rate_limit) {}

  std::optional<ServerResponse> Refuse(ServerRequest& request) override;
  // Writes the audit log, as Refuse does of what would have changed something.
  void Answered(const ServerRequest& request, const ServerResponse& response) override;

  // How many requests were refused: by "unauthenticated", "forbidden" and "rate".
  std::map<std::string, std::uint64_t> Refused() const;
  // How many requests would change something: by "done", "refused" and "failed".
  std::map<std::string, std::uint64_t> Changes() const;
  // The last kRemembered of those that were let in, the latest first. The audit log has all.
  std::vector<ApiChange> LastChanges() const;
  static constexpr std::size_t kRemembered = 200;

 private:
  void Audit(const ServerRequest& request, const ServerResponse& response, const std::string& why);
  ServerResponse Count(const std::string& reason, const ServerRequest& request, ServerResponse response);
  Duration WaitOf(const std::string& client);

  const AccessOptions options_;
  Clock& clock_;
  Log& log_;
  mutable Mutex mutex_;
  ClientRates rates_ LOADLINE_GUARDED_BY(mutex_);
  std::map<std::string, std::uint64_t> refused_ LOADLINE_GUARDED_BY(mutex_) = {
      {"unauthenticated", 0}, {"forbidden", 0}, {"rate", 0}};
  std::map<std::string, std::uint64_t> changes_ LOADLINE_GUARDED_BY(mutex_) = {
      {"done", 0}, {"refused", 0}, {"failed", 0}};
  std::deque<ApiChange> last_ LOADLINE_GUARDED_BY(mutex_);  // the latest last
};

}  // namespace loadline

#endif  // LOADLINE_API_ACCESS_H_
