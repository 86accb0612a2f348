#include "cli/server.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/server_link.h"

namespace loadline {

Server::Server() = default;
Server::~Server() = default;

std::string Server::Name() const {
  const Result<ServerLink*> link = Link();
  return link ? (*link)->Name() : "the server";
}

Result<HttpResponse> Server::Send(HttpRequest request) const {
  const Result<ServerLink*> link = Link();
  if (!link) return Fail(link.error());
  return (*link)->Send(std::move(request));
}

Result<std::pair<std::string, std::string>> Server::FindBinding(const std::string& text,
                                                                const std::string& object_namespace) const {
  const auto refuse = [&](const std::string& want) {
    return Fail(Code::kInvalidArgument, fmt::format("want {}; found \"{}\"", want, OneLine(text, 200)));
  };
  const std::size_t slash = text.find('/');
  if (text.empty() || slash == 0 || slash + 1 == text.size()) return refuse("NAMESPACE/NAME of a ScaledObject");
  if (slash != std::string::npos) {
    if (!object_namespace.empty() && object_namespace != text.substr(0, slash))
      return refuse("a ScaledObject of namespace " + object_namespace + " (--namespace)");
    return std::pair(text.substr(0, slash), text.substr(slash + 1));
  }
  if (!object_namespace.empty()) return std::pair(object_namespace, text);
  const Result<ServerLink*> link = Link();
  if (!link) return Fail(link.error());
  const std::string usual = (*link)->DefaultNamespace();
  if (usual.empty()) return refuse("NAMESPACE/NAME of a ScaledObject, or --namespace beside it");
  return std::pair(usual, text);
}

Result<ServerLink*> Server::Link() const {
  if (link_ == nullptr && !address.through_cluster) link_ = MakeDirectLink(address);
  if (link_ == nullptr) {
    Result<std::unique_ptr<ServerLink>> opened = OpenClusterLink(address);
    if (!opened) return Fail(opened.error());
    link_ = *std::move(opened);
  }
  return link_.get();
}

}  // namespace loadline
