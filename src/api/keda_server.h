// KEDA's ExternalScaler service over gRPC, with health and reflection.
#ifndef LOADLINE_API_KEDA_SERVER_H_
#define LOADLINE_API_KEDA_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "controller/controller.h"
#include "system/tls_files.h"

namespace loadline {

struct KedaServerOptions {
  std::string listen = "0.0.0.0:50051";
  const TlsFiles* tls = nullptr;                  // null: plain text; must outlive the server
  std::vector<std::string> allowed_client_names;  // SANs (DNS, URI, IP) of client certificates; empty: any of the CA's
  Duration max_connection_age{30 * 60 * 1000};    // connections are renewed, so that calls spread over new pods
  Duration first_decision_wait{1000};  // how long GetMetrics and IsActive wait for a binding's first decision
};

// Every RPC answers from what is published: no network, no computing. None holds a thread while it waits.
class KedaServer {
 public:
  virtual ~KedaServer() = default;  // stops

  // Listens, and yields the bound port. Fails with kUnavailable (address in use, or none).
  virtual Result<int> Start() = 0;
  virtual bool serving() const = 0;
  virtual std::size_t open_streams() const = 0;

  // Not healthy, streams end with OK, calls under way end, all within `grace`. Idempotent.
  virtual void Stop(Duration grace) = 0;
};

// `controller` and `instruments` must outlive the server.
std::unique_ptr<KedaServer> MakeKedaServer(const KedaServerOptions& options, Controller& controller,
                                           Instruments& instruments);

}  // namespace loadline

#endif  // LOADLINE_API_KEDA_SERVER_H_
