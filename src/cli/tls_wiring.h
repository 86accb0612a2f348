// The TLS files of the ports of `serve`, of its options.
#ifndef LOADLINE_CLI_TLS_WIRING_H_
#define LOADLINE_CLI_TLS_WIRING_H_

#include <memory>
#include <string>

#include "base/result.h"
#include "cli/serve_options.h"
#include "system/log.h"
#include "system/tls_files.h"

namespace loadline {

TlsFilesOptions GrpcTlsFiles(const ServeOptions& options);
TlsFilesOptions HttpTlsFiles(const ServeOptions& options);

// Null without a certificate file. That files were read anew, or could not be, is logged; `log` must outlive it. Fails
// as OpenTlsFiles; the message begins with `option`.
Result<std::unique_ptr<TlsFiles>> OpenTls(const TlsFilesOptions& files, const std::string& option, Log& log);

}  // namespace loadline

#endif  // LOADLINE_CLI_TLS_WIRING_H_
