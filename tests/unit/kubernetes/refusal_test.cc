// What a watch tells of an API server that refuses it.
#include <catch2/catch.hpp>
#include <optional>
#include <string>

#include "unit/kubernetes/followed_watch.h"

namespace loadline {
namespace {

using testing::ApiRequest;
using testing::Eventually;
using testing::FakeApiServer;
using testing::Followed;
using testing::QuickOptions;
using testing::StatusText;

TEST_CASE("A refusal is told by verb, resource, group and namespace") {
  FakeApiServer server;
  const std::string said = "configmaps is forbidden: User \"system:serviceaccount:loadline:loadline\" cannot list";
  std::string expected;
  WatchTarget target = Followed::Target();
  std::string verb = "list";
  int code = 403;
  SECTION("to list, in all namespaces") {
    expected =
        "may not list configmaps in all namespaces: RBAC wants a ClusterRole with apiGroups [\"\"], resources "
        "[configmaps], verbs [list]; the API server says: " +
        said;
  }
  SECTION("to watch, in one") {
    verb = "watch";
    target = {"keda.sh", "v1alpha1", "scaledobjects", "data", "", 2};
    expected =
        "may not watch scaledobjects.keda.sh in namespace data: RBAC wants a Role with apiGroups [\"keda.sh\"], "
        "resources [scaledobjects], verbs [watch]; the API server says: " +
        said;
  }
  SECTION("of a token that has expired") {
    code = 401;
    expected =
        "the API server does not know who asks (401) to list configmaps in all namespaces: the token or "
        "certificate is missing, wrong or expired; the API server says: " +
        said;
  }
  SECTION("of a resource that is not there") {
    code = 404;
    target = {"keda.sh", "v1alpha1", "scaledjobs", "", "", 2};
    expected =
        "the API server has no scaledjobs.keda.sh (404): are the definitions of keda.sh installed?; the API "
        "server says: " +
        said;
  }
  // Copies: it may be asked as long as the server is there.
  server.SetFault([verb, code, said](const ApiRequest& request) -> std::optional<std::string> {
    if (request.is_watch() != (verb == "watch")) return std::nullopt;
    return StatusText(code, "Forbidden", said);
  });
  const Followed followed(server, QuickOptions(), target);
  REQUIRE(Eventually([&] { return !followed.State().problem.empty(); }));
  CHECK(followed.State().problem == expected);
}

}  // namespace
}  // namespace loadline
