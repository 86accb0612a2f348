// A file of a webhook's secrets: refused by its line and without what it holds, or each of them signs, and reads the
// same as it is written for others.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/base64.h"
#include "fuzz/require.h"
#include "notify/signature.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace loadline;
  using fuzz::Require;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Result<std::vector<std::string>> secrets = ParseSecrets(text);
  if (!secrets) {
    fuzz::RequireOneLine(secrets.error().message, 200);
    return 0;
  }
  std::string written;
  for (const std::string& each : *secrets) written += "whsec_" + EncodeBase64(each) + "\n";
  Require(!secrets->empty() && ParseSecrets(written) == *secrets);
  const auto headers = SignatureHeaders(*secrets, "id", Timestamp(Duration(1000)), "body");
  Require(headers.size() == 3);
  for (const auto& [name, value] : headers) fuzz::RequireOneLine(value, 100 + 60 * secrets->size());
  return 0;
}
