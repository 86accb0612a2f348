#include "api/grpc_log.h"

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>

#include <atomic>
#include <string_view>

namespace loadline {
namespace {

// gRPC takes a plain function.
std::atomic<Log*> g_log{nullptr};

void Write(gpr_log_func_args* said) {
  Log* log = g_log.load();
  if (log == nullptr || said->severity < GPR_LOG_SEVERITY_ERROR) return;
  const std::string_view path = said->file;
  const std::string place = fmt::format("{}:{}", path.substr(path.rfind('/') + 1), said->line);
  log->WriteLimited("grpc " + place, "api", LogLevel::kWarn, "grpc", {{"problem", said->message}, {"place", place}});
}

}  // namespace

void StartGrpcLog(Log& log) {
  g_log = &log;
  gpr_set_log_function(Write);
  // Of requests that it cannot parse it would write to standard error; the caller gets the status.
  google::protobuf::SetLogHandler(nullptr);
}

void StopGrpcLog() { g_log = nullptr; }

}  // namespace loadline
