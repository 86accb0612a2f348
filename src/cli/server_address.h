// The running server that a command asks, how it is reached, and what it needs to let somebody in.
#ifndef LOADLINE_CLI_SERVER_ADDRESS_H_
#define LOADLINE_CLI_SERVER_ADDRESS_H_

#include <string>

namespace loadline {

// The cluster through whose API server it is reached.
struct ClusterAddress {
  std::string kubeconfig;  // a file; empty: what kubectl would read
  std::string context;     // of it; empty: the current one
  std::string service;     // "[https:]NAMESPACE/NAME[:PORT]"; empty: the one that is labelled as Loadline's
};

struct ServerAddress {
  std::string url = "http://127.0.0.1:8080";  // of its HTTP port; says nothing where through_cluster is set
  std::string token_file;                     // a token, where the server wants one
  std::string ca_file;                        // authorities of its certificate; empty: the system's
  bool through_cluster = false;
  ClusterAddress cluster;
};

}  // namespace loadline

#endif  // LOADLINE_CLI_SERVER_ADDRESS_H_
