#include "scaling/trigger_metadata.h"

#include "base/secret_words.h"

namespace loadline {
namespace {

constexpr std::string_view kFromEnv = "FromEnv";

}  // namespace

bool IsHidden(std::string_view key) {
  const bool is_tls = key == "caCert" || key == "tlsClientCert" || key == "tlsClientKey";
  return is_tls || key.ends_with(kFromEnv) || SoundsSecret(key);
}

std::map<std::string, std::string> ShownMetadata(std::map<std::string, std::string> metadata) {
  for (auto& [key, value] : metadata) {
    if (IsHidden(key)) value = kHiddenValue;
  }
  return metadata;
}

std::string ParameterOf(std::string_view key) {
  if (key.ends_with(kFromEnv)) key.remove_suffix(kFromEnv.size());
  return std::string(key);
}

}  // namespace loadline
