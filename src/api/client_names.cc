#include "api/client_names.h"

#include <fmt/format.h>
#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>

#include <algorithm>

#include "base/text.h"

namespace loadline {
namespace {

class AllowList : public grpc::AuthMetadataProcessor {
 public:
  explicit AllowList(std::vector<std::string> names) : names_(std::move(names)) {}

  bool IsBlocking() const override { return false; }

  grpc::Status Process(const InputMetadata&, grpc::AuthContext* context, OutputMetadata*, OutputMetadata*) override {
    std::vector<std::string> found;
    for (const grpc::string_ref& each : context->FindPropertyValues(GRPC_X509_SAN_PROPERTY_NAME)) {
      const std::string name(each.data(), each.size());
      if (std::find(names_.begin(), names_.end(), name) != names_.end()) return grpc::Status::OK;
      found.push_back(OneLine(name, 100));
    }
    return {grpc::StatusCode::PERMISSION_DENIED,
            fmt::format("grpc.tls.allowedClientNames has none of the client certificate's names ({})",
                        found.empty() ? "it has no subject alternative name" : JoinWords(found))};
  }

 private:
  const std::vector<std::string> names_;
};

}  // namespace

std::shared_ptr<grpc::AuthMetadataProcessor> AllowClientNames(std::vector<std::string> names) {
  return std::make_shared<AllowList>(std::move(names));
}

}  // namespace loadline
