// What the keys of a trigger's metadata say of their values.
#ifndef LOADLINE_SCALING_TRIGGER_METADATA_H_
#define LOADLINE_SCALING_TRIGGER_METADATA_H_

#include <map>
#include <string>
#include <string_view>

namespace loadline {

// What stands in the place of a value that may be secret.
inline constexpr std::string_view kHiddenValue = "(hidden)";

// Whether the value of a key may be secret: KEDA resolves keys that end in FromEnv from the workload's environment and
// its Secrets (rule 12); caCert, tlsClientCert and tlsClientKey are its TLS material (rule 13); others say so by their
// name. A parameter that a policy declares is no exception.
bool IsHidden(std::string_view key);

// The metadata as it may be shown to anybody: kHiddenValue for what is hidden.
std::map<std::string, std::string> ShownMetadata(std::map<std::string, std::string> metadata);

// The parameter that a key sets: KEDA's suffix FromEnv is no part of its name (rule 12).
std::string ParameterOf(std::string_view key);

}  // namespace loadline

#endif  // LOADLINE_SCALING_TRIGGER_METADATA_H_
