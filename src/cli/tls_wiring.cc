#include "cli/tls_wiring.h"

namespace loadline {
namespace {

TlsFilesOptions TlsFilesOptionsOf(const ServeOptions& options, TlsFilesOptions files) {
  if (!options.data_dir.empty()) files.copy_into = {options.data_dir};
  return files;
}

}  // namespace

TlsFilesOptions GrpcTlsFiles(const ServeOptions& options) {
  const TlsOptions& tls = options.grpc.tls;
  return TlsFilesOptionsOf(options, {tls.certificate_file, tls.key_file, tls.client_ca_file});
}

TlsFilesOptions HttpTlsFiles(const ServeOptions& options) {
  return TlsFilesOptionsOf(options, {options.http.tls.certificate_file, options.http.tls.key_file, ""});
}

Result<std::unique_ptr<TlsFiles>> OpenTls(const TlsFilesOptions& files, const std::string& option, Log& log) {
  if (files.certificate_file.empty()) return std::unique_ptr<TlsFiles>();
  auto opened = OpenTlsFiles(files, [&log, option](const TlsFilesState& state) {
    if (state.problem.empty()) {
      log.Write("system", LogLevel::kInfo, "tls_reloaded",
                {{"option", option}, {"certificate_expires", FormatTimestamp(state.not_after)}});
    } else {
      log.Write("system", LogLevel::kError, "tls_not_reloaded",
                {{"option", option}, {"problem", state.problem}, {"in_use_until", FormatTimestamp(state.not_after)}});
    }
  });
  if (!opened) return Fail(opened.error().code, option + ": " + opened.error().message);
  return opened;
}

}  // namespace loadline
