// Which clients may call: an allow-list of the names in their certificates.
#ifndef LOADLINE_API_CLIENT_NAMES_H_
#define LOADLINE_API_CLIENT_NAMES_H_

#include <grpcpp/security/auth_metadata_processor.h>

#include <memory>
#include <string>
#include <vector>

namespace loadline {

// Refuses each call, of every service, whose client certificate has none of `names` among its subject alternative
// names, with PERMISSION_DENIED and the names that it has: a refused handshake would only say "Socket closed".
std::shared_ptr<grpc::AuthMetadataProcessor> AllowClientNames(std::vector<std::string> names);

}  // namespace loadline

#endif  // LOADLINE_API_CLIENT_NAMES_H_
