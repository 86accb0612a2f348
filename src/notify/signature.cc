#include "notify/signature.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/base64.h"
#include "base/text.h"

namespace loadline {
namespace {

constexpr std::string_view kPrefix = "whsec_";
// Standard Webhooks: 192 to 512 bits.
constexpr std::size_t kFewestBytes = 24;
constexpr std::size_t kMostBytes = 64;

std::string HmacSha256(const std::string& key, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), digest.data(), &length);
  return {reinterpret_cast<const char*>(digest.data()), length};
}

}  // namespace

Result<std::vector<std::string>> ParseSecrets(std::string_view text) {
  std::vector<std::string> secrets;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = FoldBlanks(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    const auto secret = DecodeBase64(std::string_view(line).substr(line.starts_with(kPrefix) ? kPrefix.size() : 0));
    if (!secret || secret->size() < kFewestBytes || secret->size() > kMostBytes) {
      return Fail(
          Code::kInvalidArgument,
          fmt::format("line {}: want {} to {} bytes in base64, as `echo whsec_$(openssl rand -base64 32)` makes "
                      "them; found {}",
                      number, kFewestBytes, kMostBytes,
                      secret ? fmt::format("{} bytes", secret->size()) : "what is no base64"));
    }
    secrets.push_back(*secret);
  }
  if (secrets.empty()) return Fail(Code::kInvalidArgument, "is empty; want a secret");
  return secrets;
}

std::vector<std::pair<std::string, std::string>> SignatureHeaders(const std::vector<std::string>& secrets,
                                                                  const std::string& id, Timestamp sent,
                                                                  const std::string& body) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(sent).time_since_epoch().count();
  std::vector<std::pair<std::string, std::string>> headers = {{"webhook-id", id},
                                                              {"webhook-timestamp", std::to_string(seconds)}};
  std::string signatures;
  for (const std::string& secret : secrets) {
    const std::string signature = EncodeBase64(HmacSha256(secret, fmt::format("{}.{}.{}", id, seconds, body)));
    signatures += (signatures.empty() ? "v1," : " v1,") + signature;
  }
  if (!signatures.empty()) headers.emplace_back("webhook-signature", signatures);
  return headers;
}

}  // namespace loadline
