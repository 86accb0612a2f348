// Certificates that may change under us: a validated private copy of the files an operator mounts.
#ifndef LOADLINE_SYSTEM_TLS_FILES_H_
#define LOADLINE_SYSTEM_TLS_FILES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace loadline {

struct TlsFilesOptions {
  std::string certificate_file;  // PEM: the server's chain
  std::string key_file;          // PEM: its private key
  std::string client_ca_file;    // PEM: authorities of client certificates; empty: clients show none (TLS, not mTLS)
  Duration poll{1000};           // how often the files are looked at
  // Where the private copy may lie: the first that takes it. Empty: /dev/shm (memory), $TMPDIR, /tmp.
  std::vector<std::string> copy_into = {};
};

struct TlsFilesState {
  Timestamp not_after;        // of the certificate in use
  std::uint64_t reloads = 0;  // pairs taken up since the start
  std::uint64_t errors = 0;   // new files refused since the start; each state of the files counts once
  std::string problem;        // why the files as they are now are not in use; empty: they are
};

// Watches the files and keeps a copy of them in a private folder, which always is a set that fits together: gRPC's
// FileWatcherCertificateProvider, pointed at its paths, never sees a half-written pair, on which it would refuse every
// new connection. Thread-safe.
class TlsFiles {
 public:
  virtual ~TlsFiles() = default;  // stops watching and removes the private folder

  // Of the copies; the paths stay as they are, what is there changes.
  virtual std::string certificate_path() const = 0;
  virtual std::string key_path() const = 0;
  virtual std::string client_ca_path() const = 0;  // empty without client_ca_file
  virtual TlsFilesState State() const = 0;
};

// Whether the files are a set that can be used: kInvalidArgument, naming the file and the rule, if a file is missing or
// holds no certificate or key, or one that cannot be read, if the key does not belong to the certificate, or if the
// certificate is not valid yet or any more. Of a chain the first certificate is the server's; the times of the others
// are their clients' to judge.
Status CheckTlsFiles(const TlsFilesOptions& options);

// Fails as CheckTlsFiles does, and with kUnavailable where the copy cannot be written.
// `on_change` is called from the watching thread after each reload or refusal.
Result<std::unique_ptr<TlsFiles>> OpenTlsFiles(const TlsFilesOptions& options,
                                               std::function<void(const TlsFilesState&)> on_change);

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_TLS_FILES_H_
