// What may be shown of a trigger's metadata.
#ifndef LOADLINE_API_SHOWN_METADATA_H_
#define LOADLINE_API_SHOWN_METADATA_H_

#include <map>
#include <string>

#include "controller/binding.h"

namespace loadline {

// The metadata with "(hidden)" for what may be secret: KEDA puts the resolved variable into a key that ends in FromEnv
// (rule 12), and somebody may have put TLS material where KEDA's documentation once had it (rule 13).
inline std::map<std::string, std::string> MetadataToShow(const BindingKey& key) {
  std::map<std::string, std::string> shown = key.metadata;
  for (auto& [name, value] : shown) {
    if (name.ends_with("FromEnv") || name == "caCert" || name == "tlsClientCert" || name == "tlsClientKey")
      value = "(hidden)";
  }
  return shown;
}

}  // namespace loadline

#endif  // LOADLINE_API_SHOWN_METADATA_H_
