#include "support/certificates.h"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "support/child.h"

namespace loadline::testing {
namespace {

void OpenSsl(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {"openssl"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const Ran ran = RunProgram(all);
  if (ran.exit_code != 0) throw std::runtime_error("openssl: " + ran.output);
}

}  // namespace

Authority::Authority(const std::string& name) {
  OpenSsl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
           "/CN=" + name + "-ca", "-keyout", dir_ / "ca.key", "-out", dir_ / "ca.crt"});
}

Authority::Pair Authority::Request(const std::string& name, const std::string& san) const {
  dir_.Write(name + ".ext", san.empty() ? "" : "subjectAltName=" + san + "\n");
  const Pair pair{dir_ / (name + ".crt"), dir_ / (name + ".key")};
  OpenSsl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=" + name,
           "-keyout", pair.key, "-out", dir_ / (name + ".csr")});
  return pair;
}

Authority::Pair Authority::Sign(const std::string& name, const std::string& san, int days) const {
  const Pair pair = Request(name, san);
  OpenSsl({"x509", "-req", "-in", dir_ / (name + ".csr"), "-CA", dir_ / "ca.crt", "-CAkey", dir_ / "ca.key",
           "-CAcreateserial", "-days", std::to_string(days), "-extfile", dir_ / (name + ".ext"), "-out",
           pair.certificate});
  return pair;
}

// Only `openssl ca` can give a certificate its begin, and it wants books kept.
Authority::Pair Authority::Sign(const std::string& name, const std::string& san, const std::string& begin,
                                const std::string& end) const {
  const Pair pair = Request(name, san);
  const std::string config =
      dir_.Write("ca.cnf", "[ca]\ndefault_ca=own\n[own]\ndatabase=" + dir_.Write("index.txt", "") +
                               "\nnew_certs_dir=" + dir_.path().string() +
                               "\ndefault_md=sha256\nrand_serial=yes\npolicy=any\n[any]\ncommonName=supplied\n");
  OpenSsl({"ca", "-batch", "-notext", "-config", config, "-in", dir_ / (name + ".csr"), "-cert", dir_ / "ca.crt",
           "-keyfile", dir_ / "ca.key", "-startdate", begin, "-enddate", end, "-extfile", dir_ / (name + ".ext"),
           "-out", pair.certificate});
  return pair;
}

std::string FileText(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace loadline::testing
