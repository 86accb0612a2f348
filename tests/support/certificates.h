// Real certificates, made by the openssl program.
#ifndef LOADLINE_TESTS_SUPPORT_CERTIFICATES_H_
#define LOADLINE_TESTS_SUPPORT_CERTIFICATES_H_

#include <string>

#include "support/temp_dir.h"

namespace loadline::testing {

// A certificate authority in a folder of its own.
class Authority {
 public:
  explicit Authority(const std::string& name = "test");

  std::string ca_file() const { return dir_ / "ca.crt"; }
  // A pair signed by it: writes NAME.crt and NAME.key. `san` as openssl has it: "DNS:localhost,IP:127.0.0.1".
  struct Pair {
    std::string certificate;
    std::string key;
  };
  Pair Sign(const std::string& name, const std::string& san, int days = 2) const;
  // The same, valid between two times, "20990101000000Z".
  Pair Sign(const std::string& name, const std::string& san, const std::string& begin, const std::string& end) const;

 private:
  Pair Request(const std::string& name, const std::string& san) const;  // writes NAME.key, NAME.csr and NAME.ext

  TempDir dir_;
};

std::string FileText(const std::string& file);

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_CERTIFICATES_H_
