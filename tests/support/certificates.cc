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

Authority::Pair Authority::Sign(const std::string& name, const std::string& san, int days) const {
  const Pair pair{dir_ / (name + ".crt"), dir_ / (name + ".key")};
  const std::string request = dir_ / (name + ".csr");
  const std::string extensions = dir_.Write(name + ".ext", san.empty() ? "" : "subjectAltName=" + san + "\n");
  OpenSsl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=" + name,
           "-keyout", pair.key, "-out", request});
  OpenSsl({"x509", "-req", "-in", request, "-CA", dir_ / "ca.crt", "-CAkey", dir_ / "ca.key", "-CAcreateserial",
           "-days", std::to_string(days), "-extfile", extensions, "-out", pair.certificate});
  return pair;
}

std::string FileText(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace loadline::testing
