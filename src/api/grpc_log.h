// What gRPC's own code has to say, as events of our log.
#ifndef LOADLINE_API_GRPC_LOG_H_
#define LOADLINE_API_GRPC_LOG_H_

#include "system/log.h"

namespace loadline {

// From now on errors of gRPC's core, such as a failed TLS handshake, are warnings of module "api", a line a minute for
// each place in its source. `log` must outlive every use of gRPC, or StopGrpcLog be called before.
void StartGrpcLog(Log& log);
void StopGrpcLog();

}  // namespace loadline

#endif  // LOADLINE_API_GRPC_LOG_H_
