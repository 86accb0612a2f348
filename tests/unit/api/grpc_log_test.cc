#include "api/grpc_log.h"

#include <grpc/support/log.h>

#include <catch2/catch.hpp>

#include "unit/controller/recording_log.h"

namespace loadline {
namespace {

TEST_CASE("gRPC's errors become events with their place, what is less does not; after StopGrpcLog nothing is written") {
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_DEBUG);  // what runs the tests may have silenced it
  testing::RecordingLog log;
  StartGrpcLog(log);
  gpr_log("src/core/tsi/ssl.cc", 42, GPR_LOG_SEVERITY_ERROR, "Handshake failed with %s", "an error");
  gpr_log("src/core/tsi/ssl.cc", 43, GPR_LOG_SEVERITY_INFO, "connected");
  gpr_log("src/core/tsi/ssl.cc", 44, GPR_LOG_SEVERITY_DEBUG, "bytes");
  CHECK(log.Count("grpc") == 1);
  CHECK(log.Field("grpc", "problem") == "Handshake failed with an error");
  CHECK(log.Field("grpc", "place") == "ssl.cc:42");
  StopGrpcLog();
  gpr_log("src/core/tsi/ssl.cc", 42, GPR_LOG_SEVERITY_ERROR, "too late");
  CHECK(log.Count("grpc") == 1);
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
}

}  // namespace
}  // namespace loadline
